/** The rear camera: asked for once a visit, rested between scans, opened anew when the phone has taken it away. */
import { UdiVerifyError } from "../errors.ts";
import { better, lenses, rememberedLens, rememberLens, type Lens } from "./lens.ts";
import { cameraError, refusedBeforeAsking } from "./refusal.ts";

/** 1080 lines give a small Data Matrix enough pixels a module; a phone that cannot keep up is given fewer. */
const WANTED: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 1920 },
  height: { ideal: 1080 },
};
const FEWER: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** Torch, zoom and focus are in browsers but not yet in the DOM's type library. */
type Capabilities = MediaTrackCapabilities & {
  torch?: boolean;
  zoom?: { min: number; max: number; step: number };
  focusMode?: string[];
  pointsOfInterest?: unknown;
};
type Setting = MediaTrackConstraintSet & { torch?: boolean; zoom?: number; focusMode?: string; pointsOfInterest?: { x: number; y: number }[] };

export class Camera {
  readonly #video: HTMLVideoElement;
  /** The phone took the camera away, or gave it back black. */
  readonly #onLost: () => void;
  #stream: MediaStream | undefined;
  /** Counts the openings: one that was overtaken by a close gives its camera back. */
  #opening = 0;
  /** The next picture, while it is awaited or not yet given. */
  #arriving: Promise<true> | undefined;

  constructor(video: HTMLVideoElement, onLost: () => void) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** Call from a tap. A camera that is still there is taken up again without a question. */
  async open(): Promise<void> {
    if (!this.isLive) {
      refusedBeforeAsking();
      this.close();
      const opening = ++this.#opening;
      try {
        await this.#openBest(opening);
      } catch (error) {
        this.close();
        throw cameraError(error);
      }
      await this.set({ focusMode: "continuous" });
    }
    await this.#play();
  }

  /** Changes to a lens the person chose, and keeps to it on later visits. */
  async use(lens: Lens): Promise<void> {
    rememberLens(lens);
    if (lens.deviceId === this.lens?.deviceId) return;
    this.close();
    const opening = ++this.#opening;
    try {
      this.#take(await ask(exactly(lens.deviceId)), opening);
    } catch (error) {
      throw cameraError(error);
    }
    await this.set({ focusMode: "continuous" });
    await this.#play();
  }

  /** Holds the picture, light off; the camera stays granted, so that going on costs nothing. */
  rest(): void {
    void this.set({ torch: false });
    this.#video.pause();
    // What stands still on the screen was read already.
    this.#arriving = undefined;
  }

  close(): void {
    this.#opening++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
    this.#arriving = undefined;
  }

  /** A picture can come: the camera is granted, and neither ended nor muted by the phone. */
  get isLive(): boolean {
    return this.#track?.readyState === "live" && !this.#track.muted;
  }

  /** The phone has taken the camera away for good. */
  get isEnded(): boolean {
    return this.#track?.readyState === "ended";
  }

  get lens(): Lens | undefined {
    const deviceId = this.#track?.getSettings().deviceId;
    return deviceId === undefined ? undefined : { deviceId, label: this.#track?.label ?? "" };
  }

  get hasTorch(): boolean {
    return this.#capabilities.torch === true;
  }

  /** Zoom range, or `undefined` where the camera has none. */
  get zoomRange(): { min: number; max: number } | undefined {
    const { zoom } = this.#capabilities;
    return zoom !== undefined && zoom.max > zoom.min ? zoom : undefined;
  }

  /** Sets what the camera can; what it cannot is left alone. */
  async set(setting: Setting): Promise<void> {
    const capabilities = this.#capabilities;
    const known: Setting = {};
    if (setting.torch !== undefined && capabilities.torch) known.torch = setting.torch;
    if (setting.zoom !== undefined && capabilities.zoom) known.zoom = clamped(setting.zoom, capabilities.zoom);
    if (setting.focusMode !== undefined && capabilities.focusMode?.includes(setting.focusMode)) known.focusMode = setting.focusMode;
    if (setting.pointsOfInterest !== undefined && "pointsOfInterest" in capabilities) known.pointsOfInterest = setting.pointsOfInterest;
    if (Object.keys(known).length === 0) return;
    // A camera may refuse what it announced (a hot torch, for one): scanning goes on without it.
    await this.#track?.applyConstraints({ advanced: [known] }).catch(() => undefined);
  }

  /** Focuses where the person tapped, in shares of the picture's width and height. */
  focusAt(x: number, y: number): Promise<void> {
    return this.set({ pointsOfInterest: [{ x, y }], focusMode: "continuous" });
  }

  /** Fewer pixels, for a phone that takes long over each picture. */
  async slowDown(): Promise<void> {
    if (this.#video.videoWidth <= 1280) return;
    await this.#track?.applyConstraints(FEWER).catch(() => undefined);
  }

  /** The picture on screen now, for the worker. */
  async frame(): Promise<VideoFrame | ImageBitmap> {
    if (typeof VideoFrame !== "undefined") return new VideoFrame(this.#video, { timestamp: performance.now() * 1000 });
    return createImageBitmap(this.#video);
  }

  /**
   * Resolves when the camera has drawn a picture that was not given yet: at once, if it came while the one before was
   * being read. Gives `false` when none came within `patience` milliseconds.
   */
  async nextPicture(patience: number): Promise<boolean> {
    this.#arriving ??= this.#nextDrawn();
    const arriving = this.#arriving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), patience)));
    const arrived = await Promise.race([arriving, late]);
    clearTimeout(timer);
    // Watched from here on, so that a picture drawn during the reading counts.
    if (arrived) this.#arriving = this.#nextDrawn();
    return arrived;
  }

  #nextDrawn(): Promise<true> {
    return new Promise((resolve) => {
      if ("requestVideoFrameCallback" in this.#video) this.#video.requestVideoFrameCallback(() => resolve(true));
      else requestAnimationFrame(() => resolve(true));
    });
  }

  async #openBest(opening: number): Promise<void> {
    const chosen = rememberedLens();
    this.#take(await ask(chosen === undefined ? WANTED : { ...WANTED, deviceId: { ideal: chosen.deviceId } }), opening);
    const change = better(this.lens?.deviceId, await lenses(), chosen);
    if (change !== undefined) await this.#change(change, opening);
    if (this.lens !== undefined && chosen === undefined) rememberLens(this.lens);
  }

  /** Phones lend one camera at a time: the one at hand is given back first, and asked for again should the other fail. */
  async #change({ deviceId }: Lens, opening: number): Promise<void> {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    const stream = await ask(exactly(deviceId)).catch(() => ask(WANTED));
    this.#take(stream, opening);
  }

  #take(stream: MediaStream, opening: number): void {
    if (opening !== this.#opening) {
      for (const track of stream.getTracks()) track.stop();
      throw new UdiVerifyError("camera_closed", "the camera was closed while it was opening");
    }
    this.#stream = stream;
    const [track] = stream.getVideoTracks();
    const lost = () => {
      if (this.#track === track) this.#onLost();
    };
    track?.addEventListener("ended", lost);
    track?.addEventListener("mute", lost);
    this.#video.srcObject = stream;
  }

  async #play(): Promise<void> {
    try {
      await this.#video.play();
    } catch (error) {
      if (this.#stream === undefined) throw new UdiVerifyError("camera_closed", "the camera was closed while it was opening");
      throw cameraError(error);
    }
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }

  get #capabilities(): Capabilities {
    return (this.#track?.getCapabilities?.() as Capabilities | undefined) ?? {};
  }
}

function exactly(deviceId: string): MediaTrackConstraints {
  const { facingMode: _, ...size } = WANTED;
  return { ...size, deviceId: { exact: deviceId } };
}

function ask(video: MediaTrackConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

function clamped(value: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, value));
}
