/** Lets a person pause a sync: what was received of the file on its way is kept, and the rest is asked for on resuming. */
export class SyncPause {
  #resumed: (() => void) | undefined;
  #waiting: Promise<void> | undefined;
  #attempt: AbortController | undefined;

  get isPaused(): boolean {
    return this.#waiting !== undefined;
  }

  pause(): void {
    this.#waiting ??= new Promise((resolve) => (this.#resumed = resolve));
    this.#attempt?.abort();
  }

  resume(): void {
    this.#resumed?.();
    this.#waiting = undefined;
  }

  /** @internal A signal for one request: it ends with `outer`, or when a pause begins. */
  attempt(outer: AbortSignal | null): AbortSignal {
    const attempt = new AbortController();
    this.#attempt = attempt;
    outer?.addEventListener("abort", () => attempt.abort(outer.reason), { once: true, signal: attempt.signal });
    return attempt.signal;
  }

  /** @internal Waits while paused; a sync that is stopped in the meantime ends with its signal's reason. */
  async resumed(outer: AbortSignal | null): Promise<void> {
    outer?.throwIfAborted();
    if (this.#waiting === undefined) return;
    await Promise.race([this.#waiting, new Promise<void>((resolve) => outer?.addEventListener("abort", () => resolve(), { once: true }))]);
    outer?.throwIfAborted();
  }
}
