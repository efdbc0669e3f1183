/** The history: search it, take it along as a file, wipe it. */
import { lookOf, type Words } from "udi-verify/element";

import { h, icon } from "../dom.ts";
import { sheet } from "../sheet.ts";
import { csv, epcis, json } from "./export.ts";
import { dropOld, records, RETENTION_DAYS, wipe, type CheckRecord } from "./records.ts";

const FILES = [
  { name: "CSV", type: "text/csv", extension: "csv", write: csv },
  { name: "JSON", type: "application/json", extension: "json", write: json },
  { name: "EPCIS 2.0", type: "application/ld+json", extension: "jsonld", write: epcis },
] as const;

/** `open` shows one check again. */
export async function openHistory(words: Words, open: (record: CheckRecord) => void): Promise<void> {
  await dropOld();
  let shown = await records();
  const list = h("ul", { class: "history" });
  const search = h("input", { type: "search", "aria-label": words.text("history_search"), placeholder: words.text("history_search") });
  const dialog = sheet(words.text("history"), words,
    search, list,
    h("p", { class: "quiet" }, words.text("history_kept", { days: RETENTION_DAYS })),
    h("div", { class: "row" },
      ...FILES.map((file) => h("button", { type: "button", onclick: () => download(file, shown) }, file.name)),
      h("button", { type: "button", onclick: () => confirmWipe() }, words.text("history_wipe"))));

  function show(): void {
    const found = shown.filter((record) => matches(record, search.value));
    const rows = found.map((record) => row(record, words, () => {
      dialog.close();
      open(record);
    }));
    list.replaceChildren(...(rows.length > 0 ? rows : [h("li", { class: "quiet" }, words.text("history_empty"))]));
  }

  function confirmWipe(): void {
    if (!confirm(words.text("history_wipe_sure"))) return;
    void wipe().then(() => {
      shown = [];
      show();
    });
  }

  search.addEventListener("input", show);
  show();
}

function matches(record: CheckRecord, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return Object.values(record).some((value) => value?.toLowerCase().includes(wanted) ?? false);
}

function row(record: CheckRecord, words: Words, open: () => void): HTMLElement {
  const { tone, icon: name } = lookOf(record.headline);
  const [headline = record.headline] = words.sentences(record.headline, { asOf: record.asOf ?? "", issuer: record.issuer ?? "" });
  const time = new Intl.DateTimeFormat(words.language, { dateStyle: "short", timeStyle: "short" }).format(new Date(record.at));
  return h("li", {},
    h("button", { type: "button", class: `check ${tone}`, onclick: open },
      icon(name),
      h("span", {},
        h("b", {}, headline),
        h("bdi", { class: "code", dir: "ltr" }, [record.di, record.lot, record.serial].filter(Boolean).join(" · ")),
        h("small", {}, time))));
}

function download({ type, extension, write }: (typeof FILES)[number], shown: CheckRecord[]): void {
  const url = URL.createObjectURL(new Blob([write(shown)], { type }));
  h("a", { href: url, download: `udi-verify-${new Date().toISOString().slice(0, 10)}.${extension}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
