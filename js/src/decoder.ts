import * as glue from "udi-verify-glue";

import { call } from "./errors.ts";
import { asBytes } from "./image-bytes.ts";
import { loadWasm, type WasmSource } from "./loader.ts";
import { moment } from "./now.ts";
import { Tracker } from "./tracker.ts";
import type { DecodeOptions, Image, Now, Reading, Scan, Symbol, Udi } from "./types.ts";

export interface LoadOptions {
  /** Where the core comes from; default: the file beside this module. */
  wasm?: WasmSource;
}

export interface ParseOptions {
  /** The AIM identifier, where the scan does not carry it. */
  symbologyIdentifier?: string;
  now?: Now;
}

/** Reads symbols and parses scans. Needs no trust root: it says what a label says, not whether to believe it. */
export class Decoder {
  /** @internal Use `Decoder.load()`. */
  protected constructor() {}

  static async load(options: LoadOptions = {}): Promise<Decoder> {
    await loadWasm(options.wasm);
    return new Decoder();
  }

  /** The symbols in an image: none where nothing certain is found, never a guess. */
  decode(image: Image, options: DecodeOptions = {}): Symbol[] {
    return this.read(image, options).symbols;
  }

  /** The symbols in an image and, where none was read, what hinders reading. */
  read(image: Image, options: DecodeOptions = {}): Reading {
    const { data, width, height } = image;
    const { maxSymbols, tryHarder, budgetMs, lookFirst } = options;
    const places = lookFirst && Float32Array.from(lookFirst.flat());
    return call(() => glue.read(asBytes(data), width, height, maxSymbols, tryHarder, budgetMs, places));
  }

  /** Follows the symbols of a video: each picture tells the next where to look. */
  tracker(options: Pick<DecodeOptions, "maxSymbols" | "tryHarder"> = {}): Tracker {
    return new Tracker(options);
  }

  /** What a label says, in the words of its issuing agency. A bad label is an answer, with findings. */
  parse(scan: Scan, options: ParseOptions = {}): Udi {
    const { bytes, symbologyIdentifier } = scanParts(scan);
    const identifier = options.symbologyIdentifier ?? symbologyIdentifier;
    return call(() => glue.parse(bytes, identifier, moment(options.now).today));
  }
}

/** A scan as the core takes it. */
export function scanParts(scan: Scan): { bytes: Uint8Array; symbologyIdentifier?: string } {
  if (typeof scan === "string") return { bytes: new TextEncoder().encode(scan) };
  if (scan instanceof Uint8Array) return { bytes: scan };
  return { bytes: scan.bytes, symbologyIdentifier: scan.symbologyIdentifier };
}
