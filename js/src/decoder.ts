import * as glue from "udi-verify-glue";

import { fromCore } from "./errors.ts";
import { loadWasm, type WasmSource } from "./loader.ts";
import { moment } from "./now.ts";
import type { DecodeOptions, Image, Now, Scan, Symbol, Udi } from "./types.ts";

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
    const { data, width, height } = image;
    return call(() => glue.decode(asBytes(data), width, height, options.maxSymbols, options.tryHarder, options.budgetMs));
  }

  /** What a label says, in the words of its issuing agency. A bad label is an answer, with findings. */
  parse(scan: Scan, options: ParseOptions = {}): Udi {
    const { bytes, symbologyIdentifier } = scanParts(scan);
    const identifier = options.symbologyIdentifier ?? symbologyIdentifier;
    return call(() => glue.parse(bytes, identifier, moment(options.now).today));
  }
}

/** Runs one call of the core; what it throws becomes a `UdiVerifyError`. */
export function call<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw fromCore(error);
  }
}

/** A scan as the core takes it. */
export function scanParts(scan: Scan): { bytes: Uint8Array; symbologyIdentifier?: string } {
  if (typeof scan === "string") return { bytes: new TextEncoder().encode(scan) };
  if (scan instanceof Uint8Array) return { bytes: scan };
  return { bytes: scan.bytes, symbologyIdentifier: scan.symbologyIdentifier };
}

function asBytes(data: Uint8Array | Uint8ClampedArray): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
