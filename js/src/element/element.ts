/** `<udi-verify>`: camera, photo and typed scan in, a verdict on screen and a typed event out. */
import { errorCode, UdiVerifyError } from "../errors.ts";
import type { Scan, Symbol, Verdict } from "../types.ts";
import type { Checked, WorkerVerifier } from "../worker-verifier.ts";
import { CameraSession } from "./camera-session.ts";
import { afterPaint, h } from "./dom.ts";
import css from "./element.css";
import { allowSound, give } from "./feedback.ts";
import { icon } from "./icons.ts";
import { isSourceOf, itemsOf, keyOf, missingPart, type Item } from "./items.ts";
import { chooseLanguage, loadWords } from "./languages.ts";
import { outline } from "./outlines.ts";
import { parts, type Parts } from "./parts.ts";
import { readTypedCodes } from "./typed-scan.ts";
import { gravity, lookOf, verdictStrip, verdictView } from "./verdict-view.ts";
import type { Words } from "./words.ts";

/** What the element is doing; mirrored in the `state` attribute for styling. */
export type ElementState = "idle" | "starting" | "scanning" | "paused" | "typing" | "result";

export interface VerdictDetail {
  verdict: Verdict;
  /** The symbols it was read from; none for a typed scan. */
  symbols: Symbol[];
  /** Names what it was read from: the same for the same scan. */
  key: string;
  /** The key of an earlier verdict that was only a part of this one: the label's other code has been read since. */
  replaces?: string;
}

export interface ElementEvents {
  "udi-verdict": CustomEvent<VerdictDetail>;
  "udi-error": CustomEvent<{ code: string; message: string }>;
  "udi-statechange": CustomEvent<{ state: ElementState }>;
}

/** Importing this file in Node or while rendering on a server must not fail. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);
/** A hint stays long enough to be read, in milliseconds. */
const HINT_STAYS = 800;
/** A store that answers no sooner must not stand between a person and a verdict; milliseconds. */
const KEEPING = 250;

let sheet: CSSStyleSheet | undefined;

/**
 * Camera, photo or typed scan in; a verdict on screen and an event out. Give it a `verifier`, and call `start()` from a tap.
 *
 * @tagname udi-verify
 * @attr {string} lang - Language of the words, a BCP 47 tag; without it the page's, then the browser's.
 * @attr {"idle"|"starting"|"scanning"|"typing"|"result"} state - Set by the element, for styling.
 *
 * @fires {CustomEvent<VerdictDetail>} udi-verdict - A verdict is on the screen; `detail` has it with its symbols.
 * @fires {CustomEvent<{ code: string, message: string }>} udi-error - Something failed; the sentence for people is shown already.
 * @fires {CustomEvent<{ state: ElementState }>} udi-statechange - The element does something else now.
 *
 * @csspart frame - The area of camera and welcome.
 * @csspart video - The camera picture.
 * @csspart hint - The line of guidance over the camera picture.
 * @csspart notice - The sentence shown when something failed.
 * @csspart button - Every button.
 * @csspart scan-button - The large button that opens the camera.
 * @csspart verdict - The whole answer.
 * @csspart banner - The headline of the answer with icon and colour.
 *
 * @cssprop [--udi-font] - Font shorthand of all text.
 * @cssprop [--udi-radius=18px] - Corner radius of the large areas.
 * @cssprop [--udi-ground] - Colour behind everything.
 * @cssprop [--udi-surface] - Colour of cards and buttons.
 * @cssprop [--udi-line] - Colour of borders.
 * @cssprop [--udi-ink] - Colour of text.
 * @cssprop [--udi-quiet] - Colour of secondary text.
 * @cssprop [--udi-accent] - Colour of the main buttons.
 * @cssprop [--udi-on-accent] - Colour of text on them.
 * @cssprop [--udi-accent-soft] - Colour behind marked text, and around the scan button.
 * @cssprop [--udi-good-ink] - Colour of what was established.
 * @cssprop [--udi-bad-ink] - Colour of errors and of data too old.
 * @cssprop [--udi-warn-ink] - Colour of warnings.
 * @cssprop [--udi-color-scheme=light dark] - Colour scheme of controls and scroll bars.
 * @cssprop [--udi-stop] - Banner of recalled, altered, used and expired.
 * @cssprop [--udi-hold] - Banner of what a person must check.
 * @cssprop [--udi-clear] - Banner of signed without a recall.
 * @cssprop [--udi-plain] - Banner of unsigned without a recall.
 * @cssprop [--udi-unknown] - Banner of what cannot be checked.
 */
export class UdiVerifyElement extends Base {
  #words: Words | undefined;
  #verifier: WorkerVerifier | undefined;
  #parts: Parts | undefined;
  #session: CameraSession | undefined;
  #state: ElementState = "idle";
  #hinted = 0;
  /** What was read of the label whose second code is being looked for. */
  #firstCode: Scan[] = [];
  readonly #waiting: ((verifier: WorkerVerifier) => void)[] = [];
  readonly #onVisibility = () => this.#visibilityChanged();
  readonly #onPaste = (event: ClipboardEvent) => this.#pasted(event);

  /**
   * Called with every verdict before it is shown, and waited for a moment: what keeps verdicts has then kept this one, even
   * should the page end while it is read. Handles its own failures.
   */
  keep: ((detail: VerdictDetail) => Promise<void>) | undefined;

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

  /** The camera goes on after a verdict, and each item in view is told once; mirrors the attribute. */
  get continuous(): boolean {
    return this.hasAttribute("continuous");
  }

  set continuous(continuous: boolean) {
    this.toggleAttribute("continuous", continuous);
  }

  static readonly observedAttributes = ["lang", "continuous"];

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    document.addEventListener("paste", this.#onPaste);
    void this.#speak();
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === "lang") void this.#speak();
    else if (this.#state !== "idle") this.stop();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    document.removeEventListener("paste", this.#onPaste);
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
    if (this.#parts === undefined || this.#session === undefined || this.#state === "starting" || this.#state === "scanning") return;
    this.#parts.notice.replaceChildren();
    if (this.#state !== "paused") this.#firstCode = [];
    await this.#scanFromTap();
  }

  /** Sound is allowed while the tap lasts, but after the camera was asked for: making it ready takes its time. */
  #scanFromTap(): Promise<void> {
    const scanning = this.#scan();
    if (this.#channels.has("sound")) allowSound();
    return scanning;
  }

  async #scan(): Promise<void> {
    const session = this.#session;
    this.#enter("starting");
    try {
      await session?.open();
      // The picture is shown while the core may still be starting.
      if (this.#current === "starting") this.#enter("scanning");
      const verifier = await this.#ready();
      if (this.#current === "scanning") session?.read(verifier, this.continuous);
    } catch (error) {
      if (errorCode(error) === "camera_closed") return;
      this.stop();
      this.#fail(error);
    }
  }

  /** Closes the camera and shows the start. */
  stop(): void {
    this.#session?.close();
    this.#parts?.strip.replaceChildren();
    this.#parts?.root.classList.remove("told");
    if (this.#state !== "idle") this.#enter("idle");
  }

  /**
   * Verifies a scan that came from elsewhere: typed, pasted, or from a hand scanner. Several scans are taken to
   * be of one item. With `silent` the verdict is shown without an event, as for looking at an old check again.
   */
  async verify(scan: Scan | Scan[], options: { silent?: boolean } = {}): Promise<void> {
    if (!this.continuous) this.#session?.rest();
    const scans = [...this.#firstCode, ...(Array.isArray(scan) ? scan : [scan])];
    try {
      const verdict = await (await this.#ready()).verify(scans);
      this.#firstCode = [];
      await this.#answer([{ key: keyOf(verdict.udi), verdict, symbols: [] }], options.silent === true);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The codes in a text: those of one item together, whole labels each for itself. */
  async #verifyTyped(text: string): Promise<void> {
    const codes = readTypedCodes(text);
    if (codes.length < 2 || this.#firstCode.length > 0) return this.verify(codes);
    try {
      const verifier = await this.#ready();
      const verdicts = await Promise.all(codes.map((code) => verifier.verify(code)));
      const items = verdicts.map((verdict) => ({ key: keyOf(verdict.udi), verdict, symbols: [] }));
      const isWhole = ({ udi }: Verdict) => udi.agency !== null && missingPart(udi) === undefined;
      if (!verdicts.every(isWhole)) return await this.verify(codes);
      await this.#answer([...new Map(items.map((item) => [item.key, item])).values()], false);
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
      const checked = await (await this.#ready()).check(picture);
      if (checked.verdicts.length > 0) return await this.#read(itemsOf(checked));
      const code = checked.symbols.length > 0 ? "picture_not_udi" : "picture_no_symbol";
      throw new UdiVerifyError(code, "no UDI could be read in the picture");
    } catch (error) {
      this.#fail(error);
    }
  }

  async #ready(): Promise<WorkerVerifier> {
    return this.#verifier ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #frame(checked: Checked, waiting: Item | undefined): void {
    const { parts, words } = this.#here();
    parts.outlines.replaceChildren(...outline(checked, this.#session?.view ?? { scale: 1, width: checked.width }, words));
    parts.outlines.setAttribute("viewBox", `0 0 ${checked.width} ${checked.height}`);
    this.#hint(hintOf(checked, waiting, this.#firstCode.length > 0), false);
  }

  async #read(items: (Item & { replaces?: string })[]): Promise<void> {
    if (this.#firstCode.length === 0) return this.#answer(items, false);
    // The person has said that the codes read now belong to the label of the first one.
    const symbols = items.flatMap((item) => item.symbols);
    const known = this.#firstCode.map(textOf);
    const verifier = await this.#ready();
    if (!symbols.some((symbol) => !known.includes(textOf(symbol)))) {
      if (this.#current === "scanning") this.#session?.read(verifier, this.continuous);
      return;
    }
    try {
      const verdict = await verifier.verify([...this.#firstCode, ...symbols]);
      this.#firstCode = [];
      // Of another label after all: it is answered too.
      const apart = items.filter((item) => !item.symbols.every((symbol) => isSourceOf(symbol, verdict)));
      await this.#answer([{ key: keyOf(verdict.udi), verdict, symbols }, ...apart], false);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #answer(items: (Item & { replaces?: string })[], silent: boolean): Promise<void> {
    // The item to act on stands first on the screen, and is told last, so that it is what a page keeps.
    const ordered = [...items].sort((a, b) => gravity(a.verdict) - gravity(b.verdict));
    const [gravest] = ordered;
    if (gravest === undefined) return;
    const told: VerdictDetail[] = silent ? [] : [...ordered].reverse();
    // What is read while it is being kept would be kept twice.
    if (!this.continuous) this.#session?.rest();
    const kept = Promise.race([Promise.allSettled(told.map((detail) => this.keep?.(detail))), new Promise((resolve) => setTimeout(resolve, KEEPING))]);
    const { parts: { flash }, words } = this.#here();
    const inStrip = this.continuous && !silent;
    // Made while the store works.
    const answer = inStrip ? verdictStrip(gravest.verdict, words) : this.#viewOf(ordered);
    await kept;
    // The screen first: sound takes its time to begin with.
    if (!silent) afterPaint(() => give(lookOf(gravest.verdict).tone, this.#channels, flash));
    if (inStrip) this.#strip(answer);
    else this.#show(answer);
    for (const detail of told) this.#dispatch("udi-verdict", detail);
  }

  /** By what a verdict is given beside the screen. */
  get #channels(): ReadonlySet<string> {
    return new Set((this.getAttribute("feedback") ?? "vibration").split(/\s+/));
  }

  /** The first item in full, the others below it. */
  #viewOf([shown, ...others]: Item[]): HTMLElement {
    if (shown === undefined) return h("article");
    return verdictView(shown.verdict, today(), this.#here().words, {
      others: others.map(({ verdict }) => verdict),
      onOther: (index) => this.#show(this.#viewOf([others[index], shown, ...others.filter((_, at) => at !== index)].filter((item) => item !== undefined))),
      onSecondCode: missingPart(shown.verdict.udi) === undefined ? undefined : () => this.#scanSecond(shown),
    });
  }

  #show(view: HTMLElement): void {
    const { parts } = this.#here();
    this.#session?.rest();
    parts.notice.replaceChildren();
    parts.result.replaceChildren(view);
    this.#enter("result");
    parts.result.scrollTop = 0;
    view.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** In continuous reading the scan goes on; only the line under the picture changes. */
  #strip(line: HTMLElement): void {
    const { parts } = this.#here();
    parts.strip.replaceChildren(line);
    parts.root.classList.add("told");
    parts.notice.replaceChildren();
    parts.typed.value = "";
    if (this.#state === "typing") this.#enter("idle");
  }

  #scanSecond({ verdict, symbols }: Item): void {
    this.#firstCode = symbols.length > 0 ? symbols : verdict.udi.sources.map(({ text }) => text);
    void this.#scanFromTap();
  }

  #fail(error: unknown): void {
    const { parts, words } = this.#here();
    const code = errorCode(error);
    const known = words.has(`error_${code}`) ? `error_${code}` : "error_unexpected";
    parts.notice.replaceChildren(h("p", {}, words.text(known, { code })));
    this.#dispatch("udi-error", { code, message: error instanceof Error ? error.message : String(error) });
  }

  #hint(code: string, now = true): void {
    const { parts, words } = this.#here();
    const text = words.text(code);
    if (parts.hint.textContent === text || (!now && performance.now() - this.#hinted < HINT_STAYS)) return;
    this.#hinted = performance.now();
    parts.hint.textContent = text;
    parts.hint.dataset["code"] = code;
  }

  /** The picture is covered by one large button that goes on. */
  #pause(reason: "stalled" | "idle" | "reader", error?: unknown): void {
    if (this.#state !== "scanning" && this.#state !== "starting") return;
    const { parts, words } = this.#here();
    this.#session?.close();
    parts.restart.replaceChildren(icon("restart"), h("b", {}, words.text("restart")), h("span", {}, words.text(`paused_${reason}`)));
    this.#enter("paused");
    parts.restart.focus();
    if (error !== undefined) this.#fail(error);
  }

  #enter(state: ElementState): void {
    this.#state = state;
    this.setAttribute("state", state);
    if (state === "scanning") this.#hint(this.#firstCode.length > 0 ? "hint_second" : "hint_looking");
    else this.#parts?.outlines.replaceChildren();
    this.#dispatch("udi-statechange", { state });
  }

  /** Read through this where a wait lies between: the state may have changed meanwhile. */
  get #current(): ElementState {
    return this.#state;
  }

  #dispatch<K extends keyof ElementEvents>(type: K, detail: ElementEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Hidden, the picture rests; seen again, a camera that is still there goes on, and one that is not is asked for by a tap. */
  #visibilityChanged(): void {
    if (this.#state !== "scanning") return;
    if (document.visibilityState === "hidden") return this.#session?.rest();
    if (this.#session?.isLive) void this.#scan();
    else this.#pause("stalled");
  }

  /** A picture or a scan pasted anywhere in the page; what is pasted into a field is the field's. */
  #pasted(event: ClipboardEvent): void {
    const [target] = event.composedPath();
    if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName))) return;
    const [file] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (file?.type.startsWith("image/")) void this.checkPicture(file);
    else if (text.trim() !== "") void this.#verifyTyped(text);
    else return;
    event.preventDefault();
  }

  async #pasteIntoField(): Promise<void> {
    const { parts } = this.#here();
    try {
      parts.typed.value = await navigator.clipboard.readText();
    } catch (cause) {
      this.#fail(new UdiVerifyError("paste_refused", "the browser does not let this page read the clipboard", { cause }));
    }
    parts.typed.focus();
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
      typed: (text) => void this.#verifyTyped(text),
      paste: () => void this.#pasteIntoField(),
      torch: (on) => this.#session?.torch(on),
      zoom: (factor) => this.#session?.zoom(factor),
    });
    this.#session = new CameraSession(this.#parts, this.#words, {
      onFrame: (checked, waiting) => this.#frame(checked, waiting),
      onRead: (items) => void this.#read(items),
      onPaused: (reason, error) => this.#pause(reason, error),
    });
    root.replaceChildren(this.#parts.root);
    this.#enter("idle");
  }

  #startTyping(): void {
    if (!this.continuous) this.stop();
    else this.#session?.close();
    this.#enter("typing");
    this.#parts?.typed.focus();
  }
}

/** What the person should do, in the order of what helps most. */
function hintOf(checked: Checked, waiting: Item | undefined, second: boolean): string {
  if (second || waiting !== undefined) return "hint_second";
  if (checked.symbols.length > 0 && checked.verdicts.length === 0) return "hint_not_udi";
  return checked.guidance?.code ?? "hint_looking";
}

function textOf(scan: Scan): string {
  if (typeof scan === "string") return scan;
  return new TextDecoder().decode(scan instanceof Uint8Array ? scan : scan.bytes);
}

function newSheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
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
