/** Keeps the recall data fresh: at start, when the network returns, when the page is seen again, at most hourly. */
import { errorCode, type State, type SyncProgress } from "udi-verify";
import type { WorkerVerifier } from "udi-verify/worker";

import { deployment } from "./deployment.ts";

const HOUR = 3_600_000;

export interface SyncStatus {
  running: boolean;
  progress: SyncProgress | undefined;
  /** Code of the last failure; `undefined` after a success. */
  failure: string | undefined;
  state: State;
}

export class Synchronised extends EventTarget {
  readonly #verifier: WorkerVerifier;
  readonly #others = new BroadcastChannel("udi-verify-state");
  #stop: AbortController | undefined;
  #lastTry = 0;
  #status: SyncStatus;

  constructor(verifier: WorkerVerifier, state: State) {
    super();
    this.#verifier = verifier;
    this.#status = { running: false, progress: undefined, failure: undefined, state };
    this.#others.addEventListener("message", () => void this.#restore());
    addEventListener("online", () => void this.sync());
    document.addEventListener("visibilitychange", () => this.#seenAgain());
    setInterval(() => this.#seenAgain(), HOUR);
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** One sync at a time, in this tab and in the others. */
  async sync(): Promise<void> {
    if (this.#status.running) return;
    this.#lastTry = Date.now();
    this.#stop = new AbortController();
    this.#change({ running: true, progress: undefined, failure: undefined });
    try {
      const state = await alone(() => this.#fetch(this.#stop?.signal));
      this.#change({ running: false, state });
      this.#others.postMessage("synced");
    } catch (error) {
      const state = await this.#verifier.state().catch(() => this.#status.state);
      this.#change({ running: false, failure: errorCode(error), state });
    }
  }

  stop(): void {
    this.#stop?.abort();
  }

  #fetch(signal: AbortSignal | undefined): Promise<State> {
    const onProgress = (progress: SyncProgress) => this.#change({ progress });
    return this.#verifier.sync({ url: deployment.repository, onProgress, ...(signal && { signal }) });
  }

  async #restore(): Promise<void> {
    this.#change({ state: await this.#verifier.restore() });
  }

  #seenAgain(): void {
    if (document.visibilityState === "visible" && Date.now() - this.#lastTry > HOUR) void this.sync();
  }

  #change(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.dispatchEvent(new Event("change"));
  }
}

/** Two tabs must not sync at once; browsers without locks have the store's single write to rely on. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : navigator.locks.request("udi-verify-sync", work);
}
