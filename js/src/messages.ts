/** What the page and the worker say to each other. Every request gets exactly one answer with its id. */
import type { SyncProgress } from "./sync.ts";
import type { DecodeOptions, Guidance, Image, Now, Scan, Symbol, Udi, Verdict } from "./types.ts";
import type { State } from "./verifier.ts";

/** A frame's verdicts, with the symbols they were read from. */
export interface Checked {
  symbols: Symbol[];
  verdicts: Verdict[];
  /** Of `symbols`, those that no picture of this video has reported before; without `video`, all of them. */
  fresh: Symbol[];
  /** What hinders reading, where nothing was read. */
  guidance: Guidance | null;
  width: number;
  height: number;
  /** Milliseconds the worker spent on it. */
  elapsed: number;
}

/** The worker's calls: name → what goes in, what comes out. */
export interface Calls {
  load: [{ wasm: string | ArrayBuffer | WebAssembly.Module; trustRoot: Uint8Array; database: string }, State];
  check: [{ source: VideoFrame | ImageBitmap | Image; now?: Now; options?: DecodeOptions; video?: boolean }, Checked];
  forget: [Record<never, never>, void];
  parse: [{ scan: Scan; symbologyIdentifier?: string; now?: Now }, Udi];
  verify: [{ scan: Scan | Scan[]; now?: Now }, Verdict];
  sync: [{ url: string }, State];
  importFiles: [{ files: Record<string, Uint8Array> }, State];
  collect: [{ url: string }, Record<string, Uint8Array>];
  controlSync: [{ what: SyncControl }, void];
  restore: [Record<never, never>, State];
  state: [{ now?: Now }, State];
}

/** What a person may do to a sync under way. */
export type SyncControl = "pause" | "resume" | "stop";

export type Name = keyof Calls;
export type Request = { [N in Name]: { id: number; name: N; input: Calls[N][0] } }[Name];

export type Answer =
  | { id: number; ok: true; output: unknown }
  | { id: number; ok: false; code: string; message: string }
  | { id: number; progress: SyncProgress };
