/** Scans and lines as rows of a list: icon, words and colour say the same. */
import { headlineOf, lookOf, type Words } from "udi-verify/element";

import { h, icon } from "../shell/dom.ts";
import type { ScanRecord } from "../work/records.ts";
import type { Line } from "./tally.ts";

/** `open` makes the row a button. */
export function scanRow(scan: ScanRecord, words: Words, { tag, open }: { tag?: string | undefined; open?: () => void } = {}): HTMLElement {
  const { tone, icon: name } = lookOf(scan);
  const content = [
    icon(name),
    h("span", {},
      h("b", {}, headlineOf(scan, words)),
      identity(scan),
      h("small", {}, words.time(scan.at), scan.expiry !== null && ` · ${words.text("field_expiry")} ${words.date(scan.expiry)}`),
      tag !== undefined && h("span", { class: "tag" }, tag)),
  ];
  return h("li", {}, open === undefined
    ? h("div", { class: `check ${tone}` }, ...content)
    : h("button", { type: "button", class: `check ${tone}`, onclick: open }, ...content));
}

/** Of a session that has `ended`, what is not all there is missing. */
export function stateWords({ state }: Line, ended: boolean, words: Words): string {
  return words.text(`line_${ended && state === "open" ? "short" : state}`);
}

export function lineRow(line: Line, ended: boolean, words: Words): HTMLElement {
  const states = { open: "dash", complete: "check", over: "warning", unexpected: "warning" } as const;
  return h("li", { class: `line ${line.state}` },
    icon(states[line.state]),
    h("span", {},
      line.name !== null && h("b", { dir: "auto" }, line.name),
      identity(line),
      h("small", {}, stateWords(line, ended, words))),
    h("b", { class: "figure" }, line.wanted === 0 ? String(line.counted) : words.text("count_of", { counted: line.counted, wanted: line.wanted })));
}

/** Identifiers read left to right in every language, and character by character. */
function identity({ di, lot, serial }: Pick<ScanRecord, "di" | "lot" | "serial">): HTMLElement {
  return h("bdi", { class: "code", dir: "ltr" }, [di, lot, serial].filter((value) => value !== null).join(" · "));
}

export interface Tile {
  code: string;
  value: number;
  /** Shown small behind the value. */
  of?: string;
  tone?: "stop" | "hold" | "unknown" | "good";
}

/** Tiles that stand even at zero. */
const STANDING = 2;

/** The figures that matter, the first ones always, the others once there is anything to them. */
export function tiles(entries: Tile[], words: Words): HTMLElement {
  const shown = entries.filter(({ value }, index) => index < STANDING || value > 0);
  return h("dl", { class: "tiles" }, ...shown.map(({ code, value, of, tone }) =>
    h("div", { class: `tile ${value > 0 ? tone ?? "" : ""}`, "data-tile": code },
      h("dt", {}, words.text(`tile_${code}`)),
      h("dd", {}, words.number(value), of !== undefined && h("small", {}, of)))));
}

/** A heading and its rows; nothing where there is no row. */
export function rowList(code: string, rows: HTMLElement[], words: Words): HTMLElement | null {
  if (rows.length === 0) return null;
  return h("section", { class: "rows" }, h("h3", {}, words.text(`list_${code}`)), h("ul", {}, ...rows));
}
