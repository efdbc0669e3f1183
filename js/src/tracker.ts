import * as glue from "udi-verify-glue";

import { call } from "./errors.ts";
import { asBytes } from "./image-bytes.ts";
import type { DecodeOptions, Image, Tracked } from "./types.ts";

/**
 * Follows the symbols of a video. A linear symbol, which has a check character at most, counts when two pictures
 * gave it; nothing is reported as `fresh` twice.
 */
export class Tracker {
  readonly #core: glue.Tracker;

  /** @internal Use `Decoder.tracker()`. */
  constructor({ maxSymbols, tryHarder }: Pick<DecodeOptions, "maxSymbols" | "tryHarder">) {
    this.#core = call(() => new glue.Tracker(maxSymbols, tryHarder));
  }

  /** Reads the next picture. */
  read({ data, width, height }: Image, options: Pick<DecodeOptions, "budgetMs"> = {}): Tracked {
    return call(() => this.#core.read(asBytes(data), width, height, options.budgetMs));
  }

  /** Forgets everything, as before another item. */
  reset(): void {
    this.#core.reset();
  }

  /** Frees its memory in the core; it cannot be used afterwards. */
  free(): void {
    this.#core.free();
  }
}
