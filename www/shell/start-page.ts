/** What stands beside the scan at the start, where there is room: what else can be done here, and what was checked last. */
import type { Words } from "udi-verify/element";

import { scanRow } from "../session/rows.ts";
import type { ScanRecord } from "../work/records.ts";
import { latestScans } from "../work/work-store.ts";
import { h, icon, type IconName } from "./dom.ts";

const SHOWN = 3;

export interface StartHost {
  words: Words;
  show(mode: "receiving" | "sweep" | "history"): void;
  checkScanner(): void;
  /** Shows one check again, asked anew. */
  open(scan: ScanRecord): void;
}

/** The page; what was checked last is filled in when it has been read. */
export function startPage(host: StartHost): HTMLElement {
  const { words } = host;
  const last = h("section", { class: "last" });
  void latestScans(SHOWN).then((scans) => {
    if (scans.length === 0) return;
    last.replaceChildren(
      h("h2", {}, words.text("start_last")),
      h("ul", { class: "history" }, ...scans.map((scan) => scanRow(scan, words, { open: () => host.open(scan) }))));
  }).catch(() => undefined);
  return h("section", { class: "start" },
    h("h2", {}, words.text("start_ways")),
    h("ul", { class: "ways" },
      way("receive", "receiving_title", "receiving_how", words, () => host.show("receiving")),
      way("sweep", "sweep_title", "sweep_how", words, () => host.show("sweep")),
      way("scanner", "scanner", "start_scanner", words, () => host.checkScanner())),
    last);
}

/** What it is for, in two sentences at most: its own page says more. */
function way(name: IconName, title: string, how: string, words: Words, go: () => void): HTMLElement {
  return h("li", {}, h("button", { type: "button", class: "way", onclick: go },
    icon(name),
    h("span", {}, h("b", {}, words.text(title)), h("small", {}, words.sentences(how).slice(0, 2).join(words.between))),
    icon("more")));
}
