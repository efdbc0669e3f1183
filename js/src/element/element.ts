/** `<udi-verify>`: camera, photo and typed scan in, a verdict on screen and a typed event out. */
import { Camera } from "../camera.ts";
import { errorCode, UdiVerifyError } from "../errors.ts";
import type { Scan, Symbol, Verdict } from "../types.ts";
import type { Checked, WorkerVerifier } from "../worker-verifier.ts";
import { h } from "./dom.ts";
import css from "./element.css";
import { chooseLanguage, loadWords } from "./languages.ts";
import { outline } from "./outlines.ts";
import { parts, type Parts } from "./parts.ts";
import { ScanLoop } from "./scan-loop.ts";
import { readTyped } from "./typed-scan.ts";
import { gravity, verdictView } from "./verdict-view.ts";
import type { Words } from "./words.ts";

/** What the element is doing; mirrored in the `state` attribute for styling. */
export type ElementState = "idle" | "starting" | "scanning" | "typing" | "result";

export interface VerdictDetail {
  verdict: Verdict;
  /** The symbols it was read from; none for a typed scan. */
  symbols: Symbol[];
}

export interface ElementEvents {
  "udi-verdict": CustomEvent<VerdictDetail>;
  "udi-error": CustomEvent<{ code: string; message: string }>;
  "udi-statechange": CustomEvent<{ state: ElementState }>;
}

/** Importing this file in Node or while rendering on a server must not fail. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

let sheet: CSSStyleSheet | undefined;

export class UdiVerifyElement extends Base {
  #words: Words | undefined;
  #verifier: WorkerVerifier | undefined;
  #parts: Parts | undefined;
  #camera: Camera | undefined;
  #loop: ScanLoop | undefined;
  #state: ElementState = "idle";
  readonly #waiting: ((verifier: WorkerVerifier) => void)[] = [];
  readonly #onVisibility = () => this.#visibilityChanged();

  /** Whose keys and recalls are used. What is scanned before it is set waits for it. */
  get verifier(): WorkerVerifier | undefined {
    return this.#verifier;
  }

  set verifier(verifier: WorkerVerifier | undefined) {
    this.#verifier = verifier;
    if (verifier === undefined) return;
    for (const resume of this.#waiting.splice(0)) resume(verifier);
  }

  get state(): ElementState {
    return this.#state;
  }

  static readonly observedAttributes = ["lang"];

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    void this.#speak();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.#speak();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.stop();
  }

  /** Loads the words of the `lang` attribute, else of the page or the browser, and draws the element in them. */
  async #speak(): Promise<void> {
    const asked = this.lang || document.documentElement.lang;
    const words = await loadWords(chooseLanguage(asked === "" ? navigator.languages : [asked]));
    if (this.#words?.language === words.language && this.#parts !== undefined) return;
    this.#words = words;
    this.stop();
    this.#render();
  }

  /** Opens the camera; call it from a tap. */
  async start(): Promise<void> {
    if (this.#parts === undefined || this.#state === "starting" || this.#state === "scanning") return;
    this.#parts.notice.replaceChildren();
    this.#enter("starting");
    try {
      await this.#openCamera(this.#parts.video);
      this.#enter("scanning");
      this.#loop?.start();
    } catch (error) {
      this.stop();
      this.#fail(error);
    }
  }

  /** Closes the camera and shows the start. */
  stop(): void {
    this.#loop?.stop();
    this.#camera?.close();
    if (this.#state !== "idle") this.#enter("idle");
  }

  /** Verifies a scan that came from elsewhere: typed, pasted, or from a hand scanner. */
  async verify(scan: Scan): Promise<void> {
    this.#loop?.stop();
    this.#camera?.close();
    try {
      this.#show(await (await this.#ready()).verify(scan), []);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads the symbols of a picture file. */
  async checkPicture(file: Blob): Promise<void> {
    try {
      const picture = await createImageBitmap(file).catch((cause: unknown) => {
        throw new UdiVerifyError("picture_unreadable", "the file is not a picture this browser can read", { cause });
      });
      this.#read(await (await this.#ready()).check(picture), true);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #openCamera(video: HTMLVideoElement): Promise<void> {
    this.#camera ??= new Camera(video);
    await this.#camera.open();
    this.#loop ??= new ScanLoop(this.#camera, await this.#ready(), {
      onFrame: (checked) => this.#frame(checked),
      onRead: (checked) => this.#read(checked, false),
      onStalled: () => this.#hint("hint_stalled"),
      onError: (error) => this.#fail(error),
    });
    this.#parts?.torch.toggleAttribute("hidden", !this.#camera.hasTorch);
  }

  async #ready(): Promise<WorkerVerifier> {
    return this.#verifier ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #frame(checked: Checked): void {
    const { parts } = this.#here();
    parts.outlines.replaceChildren(...outline(checked));
    parts.outlines.setAttribute("viewBox", `0 0 ${checked.width} ${checked.height}`);
    if (checked.symbols.length === 0) this.#hint("hint_looking");
  }

  #read({ symbols, verdicts }: Checked, isPicture: boolean): void {
    const verdict = gravest(verdicts);
    if (verdict === undefined) return this.#nothingRead(symbols, isPicture);
    this.#loop?.stop();
    this.#camera?.close();
    navigator.vibrate?.(60);
    this.#show(verdict, symbols);
  }

  #nothingRead(symbols: Symbol[], isPicture: boolean): void {
    if (!isPicture) return symbols.length > 0 ? this.#hint("hint_not_udi") : undefined;
    const code = symbols.length > 0 ? "picture_not_udi" : "picture_no_symbol";
    this.#fail(new UdiVerifyError(code, "no UDI could be read in the picture"));
  }

  #show(verdict: Verdict, symbols: Symbol[]): void {
    const { parts, words } = this.#here();
    const view = verdictView(verdict, today(), words);
    parts.notice.replaceChildren();
    parts.result.replaceChildren(view);
    this.#enter("result");
    parts.result.scrollTop = 0;
    view.querySelector("h2")?.focus({ preventScroll: true });
    this.#dispatch("udi-verdict", { verdict, symbols });
  }

  #fail(error: unknown): void {
    const { parts, words } = this.#here();
    const code = errorCode(error);
    const known = words.has(`error_${code}`) ? `error_${code}` : "error_unexpected";
    parts.notice.replaceChildren(h("p", {}, words.text(known, { code })));
    this.#dispatch("udi-error", { code, message: error instanceof Error ? error.message : String(error) });
  }

  #hint(code: string): void {
    const { parts, words } = this.#here();
    const text = words.text(code);
    if (parts.hint.textContent !== text) parts.hint.textContent = text;
  }

  #enter(state: ElementState): void {
    this.#state = state;
    this.setAttribute("state", state);
    if (state === "scanning") this.#hint("hint_looking");
    else this.#parts?.outlines.replaceChildren();
    this.#dispatch("udi-statechange", { state });
  }

  #dispatch<K extends keyof ElementEvents>(type: K, detail: ElementEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** A hidden page keeps no camera; coming back, the person taps again or finds it running. */
  #visibilityChanged(): void {
    if (document.visibilityState === "hidden" && this.#state === "scanning") this.stop();
  }

  #here(): { parts: Parts; words: Words } {
    if (this.#parts === undefined || this.#words === undefined) {
      throw new UdiVerifyError("not_ready", "the element has no words yet, or is not in a document");
    }
    return { parts: this.#parts, words: this.#words };
  }

  #render(): void {
    if (this.#words === undefined) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    sheet ??= newSheet();
    root.adoptedStyleSheets = [sheet];
    this.#parts = parts(this.#words, {
      start: () => void this.start(),
      stop: () => this.stop(),
      type: () => this.#startTyping(),
      picture: (file) => void this.checkPicture(file),
      typed: (text) => void this.verify(readTyped(text)),
      torch: (on) => void this.#camera?.set({ torch: on }),
    });
    this.#camera = undefined;
    this.#loop = undefined;
    root.replaceChildren(this.#parts.root);
    this.#enter("idle");
  }

  #startTyping(): void {
    this.stop();
    this.#enter("typing");
    this.#parts?.typed.focus();
  }
}

function newSheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Of several items in one picture the one to act on is shown. */
function gravest(verdicts: Verdict[]): Verdict | undefined {
  return [...verdicts].sort((a, b) => gravity(a.headline) - gravity(b.headline))[0];
}

function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

declare global {
  interface HTMLElementTagNameMap {
    "udi-verify": UdiVerifyElement;
  }
  interface HTMLElementEventMap extends ElementEvents {}
}
