/** What the build takes from wasm-bindgen's output, `target/bindgen/udi_verify.js`. Private to this package. */
declare module "udi-verify-glue" {
  import type { Reading, Symbol, Tracked, Udi, Verdict } from "./types.ts";
  import type { Fetch, State } from "./verifier.ts";

  export default function init(options: { module_or_path: Response }): Promise<unknown>;
  export function initSync(options: { module: BufferSource | WebAssembly.Module }): unknown;

  export function read(
    data: Uint8Array, width: number, height: number,
    maxSymbols?: number, tryHarder?: boolean, budgetMs?: number, lookFirst?: Float32Array,
  ): Reading;
  export function parse(bytes: Uint8Array, symbologyIdentifier: string | undefined, today: string): Udi;

  export class Tracker {
    constructor(maxSymbols?: number, tryHarder?: boolean);
    read(data: Uint8Array, width: number, height: number, budgetMs?: number): Tracked;
    reset(): void;
    free(): void;
  }

  interface Parts {
    bytes: Uint8Array;
    symbologyIdentifier?: string;
  }

  export class Core {
    constructor(trustRoot: Uint8Array);
    restore(state: Uint8Array): void;
    state(nowMs: number): State;
    stateBytes(): Uint8Array;
    /** One verdict: the scans are of one item. */
    verify(scans: Parts[], nowMs: number): Verdict;
    /** A verdict for each item among the symbols of one image. */
    check(symbols: Symbol[], nowMs: number): Verdict[];
    startRefresh(nowMs: number): void;
    nextFetch(): Fetch | undefined;
    supply(bytes?: Uint8Array): void;
    finishRefresh(): Uint8Array;
    commitRefresh(): void;
    abandonRefresh(): void;
    free(): void;
  }
}

/** The wasm file as base64, for the inline entry. */
declare module "udi-verify-wasm-base64" {
  const base64: string;
  export default base64;
}

/** Filled in by `build.mjs`. */
declare const __WASM_SHA256__: string;
declare const __WASM_INTEGRITY__: string;

declare module "*.css" {
  const text: string;
  export default text;
}

/** The address of a picture that the build copies beside the script. */
declare module "*.svg" {
  const url: string;
  export default url;
}

/** The message files of the core and the app merged by language; see `js/build/words.mjs`. */
declare module "words:*" {
  import type { Table } from "./element/words.ts";
  const table: Table;
  export default table;
}

/** What can be wrong with a label, from the core's message files. */
declare module "findings:*" {
  import type { Findings } from "./element/words.ts";
  const findings: Findings;
  export default findings;
}

declare module "later:*" {
  import type { Texts } from "./element/words.ts";
  const texts: Texts;
  export default texts;
}
