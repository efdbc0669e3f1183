import { UdiVerifyError } from "./errors.ts";
import type { Answer, Calls, Checked, Name } from "./messages.ts";
import type { SyncProgress } from "./sync.ts";
import { scriptUrl } from "./trusted-url.ts";
import type { DecodeOptions, Image, Now, Scan, Udi, Verdict } from "./types.ts";
import type { State } from "./verifier.ts";

export type { Checked } from "./messages.ts";
export { scriptUrl } from "./trusted-url.ts";

export interface WorkerOptions {
  trustRoot: Uint8Array | string;
  /** Name of the IndexedDB database that keeps the synced data. */
  database?: string;
  /** Where the worker script is; default: beside this module. */
  workerUrl?: string | URL;
  /** Where the wasm file is; default: beside this module. */
  wasmUrl?: string | URL;
}

export interface SyncCallOptions {
  onProgress?: (progress: SyncProgress) => void;
  signal?: AbortSignal;
}

interface Pending {
  resolve: (output: never) => void;
  reject: (error: UdiVerifyError) => void;
  onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** The `Verifier` in a worker: the same calls, each giving a promise. A worker that dies is replaced at the next call. */
export class WorkerVerifier {
  readonly #options: WorkerOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #ready: Promise<State> | undefined;
  #lastId = 0;

  private constructor(options: WorkerOptions) {
    this.#options = options;
  }

  static async load(options: WorkerOptions): Promise<WorkerVerifier> {
    const client = new WorkerVerifier(options);
    await client.#start();
    return client;
  }

  /**
   * Takes over `source` and closes it. With `video` it is the next picture of the camera: the last one tells where
   * to look, a linear symbol waits for a second picture that agrees, and `fresh` names nothing twice.
   */
  check(
    source: VideoFrame | ImageBitmap | Image,
    options: { now?: Now; options?: DecodeOptions; video?: boolean } = {},
  ): Promise<Checked> {
    const transfer: Transferable[] = "data" in source ? [] : [source];
    return this.#call("check", { source, ...options }, { transfer });
  }

  /** Forgets what the video has shown, as before another item. */
  forget(): Promise<void> {
    return this.#call("forget", {});
  }

  parse(scan: Scan, options: { symbologyIdentifier?: string; now?: Now } = {}): Promise<Udi> {
    return this.#call("parse", { scan, ...options });
  }

  verify(scan: Scan | Scan[], options: { now?: Now } = {}): Promise<Verdict> {
    return this.#call("verify", { scan, ...options });
  }

  /** Brings keys and recalls up to date; other tabs must `restore()` afterwards. */
  sync(options: { url: string | URL } & SyncCallOptions): Promise<State> {
    const url = new URL(options.url, location.href).href;
    return this.#syncCall("sync", { url }, options);
  }

  /** A sync from a repository that came as a zip; its contents are checked as those of a server are. */
  async importFile(file: Blob, options: SyncCallOptions = {}): Promise<State> {
    const { unpackRepository } = await import("./repository-file.ts");
    const files = unpackRepository(new Uint8Array(await file.arrayBuffer()));
    return this.#syncCall("importFiles", { files }, options);
  }

  /** The repository as one zip for devices without a network, every file of it verified. */
  async pack(options: { url: string | URL } & SyncCallOptions): Promise<Uint8Array> {
    const url = new URL(options.url, location.href).href;
    const files = await this.#syncCall("collect", { url }, options);
    const { packRepository } = await import("./repository-file.ts");
    return packRepository(files);
  }

  /** Holds the sync under way; what was received stays. */
  pauseSync(): Promise<void> {
    return this.#call("controlSync", { what: "pause" });
  }

  resumeSync(): Promise<void> {
    return this.#call("controlSync", { what: "resume" });
  }

  async #syncCall<N extends "sync" | "importFiles" | "collect">(name: N, input: Calls[N][0], options: SyncCallOptions): Promise<Calls[N][1]> {
    if (options.signal?.aborted === true) throw new UdiVerifyError("aborted", "the sync was stopped");
    options.signal?.addEventListener("abort", () => void this.#call("controlSync", { what: "stop" }), { once: true });
    return this.#call(name, input, { onProgress: options.onProgress });
  }

  /** Takes up what the database holds now. */
  restore(): Promise<State> {
    return this.#call("restore", {});
  }

  state(options: { now?: Now } = {}): Promise<State> {
    return this.#call("state", options);
  }

  /** Ends the worker; calls under way fail with `worker_ended`. */
  terminate(): void {
    this.#end("worker_ended", "the worker was ended");
  }

  #start(): Promise<State> {
    this.#ready ??= this.#spawn().catch((error: unknown) => {
      this.#end("worker_start", "the worker did not start");
      throw error;
    });
    return this.#ready;
  }

  async #spawn(): Promise<State> {
    const { trustRoot, database = "udi-verify", workerUrl, wasmUrl } = this.#options;
    const script = workerUrl ?? new URL("./worker.js", import.meta.url);
    const wasm = new URL(wasmUrl ?? new URL("./udi_verify_bg.wasm", import.meta.url), location.href).href;
    const worker = new Worker(scriptUrl(script), { type: "module", name: "udi-verify" });
    this.#worker = worker;
    worker.addEventListener("message", (event: MessageEvent<Answer>) => this.#settle(event.data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#end("worker_failed", event.message || "the worker script could not be loaded or stopped");
    });
    const root = typeof trustRoot === "string" ? new TextEncoder().encode(trustRoot) : trustRoot;
    return this.#post(worker, "load", { wasm, trustRoot: root, database });
  }

  async #call<N extends Name>(
    name: N,
    input: Calls[N][0],
    options: { transfer?: Transferable[]; onProgress?: Pending["onProgress"] } = {},
  ): Promise<Calls[N][1]> {
    await this.#start();
    if (this.#worker === undefined) throw new UdiVerifyError("worker_ended", "the worker was ended");
    return this.#post(this.#worker, name, input, options);
  }

  #post<N extends Name>(
    worker: Worker,
    name: N,
    input: Calls[N][0],
    options: { transfer?: Transferable[]; onProgress?: Pending["onProgress"] } = {},
  ): Promise<Calls[N][1]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress: options.onProgress });
      worker.postMessage({ id, name, input }, options.transfer ?? []);
    });
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    if ("progress" in answer) return pending.onProgress?.(answer.progress);
    this.#pending.delete(answer.id);
    if (answer.ok) return pending.resolve(answer.output as never);
    pending.reject(new UdiVerifyError(answer.code, answer.message));
    // After a trap the core's memory is in an unknown state: the next call starts a fresh worker.
    if (answer.code === "wasm_trap") this.#end("wasm_trap", answer.message);
  }

  #end(code: string, message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = undefined;
    for (const { reject } of this.#pending.values()) reject(new UdiVerifyError(code, message));
    this.#pending.clear();
  }
}
