/** The rear camera: opened once from a tap, one frame in flight, closed when the page is hidden. */
import { UdiVerifyError } from "./errors.ts";

/** Lets a phone choose its main rear lens; 1080 lines give small Data Matrix symbols enough pixels a module. */
const WANTED: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 1280 },
  height: { ideal: 720 },
};

/** Torch and zoom are in browsers but not yet in the DOM's type library. */
type Capabilities = MediaTrackCapabilities & { torch?: boolean; zoom?: { min: number; max: number; step: number }; focusMode?: string[] };
type Setting = MediaTrackConstraintSet & { torch?: boolean; zoom?: number; focusMode?: string };

export class Camera {
  readonly #video: HTMLVideoElement;
  #stream: MediaStream | undefined;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  /** Call from a tap. With `deviceId` that lens is used, else the rear camera the browser prefers. */
  async open(deviceId?: string): Promise<void> {
    await refusedBeforeAsking();
    this.close();
    const video = deviceId === undefined ? WANTED : { ...WANTED, facingMode: undefined, deviceId: { exact: deviceId } };
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: video as MediaTrackConstraints });
    } catch (error) {
      throw cameraError(error);
    }
    await this.set({ focusMode: "continuous" });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
  }

  get isOpen(): boolean {
    return this.#track?.readyState === "live";
  }

  get deviceId(): string | undefined {
    return this.#track?.getSettings().deviceId;
  }

  get hasTorch(): boolean {
    return this.#capabilities.torch === true;
  }

  /** Zoom range, or `undefined` where the camera has none. */
  get zoomRange(): { min: number; max: number } | undefined {
    return this.#capabilities.zoom;
  }

  /** Sets what the camera can; what it cannot is left alone. */
  async set(setting: Setting): Promise<void> {
    const capabilities = this.#capabilities;
    const known: Setting = {};
    if (setting.torch !== undefined && capabilities.torch) known.torch = setting.torch;
    if (setting.zoom !== undefined && capabilities.zoom) known.zoom = setting.zoom;
    if (setting.focusMode !== undefined && capabilities.focusMode?.includes(setting.focusMode)) known.focusMode = setting.focusMode;
    if (Object.keys(known).length === 0) return;
    // A camera may refuse what it announced (a hot torch, for one): scanning goes on without it.
    await this.#track?.applyConstraints({ advanced: [known] }).catch(() => undefined);
  }

  /** The picture on screen now, for the worker. */
  async frame(): Promise<VideoFrame | ImageBitmap> {
    if (typeof VideoFrame !== "undefined") return new VideoFrame(this.#video, { timestamp: performance.now() * 1000 });
    return createImageBitmap(this.#video);
  }

  /** Resolves when the camera has drawn another picture; gives `false` when none came within `patience` milliseconds. */
  nextPicture(patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), patience);
      const arrived = () => {
        clearTimeout(timer);
        resolve(true);
      };
      if ("requestVideoFrameCallback" in this.#video) this.#video.requestVideoFrameCallback(arrived);
      else requestAnimationFrame(arrived);
    });
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }

  get #capabilities(): Capabilities {
    return (this.#track?.getCapabilities?.() as Capabilities | undefined) ?? {};
  }
}

/** The rear cameras, best guess of the main lens first. Names are empty until the camera was allowed once. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === "videoinput");
}

/** What can be told without asking: the person is not shown a question whose answer cannot help. */
async function refusedBeforeAsking(): Promise<void> {
  if (!globalThis.isSecureContext) throw new UdiVerifyError("camera_insecure", "cameras need HTTPS or localhost");
  const policy = (document as unknown as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  if (policy?.allowsFeature("camera") === false) {
    throw new UdiVerifyError("camera_policy", "the page or the frame around it forbids the camera (Permissions-Policy, allow=\"camera\")");
  }
  if (navigator.mediaDevices?.getUserMedia === undefined) {
    throw new UdiVerifyError("camera_unsupported", "this browser gives pages no camera");
  }
}

function cameraError(error: unknown): UdiVerifyError {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  const codes: Record<string, string> = {
    NotAllowedError: "camera_denied",
    SecurityError: "camera_policy",
    NotFoundError: "camera_none",
    OverconstrainedError: "camera_none",
    NotReadableError: "camera_in_use",
    AbortError: "camera_in_use",
  };
  return new UdiVerifyError(codes[name] ?? "camera_failed", `the camera did not start: ${name}`, { cause: error });
}
