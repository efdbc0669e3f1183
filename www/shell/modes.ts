/** The app's modes and how a person goes from one to another: check, receive, sweep, and what was done before. */
import { addLaterWords, type UdiVerifyElement, type VerdictDetail, type Words } from "udi-verify/element";
import type { WorkerVerifier } from "udi-verify/worker";

import type { SessionPanel } from "../session/session-panel.ts";
import type { ModeName as SessionMode, ScanRecord } from "../work/records.ts";
import { h, icon, type IconName } from "./dom.ts";

export type ModeName = "check" | SessionMode | "history";

const ICONS: Record<ModeName, IconName> = { check: "scan", receiving: "receive", sweep: "sweep", history: "history" };
const NAMES = Object.keys(ICONS) as ModeName[];

/** Where the start has room for more than the scan. */
const ROOMY = matchMedia("(min-width: 40rem) and (min-height: 48rem), (min-width: 56rem) and (min-height: 36rem)");

export interface ModesHost {
  /** Says something that must be seen, above everything. */
  say(text: string): void;
  checkScanner(): void;
}

export class Modes {
  readonly main: HTMLElement;
  readonly navigation = h("nav", { class: "modes" });
  readonly #element: UdiVerifyElement;
  readonly #beside = h("div", { class: "beside" });
  readonly #host: ModesHost;
  #verifier: WorkerVerifier | undefined;
  #words: Words | undefined;
  #current: ModeName = "check";
  #panel: SessionPanel | undefined;

  constructor(element: UdiVerifyElement, host: ModesHost) {
    this.#element = element;
    this.#host = host;
    this.main = h("main", { "data-mode": "check" }, element, this.#beside);
    element.keep = (detail) => this.#keep(detail);
    element.addEventListener("udi-statechange", ({ detail }) => detail.state === "idle" && this.#start());
    ROOMY.addEventListener("change", () => this.#start());
  }

  /** The modes work once there is a verifier. A session that was open when the page ended is taken up again. */
  async begin(verifier: WorkerVerifier, words: Words): Promise<void> {
    this.#verifier = verifier;
    this.#words = words;
    const open = await this.#openSession();
    if (open !== undefined) await this.show(open);
    else this.#start();
    void this.#dropOld();
  }

  speak(words: Words): void {
    const again = this.#words !== undefined && this.#words.language !== words.language;
    this.#words = words;
    this.navigation.setAttribute("aria-label", words.text("modes"));
    this.navigation.replaceChildren(...NAMES.map((name) =>
      h("button", { type: "button", "data-mode": name, "aria-current": name === this.#current && "page", onclick: () => void this.show(name) },
        icon(ICONS[name]), h("span", {}, words.text(`mode_${name}`)))));
    if (again) void this.show(this.#current);
  }

  async show(name: ModeName): Promise<void> {
    const words = this.#words;
    if (words === undefined || this.#verifier === undefined) return;
    this.#panel?.close();
    this.#panel = undefined;
    if (name !== this.#current) this.#element.stop();
    this.#current = name;
    this.main.dataset["mode"] = name;
    this.#element.continuous = name === "receiving" || name === "sweep";
    this.#element.hidden = name === "history";
    for (const button of this.navigation.querySelectorAll("button")) {
      if (button.dataset["mode"] === name) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    this.#beside.replaceChildren();
    try {
      await this.#fill(name, words, this.#verifier);
    } catch {
      this.#host.say(words.text("error_part"));
    }
  }

  /** Where a scan can be shown: a page that only looks back gives way to the check. */
  async toScanning(): Promise<void> {
    if (this.#current === "history") await this.show("check");
  }

  async isSessionOpen(): Promise<boolean> {
    return (await this.#openSession()) !== undefined;
  }

  async #fill(name: ModeName, words: Words, verifier: WorkerVerifier): Promise<void> {
    if (name === "check") return this.#start();
    await addLaterWords(words);
    if (name === "history") {
      const { historyPage } = await import("../history/history-page.ts");
      this.#beside.replaceChildren(historyPage({ words, say: this.#host.say, open: (scan) => void this.#lookAgain(scan) }));
      return;
    }
    const { SessionPanel } = await import("../session/session-panel.ts");
    const panel = new SessionPanel(name, { words, verifier, element: this.#element, say: this.#host.say });
    this.#panel = panel;
    this.#beside.replaceChildren(panel.node);
    await panel.show();
  }

  /** Beside the scan while nothing is scanned. What cannot be loaded is not missed: the ways stand in the navigation too. */
  #start(): void {
    const words = this.#words;
    if (this.#current !== "check" || words === undefined || this.#verifier === undefined || !ROOMY.matches) return;
    void Promise.all([import("./start-page.ts"), addLaterWords(words)]).then(([{ startPage }]) => {
      if (this.#current !== "check") return;
      this.#beside.replaceChildren(startPage({
        words, show: (name) => void this.show(name), checkScanner: () => this.#host.checkScanner(), open: (scan) => void this.#lookAgain(scan),
      }));
    }).catch(() => undefined);
  }

  async #keep(detail: VerdictDetail): Promise<void> {
    if (this.#panel !== undefined) return this.#panel.add(detail);
    try {
      await (await import("../work/check.ts")).keepCheck(detail);
    } catch {
      this.#host.say(this.#words?.text("error_history") ?? "");
    }
  }

  async #lookAgain(scan: ScanRecord): Promise<void> {
    const { scansOf } = await import("../work/records.ts");
    await this.show("check");
    await this.#element.verify(scansOf(scan), { silent: true });
  }

  /** Also has at hand, from the start, what keeps a check. */
  async #dropOld(): Promise<void> {
    try {
      await (await import("../work/check.ts")).dropOldChecks();
    } catch {
      // A store that cannot be opened holds nothing that could be dropped.
    }
  }

  /** A store that cannot be opened has no open session; whoever stores next says why. */
  async #openSession(): Promise<SessionMode | undefined> {
    try {
      const { sessions } = await import("../work/work-store.ts");
      return (await sessions()).find(({ ended }) => ended === null)?.mode;
    } catch {
      return undefined;
    }
  }
}
