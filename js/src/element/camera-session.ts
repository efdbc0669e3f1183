/** The camera as the element uses it: opened, watched, rested, with its light, zoom, lens and focus. */
import { Camera } from "../camera/camera.ts";
import { lenses, type Lens } from "../camera/lens.ts";
import { errorCode } from "../errors.ts";
import type { WorkerVerifier } from "../worker-verifier.ts";
import { listenForGestures } from "./gestures.ts";
import { lensChoice, zoomSteps, type Parts } from "./parts.ts";
import { ScanLoop, type LoopEvents } from "./scan-loop.ts";
import type { Words } from "./words.ts";

/** Between two scans the camera stays granted for so long, in milliseconds; then its light on the phone goes out. */
const REST = 45_000;

export class CameraSession {
  readonly #parts: Parts;
  readonly #words: Words;
  readonly #camera: Camera;
  readonly #events: LoopEvents;
  #loop: ScanLoop | undefined;
  #zoom = 1;
  #pinchFrom = 1;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts, words: Words, events: LoopEvents) {
    this.#parts = parts;
    this.#words = words;
    this.#events = events;
    this.#camera = new Camera(parts.video, () => this.#lost());
    listenForGestures(parts.stage, {
      onTap: (x, y) => void this.#camera.focusAt(x, y),
      onDoubleTap: () => this.zoom(this.#zoom > 1 ? 1 : 2),
      onPinch: (ratio, begins) => {
        if (begins) this.#pinchFrom = this.#zoom;
        else this.zoom(this.#pinchFrom * ratio);
      },
    });
  }

  /** Shows the picture; reading begins with `read`. */
  async open(): Promise<void> {
    clearTimeout(this.#resting);
    await this.#camera.open();
    await this.#tools();
  }

  read(verifier: WorkerVerifier, continuous: boolean): void {
    this.#loop ??= new ScanLoop(this.#camera, verifier, this.#events);
    this.#loop.start(continuous);
  }

  rest(): void {
    this.#loop?.stop();
    this.#camera.rest();
    this.#parts.torch.setAttribute("aria-pressed", "false");
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.close(), REST);
  }

  close(): void {
    clearTimeout(this.#resting);
    this.#loop?.stop();
    this.#camera.close();
    this.#parts.torch.setAttribute("aria-pressed", "false");
  }

  /** The camera still gives pictures, so that a scan can go on without a tap. */
  get isLive(): boolean {
    return this.#camera.isLive;
  }

  torch(on: boolean): void {
    void this.#camera.set({ torch: on });
  }

  zoom(factor: number): void {
    const range = this.#camera.zoomRange;
    if (range === undefined) return;
    this.#zoom = Math.min(range.max, Math.max(range.min, factor));
    void this.#camera.set({ zoom: this.#zoom });
    this.#showZoom();
  }

  /** How the camera's picture lies on the screen. */
  get view(): { scale: number; width: number } {
    const { videoWidth, videoHeight } = this.#parts.video;
    const { clientWidth, clientHeight } = this.#parts.stage;
    return { scale: 1 / Math.max(clientWidth / videoWidth, clientHeight / videoHeight), width: clientWidth };
  }

  /** A phone may take longer to change its lens than the loop waits for a picture. */
  async #changeTo(lens: Lens): Promise<void> {
    const goOn = this.#loop?.hold();
    try {
      await this.#camera.use(lens);
    } catch (error) {
      // Stopped, or another lens chosen, before this one was there.
      if (errorCode(error) !== "camera_closed") this.#events.onPaused("stalled", error);
      return;
    }
    goOn?.();
    await this.#tools();
  }

  async #tools(): Promise<void> {
    this.#parts.torch.hidden = !this.#camera.hasTorch;
    this.#showZoom();
    const found = await lenses().catch(() => []);
    lensChoice(this.#parts.lens, found, this.#camera.lens, this.#words, (lens) => void this.#changeTo(lens));
  }

  #showZoom(): void {
    zoomSteps(this.#parts.zoom, this.#camera.zoomRange, this.#zoom, (factor) => this.zoom(factor));
  }

  /** A picture that only stutters comes back by itself: the loop's own patience decides. An ended one does not. */
  #lost(): void {
    if (this.#camera.isEnded) this.#events.onPaused("stalled");
  }
}
