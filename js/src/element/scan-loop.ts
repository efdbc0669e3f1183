/** Camera → worker → answer, one frame in flight: a slow phone reads fewer frames, it never falls behind. */
import type { Camera } from "../camera.ts";
import type { Checked, WorkerVerifier } from "../worker-verifier.ts";

/** No picture for this long: the camera was taken away (another app, a resumed phone). */
const PATIENCE = 2_000;

/** A linear symbol has only a check character against misreading, so two frames must agree on it. */
const LINEAR = new Set(["Code39", "Code93", "Code128", "Codabar", "DataBar", "DataBarExpanded", "EAN8", "EAN13", "ITF", "UPCA", "UPCE"]);

export interface LoopEvents {
  /** Every frame's answer, for outlines and guidance. */
  onFrame(checked: Checked): void;
  /** Symbols that count as read, at least one. */
  onRead(checked: Checked): void;
  /** No picture came for two seconds. */
  onStalled(): void;
  onError(error: unknown): void;
}

export class ScanLoop {
  readonly #camera: Camera;
  readonly #events: LoopEvents;
  #verifier: WorkerVerifier;
  #running = false;
  #frames = 0;
  #seen = new Set<string>();

  constructor(camera: Camera, verifier: WorkerVerifier, events: LoopEvents) {
    this.#camera = camera;
    this.#verifier = verifier;
    this.#events = events;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#seen.clear();
    void this.#run();
  }

  stop(): void {
    this.#running = false;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const arrived = await this.#camera.nextPicture(PATIENCE);
      if (!this.#running) return;
      if (!arrived) {
        this.#events.onStalled();
        continue;
      }
      try {
        // Every other frame is read fast, for the commonest label; the ones between for every kind of symbol.
        const options = { tryHarder: this.#frames++ % 2 === 1 };
        const checked = await this.#verifier.check(await this.#camera.frame(), { options });
        if (this.#running) this.#report(checked);
      } catch (error) {
        if (this.#running) this.#events.onError(error);
      }
    }
  }

  #report(checked: Checked): void {
    this.#events.onFrame(checked);
    if (checked.symbols.length > 0 && checked.symbols.every((symbol) => this.#certain(symbol))) this.#events.onRead(checked);
  }

  #certain({ format, symbologyIdentifier, text }: Checked["symbols"][number]): boolean {
    if (!LINEAR.has(format)) return true;
    const name = symbologyIdentifier + text;
    const again = this.#seen.has(name);
    this.#seen.add(name);
    return again;
  }
}
