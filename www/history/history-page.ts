/** The history: search and filter it, look at a check again, take it along as a file, wipe it. */
import { errorCode } from "udi-verify";
import { lookOf, type Tone, type Words } from "udi-verify/element";

import { isException } from "../session/summary.ts";
import { scanRow } from "../session/rows.ts";
import { printReport } from "../session/report.ts";
import { h, icon, present } from "../shell/dom.ts";
import { choice } from "../shell/choice.ts";
import { prefer, preferences, RETENTIONS } from "../shell/preferences.ts";
import { download, FILES, leftOut, nameOf } from "../work/export/files.ts";
import type { ScanRecord, Session } from "../work/records.ts";
import { allScans, dropOld, scansOfSession, sessions, wipe } from "../work/work-store.ts";

type Filter = "all" | "attention" | Tone;

const FILTERS: Filter[] = ["all", "attention", "stop", "hold", "unknown", "plain", "clear"];
/** Rows drawn at first, and with each press on "more". */
const PAGE = 100;

export interface HistoryHost {
  words: Words;
  /** Shows one check again, asked anew. */
  open(scan: ScanRecord): void;
  say(text: string): void;
}

/** The page; it fills itself. */
export function historyPage(host: HistoryHost): HTMLElement {
  const { words } = host;
  let scans: ScanRecord[] = [];
  let filter: Filter = "all";
  let drawn = PAGE;

  const search = h("input", { type: "search", "aria-label": words.text("history_search"), placeholder: words.text("history_search") });
  const filters = choice("history_filter", words, Object.fromEntries(FILTERS.map((name) => [name, words.text(`filter_${name}`)])), filter, (value) => {
    filter = value as Filter;
    drawn = PAGE;
    show();
  });
  const list = h("ul", { class: "history" });
  const found = h("p", { class: "quiet", role: "status" });
  const earlier = h("div", { class: "earlier" });
  const saved = h("p", { class: "quiet saved", role: "status" });
  const node = h("section", { class: "page", "aria-labelledby": "page-title" },
    h("h2", { id: "page-title", tabindex: "-1" }, words.text("history")),
    h("div", { class: "find" }, search, filters),
    found, list, earlier,
    h("section", { class: "keeping" },
      h("h3", {}, words.text("history_take_along")),
      h("div", { class: "row" }, ...FILES.map((file) =>
        h("button", { type: "button", onclick: () => void take(file) }, icon("download"), file.name))),
      saved,
      h("h3", {}, words.text("history_keeping")),
      choice("history_retention", words, Object.fromEntries(RETENTIONS.map((days) =>
        [String(days), days === 0 ? words.text("retention_none") : words.text("retention_days", { days })])),
        String(preferences().retentionDays), (days) => void keepFor(Number(days))),
      h("p", { class: "quiet" }, words.text("history_kept")),
      h("button", { type: "button", class: "danger", onclick: () => void confirmWipe() }, icon("trash"), words.text("history_wipe"))));

  function chosen(): ScanRecord[] {
    const wanted = search.value.trim().toLowerCase();
    return scans.filter((scan) => passes(scan, filter) && matches(scan, wanted));
  }

  function show(): void {
    const shown = chosen();
    found.textContent = scans.length === 0 ? words.text("history_empty") : words.text("history_found", { count: words.number(shown.length), all: words.number(scans.length) });
    const rows = shown.slice(0, drawn).map((scan) => scanRow(scan, words, { open: () => host.open(scan) }));
    const more = shown.length > drawn && h("li", {}, h("button", { type: "button", onclick: showMore }, words.text("history_more")));
    list.replaceChildren(...present([...rows, more]));
  }

  function showMore(): void {
    drawn += PAGE;
    show();
  }

  async function load(): Promise<void> {
    await attempt(async () => {
      await dropOld(preferences().retentionDays);
      scans = await allScans();
      const done = (await sessions()).filter(({ ended }) => ended !== null);
      earlier.replaceChildren(...(done.length === 0 ? [] : [
        h("h3", {}, words.text("sessions_earlier")),
        h("ul", { class: "rows" }, ...done.map((session) => sessionRow(session))),
      ]));
    });
    show();
  }

  function sessionRow(session: Session): HTMLElement {
    const { mode, begun, listName } = session;
    return h("li", {}, h("button", { type: "button", class: "session", onclick: () => void attempt(async () => printReport(session, await scansOfSession(session.id), words)) },
      icon(mode === "receiving" ? "receive" : "sweep"),
      h("span", {}, h("b", {}, words.text(`${mode}_title`)), h("small", { dir: "auto" }, [words.time(begun), listName].filter(Boolean).join(" · "))),
      icon("print"), h("span", { class: "visually-hidden" }, words.text("session_report"))));
  }

  async function take(file: (typeof FILES)[number]): Promise<void> {
    const taken = chosen();
    download(await file.write(taken, undefined), file.type, nameOf("history", file.extension));
    const out = leftOut(file, taken);
    saved.textContent = words.text(out === 0 ? "said_saved" : "said_left_out", { file: file.name, out: words.number(out), all: words.number(taken.length) });
  }

  async function keepFor(retentionDays: number): Promise<void> {
    prefer({ retentionDays });
    await load();
  }

  async function confirmWipe(): Promise<void> {
    if (!confirm(words.text("history_wipe_sure"))) return;
    await attempt(wipe);
    await load();
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const code = errorCode(error);
      host.say(words.text(words.has(`error_${code}`) && code !== "unexpected" ? `error_${code}` : "error_work_store"));
    }
  }

  search.addEventListener("input", show);
  void load();
  return node;
}

function passes(scan: ScanRecord, filter: Filter): boolean {
  if (filter === "all") return true;
  return filter === "attention" ? isException(scan) : lookOf(scan).tone === filter;
}

function matches({ di, lot, serial, issuer, recalls }: ScanRecord, wanted: string): boolean {
  return wanted === "" || [di, lot, serial, issuer, ...recalls].some((value) => value?.toLowerCase().includes(wanted) ?? false);
}
