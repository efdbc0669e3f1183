/** A session on paper: what was counted, what must be looked at, and how old the data behind it was. */
import { headlineOf, type Words } from "udi-verify/element";

import { h, present } from "../shell/dom.ts";
import { printed } from "../shell/printing.ts";
import { digestOf } from "../work/export/files.ts";
import type { ScanRecord, Session } from "../work/records.ts";
import { stateWords } from "./rows.ts";
import { figures, talliedOf } from "./summary.ts";
import type { Tally } from "./tally.ts";

export async function printReport(session: Session, scans: ScanRecord[], words: Words): Promise<void> {
  const found = talliedOf(session, scans);
  const digest = await digestOf(scans);
  await printed(h("article", { class: "report", lang: words.language, dir: words.direction },
    h("h1", {}, words.text(`${session.mode}_report`)),
    h("p", {}, words.text("report_time", { begun: words.time(session.begun), ended: words.time(session.ended ?? new Date().toISOString()) })),
    session.listName !== null && h("p", { dir: "auto" }, words.text("report_list", { name: session.listName })),
    h("p", {}, words.text("report_data", { dates: dataDates(scans, words) })),
    figures(session, found, words),
    ...present([
      table("exceptions", found.exceptions, words),
      lineTable(found, words),
      table("duplicates", found.duplicates, words),
      table("scans", scans, words),
    ]),
    h("p", { class: "code" }, words.text("report_digest", { digest })),
    h("p", { class: "signature" }, words.text("report_signature"))));
}

/** The dates of the recall data that the scans were asked against. */
function dataDates(scans: ScanRecord[], words: Words): string {
  const dates = [...new Set(scans.map(({ asOf }) => asOf))].filter((date) => date !== null).sort();
  return dates.length === 0 ? words.text("date_never") : words.list(dates.map((date) => words.date(date)));
}

function table(code: string, scans: ScanRecord[], words: Words): HTMLElement | null {
  if (scans.length === 0) return null;
  const head = ["report_when", "report_verdict", "field_di", "field_lot", "field_serial", "field_expiry"];
  return section(code, head, scans.map((scan) => [
    words.time(scan.at),
    [headlineOf(scan, words), ...scan.recalls].join(" · "),
    scan.di ?? "", scan.lot ?? "", scan.serial ?? "",
    scan.expiry === null ? "" : words.date(scan.expiry),
  ]), words);
}

function lineTable({ lines }: Tally, words: Words): HTMLElement | null {
  if (lines.every(({ wanted }) => wanted === 0)) return null;
  const head = ["field_di", "report_name", "field_lot", "report_wanted", "report_counted", "report_state"];
  return section("lines", head, lines.map((line) => [
    line.di ?? "", line.name ?? "", line.lot ?? "", String(line.wanted), String(line.counted), stateWords(line, true, words),
  ]), words);
}

function section(code: string, head: string[], rows: string[][], words: Words): HTMLElement {
  return h("section", {},
    h("h2", {}, words.text(`list_${code}`)),
    h("table", {},
      h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, words.text(name))))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, h("bdi", {}, cell))))))));
}
