/** The page beside the camera in receiving and sweep: begins, shows, takes back and ends a session. */
import { errorCode } from "udi-verify";
import type { UdiVerifyElement, VerdictDetail, Words } from "udi-verify/element";
import type { WorkerVerifier } from "udi-verify/worker";

import { h, icon, present } from "../shell/dom.ts";
import { download, FILES, leftOut, nameOf } from "../work/export/files.ts";
import { recordOf, scansOf, type ModeName, type ScanRecord, type Session } from "../work/records.ts";
import { addScan, changes, removeScan, saveSession, scansOfSession, sessions } from "../work/work-store.ts";
import { beginning } from "./beginning.ts";
import { printReport } from "./report.ts";
import { figures, lists, talliedOf } from "./summary.ts";
import type { Tally } from "./tally.ts";

export interface PanelHost {
  words: Words;
  verifier: WorkerVerifier;
  element: UdiVerifyElement;
  /** Says something that must be seen, above everything. */
  say(text: string): void;
}

export class SessionPanel {
  readonly node: HTMLElement;
  readonly #mode: ModeName;
  readonly #host: PanelHost;
  readonly #said = h("p", { class: "said", role: "status" });
  #session: Session | undefined;
  #scans: ScanRecord[] = [];
  /** Scans that the browser refused to store; counted all the same, and tried again with every scan. */
  #unsaved: ScanRecord[] = [];
  readonly #onChange = () => void this.show();
  /** Scans come faster than a store answers: one thing after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(mode: ModeName, host: PanelHost) {
    this.#mode = mode;
    this.#host = host;
    this.node = h("section", { class: `panel ${mode}`, "aria-labelledby": "panel-title" });
    changes.addEventListener("message", this.#onChange);
  }

  close(): void {
    changes.removeEventListener("message", this.#onChange);
  }

  /** Takes up what is stored: after a crash, or when another tab has worked on it. */
  show(): Promise<void> {
    return this.#inTurn(() => this.#restore());
  }

  /** Counts a verdict; the first one begins a session. */
  add(detail: VerdictDetail): Promise<void> {
    return this.#inTurn(() => this.#add(detail));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #restore(): Promise<void> {
    try {
      const all = await sessions();
      const shown = this.#session?.id;
      this.#session = all.find(({ mode, ended }) => mode === this.#mode && ended === null) ?? all.find(({ id }) => id === shown);
      this.#scans = this.#session === undefined ? [] : [...(await scansOfSession(this.#session.id)), ...this.#unsaved];
    } catch {
      this.#host.say(this.#host.words.text("error_work_store"));
    }
    this.#draw();
  }

  async #add({ verdict, key, replaces }: VerdictDetail): Promise<void> {
    if (this.#session === undefined || this.#session.ended !== null) await this.#begin([], null);
    if (this.#session === undefined) return;
    const record = recordOf(verdict, key, this.#session.id);
    if (record === undefined) return this.#say("said_not_udi");
    const replaced = replaces === undefined ? undefined : this.#scans.findLast((scan) => scan.key === replaces);
    await this.#store(record, replaced);
    this.#draw();
    this.#sayOf(record);
  }

  async #store(record: ScanRecord, replaced: ScanRecord | undefined): Promise<void> {
    if (replaced !== undefined) this.#scans = this.#scans.filter((scan) => scan !== replaced);
    try {
      for (const earlier of this.#unsaved.splice(0)) this.#put(earlier, await addScan(earlier));
      this.#scans.push(await addScan(record, replaced?.id));
    } catch {
      this.#scans.push(record);
      this.#unsaved.push(record);
      this.#host.say(this.#host.words.text("error_scan_store"));
    }
  }

  #put(earlier: ScanRecord, stored: ScanRecord): void {
    this.#scans[this.#scans.indexOf(earlier)] = stored;
  }

  async #begin(expected: Session["expected"], listName: string | null): Promise<void> {
    this.#session = { id: crypto.randomUUID(), mode: this.#mode, begun: new Date().toISOString(), ended: null, expected, listName };
    this.#scans = [];
    await saveSession(this.#session).catch(() => this.#host.say(this.#host.words.text("error_work_store")));
    this.#draw();
  }

  async #undo(): Promise<void> {
    const last = this.#scans.pop();
    if (last === undefined) return;
    this.#unsaved = this.#unsaved.filter((scan) => scan !== last);
    if (last.id !== undefined) await removeScan(last.id).catch(() => this.#host.say(this.#host.words.text("error_work_store")));
    this.#draw();
    this.#say("said_undone", { what: [last.di, last.lot, last.serial].filter((part) => part !== null).join(" · ") });
    this.node.querySelector<HTMLElement>(".undo")?.focus();
  }

  async #finish(): Promise<void> {
    if (this.#session === undefined) return;
    this.#host.element.stop();
    this.#session = { ...this.#session, ended: new Date().toISOString() };
    await saveSession(this.#session).catch(() => this.#host.say(this.#host.words.text("error_work_store")));
    this.#draw();
    this.node.querySelector<HTMLElement>("h2")?.focus();
  }

  /** Asks every scan again: the recall data may be newer than the scan. */
  async #checkAgain(): Promise<void> {
    const { verifier, words } = this.#host;
    let changed = 0;
    try {
      for (const [index, scan] of this.#scans.entries()) {
        const now = recordOf(await verifier.verify(scansOf(scan)), scan.key, scan.session, scan.at);
        if (now === undefined || now.headline === scan.headline) continue;
        changed++;
        this.#scans[index] = await addScan({ ...now, ...(scan.id !== undefined && { id: scan.id }) }, scan.id);
      }
      this.#draw();
      this.#say("said_checked_again", { changed: words.number(changed) });
    } catch (error) {
      const code = errorCode(error);
      this.#host.say(words.text(words.has(`error_${code}`) ? `error_${code}` : "error_unexpected", { code }));
    }
  }

  #draw(): void {
    const { words } = this.#host;
    const title = h("h2", { id: "panel-title", tabindex: "-1" }, words.text(`${this.#mode}_title`));
    if (this.#session === undefined) {
      this.node.classList.remove("ended");
      this.node.classList.add("alone");
      const emblem = h("div", { class: "emblem" }, icon(this.#mode === "sweep" ? "sweep" : "receive"));
      this.node.replaceChildren(emblem, title, ...beginning(this.#mode, this.#host, (expected, name) => void this.#inTurn(() => this.#begin(expected, name))), this.#said);
      return;
    }
    const session = this.#session;
    const found = talliedOf(session, this.#scans);
    const shown = h("div", { class: "lists", tabindex: "0", role: "region", "aria-label": words.text("lists_label") }, ...this.#lists(session, found));
    const actions = h("div", { class: "actions" }, ...this.#actions(session));
    // At work the actions stay within reach of a thumb; afterwards they are what is wanted next.
    const ended = session.ended !== null;
    this.node.classList.toggle("ended", ended);
    this.node.classList.toggle("alone", ended);
    this.node.replaceChildren(
      h("header", { class: "panel-head" }, title, h("p", { class: "quiet" }, this.#subtitle(session))),
      figures(session, found, words),
      this.#said,
      ...(ended ? [actions, shown] : [shown, actions]));
  }

  #lists(session: Session, found: Tally): HTMLElement[] {
    const shown = lists(session, this.#scans, found, this.#host.words);
    return shown.length > 0 ? shown : [h("p", { class: "quiet empty" }, this.#host.words.text(`${this.#mode}_empty`))];
  }

  #subtitle({ begun, ended, listName }: Session): string {
    const { words } = this.#host;
    const when = ended === null ? words.text("session_since", { time: words.time(begun) }) : words.text("session_finished", { time: words.time(ended) });
    return listName === null ? when : `${when} · ${listName}`;
  }

  #actions(session: Session): HTMLElement[] {
    const { words } = this.#host;
    const action = (code: string, name: Parameters<typeof icon>[0], run: () => void, style = "") =>
      h("button", { type: "button", class: style, onclick: run }, icon(name), words.text(code));
    if (session.ended === null) {
      return present([
        this.#scans.length > 0 && action("session_undo", "undo", () => void this.#inTurn(() => this.#undo()), "undo"),
        action("session_finish", "check", () => void this.#inTurn(() => this.#finish()), "primary"),
      ]) as HTMLElement[];
    }
    return [
      action("session_report", "print", () => void printReport(session, this.#scans, words), "primary"),
      ...FILES.map((file) => h("button", { type: "button", onclick: () => void this.#export(file, session) }, icon("download"), file.name)),
      action("session_check_again", "sync", () => void this.#inTurn(() => this.#checkAgain()), "half"),
      action("session_new", "scan", () => this.#startOver(), "half"),
    ];
  }

  async #export(file: (typeof FILES)[number], session: Session): Promise<void> {
    download(await file.write(this.#scans, session), file.type, nameOf(this.#mode, file.extension));
    const { words } = this.#host;
    const out = leftOut(file, this.#scans);
    this.#say(out === 0 ? "said_saved" : "said_left_out", { file: file.name, out: words.number(out), all: words.number(this.#scans.length) });
  }

  #startOver(): void {
    this.#session = undefined;
    this.#scans = [];
    this.#said.textContent = "";
    this.#draw();
    this.node.querySelector<HTMLElement>("h2")?.focus();
  }

  /** What is special about the scan just counted, where anything is. */
  #sayOf(record: ScanRecord): void {
    const session = this.#session;
    if (session === undefined) return;
    const found = talliedOf(session, this.#scans);
    const last = this.#scans.at(-1);
    if (last !== undefined && found.duplicates.includes(last)) return this.#say("said_duplicate");
    const line = found.lines.find(({ di, lot }) => di === record.di && (lot === null || lot === record.lot));
    if (session.expected.length > 0 && line?.state === "unexpected") return this.#say("said_unexpected");
    if (session.expected.length > 0 && line?.state === "over") return this.#say("said_over");
    this.#say("said_counted", { count: this.#host.words.number(found.counted) });
  }

  #say(code: string, facts: Record<string, unknown> = {}): void {
    this.#said.textContent = this.#host.words.text(code, facts);
    this.#said.dataset["code"] = code;
  }
}
