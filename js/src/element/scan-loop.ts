/** Camera → worker → items, one frame in flight: a slow phone reads fewer frames, it never falls behind. */
import type { Camera } from "../camera/camera.ts";
import type { Checked, WorkerVerifier } from "../worker-verifier.ts";
import { isPartOf, itemsOf, missingPart, type Item } from "./items.ts";

/** No picture for this long: the camera was taken away (another app, a resumed phone). Milliseconds, as all below. */
const PATIENCE = 2_000;
/** Nothing that looks like a symbol for this long: nobody is scanning, and the camera only warms the phone. */
const IDLE = 60_000;
/** So long is waited for the other code of a label of which one was read. */
const SECOND_CODE = 1_500;
/** In continuous reading an item that was out of view for this long may be read again. */
const FORGET = 2_000;
/** Mean time for one of the first pictures above which fewer pixels are asked for. */
const SLOW = 300;
const FIRST_PICTURES = 8;

export interface LoopEvents {
  /** The answer of a frame that ends no scan, for outlines and guidance; `waiting` is the item whose other code is still looked for. */
  onFrame(checked: Checked, waiting: Item | undefined): void;
  /** Items that count as read. `replaces` is the key of one reported before that was only a part of this one. */
  onRead(items: (Item & { replaces?: string })[]): void;
  onPaused(reason: "stalled" | "idle" | "reader", error?: unknown): void;
}

export class ScanLoop {
  readonly #camera: Camera;
  readonly #events: LoopEvents;
  readonly #verifier: WorkerVerifier;
  #continuous = false;
  #wanted = false;
  #run = 0;
  #frames = 0;
  #spent = 0;
  /** When each item was seen first, and when last. */
  #first = new Map<string, number>();
  #reported = new Map<string, number>();

  constructor(camera: Camera, verifier: WorkerVerifier, events: LoopEvents) {
    this.#camera = camera;
    this.#verifier = verifier;
    this.#events = events;
  }

  /** In continuous reading every item is reported once while it stays in view; else the first ones end the scan. */
  start(continuous: boolean): void {
    this.#continuous = continuous;
    this.#first.clear();
    // Heard before the first picture. A worker that cannot answer says so with that.
    void this.#verifier.forget().catch(() => undefined);
    this.#wanted = true;
    void this.#loop(++this.#run);
  }

  stop(): void {
    this.#wanted = false;
    this.#run++;
  }

  /** Awaits no picture until the function it gives is called, which does nothing where the loop was stopped or started since. */
  hold(): () => void {
    const run = ++this.#run;
    return () => {
      if (this.#wanted && run === this.#run) void this.#loop(run);
    };
  }

  async #loop(run: number): Promise<void> {
    let lastSymbol = performance.now();
    while (run === this.#run) {
      const arrived = await this.#camera.nextPicture(PATIENCE);
      if (run !== this.#run) return;
      if (!arrived) return this.#pause("stalled");
      try {
        const checked = await this.#verifier.check(await this.#camera.frame(), { video: true });
        if (run !== this.#run) return;
        if (checked.symbols.length > 0) lastSymbol = performance.now();
        this.#report(checked);
        this.#watchSpeed(checked.elapsed);
      } catch (error) {
        if (run === this.#run) return this.#pause("reader", error);
      }
      if (performance.now() - lastSymbol > IDLE) return this.#pause("idle");
    }
  }

  #pause(reason: "stalled" | "idle" | "reader", error?: unknown): void {
    this.stop();
    this.#events.onPaused(reason, error);
  }

  #report(checked: Checked): void {
    const now = performance.now();
    const items = itemsOf(checked);
    const waiting = items.find((item) => this.#awaitsSecondCode(item, now));
    const ready = items.filter((item) => item !== waiting);
    const read = this.#continuous ? this.#fresh(ready, now) : waiting === undefined ? ready : [];
    if (read.length > 0) this.#events.onRead(read);
    // Where a verdict has just taken the picture's place there is nothing left to outline.
    if (read.length === 0 || this.#continuous) this.#events.onFrame(checked, waiting);
  }

  #awaitsSecondCode({ key, verdict }: Item, now: number): boolean {
    if (missingPart(verdict.udi) === undefined) return false;
    const first = this.#first.get(key) ?? now;
    this.#first.set(key, first);
    return now - first < SECOND_CODE;
  }

  /** What was not reported while it stayed in view. */
  #fresh(items: Item[], now: number): (Item & { replaces?: string })[] {
    for (const [key, last] of this.#reported) {
      if (now - last > FORGET) this.#reported.delete(key);
    }
    return items.flatMap((item) => {
      const known = [...this.#reported.keys()];
      const whole = known.find((key) => key === item.key || isPartOf(item.key, key));
      this.#reported.set(whole ?? item.key, now);
      if (whole !== undefined) return [];
      const replaces = known.find((key) => isPartOf(key, item.key));
      if (replaces === undefined) return [item];
      this.#reported.delete(replaces);
      return [{ ...item, replaces }];
    });
  }

  #watchSpeed(elapsed: number): void {
    if (++this.#frames > FIRST_PICTURES) return;
    this.#spent += elapsed;
    if (this.#frames === FIRST_PICTURES && this.#spent / FIRST_PICTURES > SLOW) void this.#camera.slowDown();
  }
}
