/** The scan itself, every character visible, each data element marked and each problem underlined. */
import type { Finding, Udi } from "../types.ts";
import { h } from "./dom.ts";
import { icon } from "./icons.ts";
import type { Words } from "./words.ts";

/** A closed drawer with the raw characters and a copy button. */
export function labelAnatomy(scan: string, udi: Udi, words: Words): HTMLElement {
  const copy = h("button", { type: "button", class: "quiet-button", onclick: () => void navigator.clipboard?.writeText(scan) },
    icon("copy"), words.text("copy_scan"));
  return h("details", { class: "card anatomy" },
    h("summary", {}, words.text("card_anatomy")),
    h("p", { class: "raw code", dir: "ltr" }, ...runs(scan, udi)),
    h("p", { class: "quiet" }, words.text("anatomy_note")),
    copy);
}

/** Spans count bytes of the scan; it is cut where a data element or a problem begins or ends. */
function runs(scan: string, udi: Udi): Node[] {
  const bytes = new TextEncoder().encode(scan);
  const problems = udi.findings.filter((finding) => finding.span !== null && finding.severity !== "info");
  const edges = new Set([0, bytes.length]);
  for (const [start, end] of [...udi.elements, ...problems].flatMap(({ span }) => (span === null ? [] : [span]))) {
    edges.add(Math.min(start, bytes.length)).add(Math.min(end, bytes.length));
  }
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const text = visible(new TextDecoder().decode(bytes.subarray(start, end)));
    return run(text, classOf(start, udi, problems));
  });
}

function run(text: string, { element, problem }: { element: boolean; problem: boolean }): Node {
  if (problem) return h("mark", {}, text);
  return element ? h("b", {}, text) : h("span", {}, text);
}

function classOf(at: number, udi: Udi, problems: Finding[]): { element: boolean; problem: boolean } {
  const inside = ({ span }: { span: [number, number] | null }) => span !== null && span[0] <= at && at < span[1];
  return { element: udi.elements.some(inside), problem: problems.some(inside) };
}

/** Control characters as the pictures Unicode has for them: GS shows as ␝. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)));
}
