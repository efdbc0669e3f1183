/** Keeps the recall data fresh: at start, when the network returns, when the page is seen again, at most hourly. */
import { errorCode, type State, type SyncProgress } from "udi-verify";
import type { SyncCallOptions, WorkerVerifier } from "udi-verify/worker";

import { preferences } from "../shell/preferences.ts";
import { deployment } from "./deployment.ts";
import { noteData, wasEvicted } from "./eviction.ts";
import { networkKind, onNetworkChange } from "./network.ts";

const HOUR = 3_600_000;

export interface SyncStatus {
  /** What is under way. */
  running: "sync" | "import" | "pack" | undefined;
  paused: boolean;
  progress: SyncProgress | undefined;
  /** Code of the last failure; `undefined` after a success. */
  failure: string | undefined;
  /** The person wants Wi-Fi for syncs, and this is none or cannot be told. */
  waitsForWifi: boolean;
  state: State;
}

export class Synchronised extends EventTarget {
  readonly #verifier: WorkerVerifier;
  readonly #others = new BroadcastChannel("udi-verify-state");
  #stop: AbortController | undefined;
  #lastTry = 0;
  #status: SyncStatus;
  /** The browser has deleted what an earlier visit stored. */
  readonly evicted: boolean;

  constructor(verifier: WorkerVerifier, state: State) {
    super();
    this.#verifier = verifier;
    this.#status = { running: undefined, paused: false, progress: undefined, failure: undefined, waitsForWifi: false, state };
    this.evicted = wasEvicted(state.lastSync !== null);
    this.#others.addEventListener("message", () => void this.#restore());
    onNetworkChange(() => this.syncUnasked());
    document.addEventListener("visibilitychange", () => this.#seenAgain());
    setInterval(() => this.#seenAgain(), HOUR);
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** A sync that nobody pressed a button for: it keeps to the person's choice of network. */
  syncUnasked(): void {
    const waitsForWifi = preferences().wifiOnly && networkKind() !== "wifi";
    if (waitsForWifi !== this.#status.waitsForWifi) this.#change({ waitsForWifi });
    if (!waitsForWifi) void this.sync();
  }

  /** One sync at a time, in this tab and in the others. */
  async sync(): Promise<void> {
    this.#lastTry = Date.now();
    await this.#run("sync", (options) => this.#verifier.sync({ url: deployment.repository, ...options }));
  }

  /** Takes a repository that came as a file. */
  async importFile(file: Blob): Promise<void> {
    await this.#run("import", (options) => this.#verifier.importFile(file, options));
  }

  /** The repository as a file for devices without a network; `undefined` after a failure, which the status names. */
  async pack(): Promise<Uint8Array | undefined> {
    let packed: Uint8Array | undefined;
    await this.#run("pack", async (options) => {
      packed = await this.#verifier.pack({ url: deployment.repository, ...options });
      return this.#verifier.state();
    });
    return packed;
  }

  pause(): void {
    if (this.#status.running === undefined) return;
    this.#change({ paused: true });
    void this.#verifier.pauseSync();
  }

  resume(): void {
    this.#change({ paused: false });
    void this.#verifier.resumeSync();
  }

  stop(): void {
    this.#stop?.abort();
    this.#change({ paused: false });
  }

  async #run(running: "sync" | "import" | "pack", work: (options: SyncCallOptions) => Promise<State>): Promise<void> {
    // A second sync would bring nothing new; a file that a person asked for waits for its turn.
    if (this.#status.running !== undefined && running === "sync") return;
    while (this.#status.running !== undefined) await this.#changed();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#change({ running, paused: false, progress: undefined, failure: undefined, waitsForWifi: false });
    try {
      const state = await alone(signal, async () => {
        // Paused while another tab was syncing: the worker has heard of no sync yet that it could hold.
        while (this.#status.paused) await this.#changed();
        return work({ signal, onProgress: (progress) => this.#change({ progress }) });
      });
      if (state.lastSync !== null) noteData();
      this.#change({ running: undefined, state });
      this.#others.postMessage("synced");
    } catch (error) {
      const state = await this.#verifier.state().catch(() => this.#status.state);
      this.#change({ running: undefined, failure: errorCode(error), state });
    }
  }

  async #restore(): Promise<void> {
    this.#change({ state: await this.#verifier.restore() });
  }

  #seenAgain(): void {
    if (document.visibilityState === "visible" && Date.now() - this.#lastTry > HOUR) this.syncUnasked();
  }

  /** Of several that wait, each must look again by itself: the one before may have begun something. */
  #changed(): Promise<void> {
    return new Promise((resolve) => this.addEventListener("change", () => resolve(), { once: true }));
  }

  #change(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.dispatchEvent(new Event("change"));
  }
}

/** Two tabs must not sync at once; browsers without locks have the store's single write to rely on. */
function alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : navigator.locks.request("udi-verify-sync", { signal }, work);
}
