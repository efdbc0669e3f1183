/** The scan itself, every character visible, each data element marked and each problem underlined. */
import type { Span, Udi } from "../types.ts";
import { h } from "./dom.ts";
import { icon } from "./icons.ts";
import type { Words } from "./words.ts";

/** A closed drawer with the raw characters and a copy button. */
export function labelAnatomy(udi: Udi, words: Words): HTMLElement {
  const copy = () => void navigator.clipboard?.writeText(scanText(udi));
  return h("details", { class: "card anatomy" },
    h("summary", {}, words.text("card_anatomy")),
    ...udi.sources.map(({ symbologyIdentifier, text }, source) =>
      h("p", { class: "raw code", dir: "ltr" },
        symbologyIdentifier !== null && h("span", { class: "quiet" }, symbologyIdentifier, " "),
        ...runs(text, marksOf(udi, source)))),
    h("p", { class: "quiet" }, words.text("anatomy_note")),
    h("button", { type: "button", class: "quiet-button", onclick: copy }, icon("copy"), words.text("copy_scan")));
}

/** Everything scanned of an item, a line a symbol. */
export function scanText(udi: Udi): string {
  return udi.sources.map(({ text }) => text).join("\n");
}

interface Marks {
  elements: Span[];
  problems: Span[];
}

function marksOf(udi: Udi, source: number): Marks {
  const here = (part: { source?: number }) => (part.source ?? 0) === source;
  const spanOf = ({ span }: { span: Span | null }) => (span === null ? [] : [span]);
  return {
    elements: udi.elements.filter(here).flatMap(spanOf),
    problems: udi.findings.filter(here).filter(({ severity }) => severity !== "info").flatMap(spanOf),
  };
}

/** Spans count bytes of the scan; it is cut where a data element or a problem begins or ends. */
function runs(text: string, { elements, problems }: Marks): Node[] {
  const bytes = new TextEncoder().encode(text);
  const edges = [0, bytes.length, ...[...elements, ...problems].flat().map((edge) => Math.min(edge, bytes.length))];
  const cuts = [...new Set(edges)].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const covers = ([from, to]: Span) => from <= start && start < to;
    const tag = problems.some(covers) ? "mark" : elements.some(covers) ? "b" : "span";
    return h(tag, {}, ...visible(new TextDecoder().decode(bytes.subarray(start, end))));
  });
}

const CONTROLS: Record<string, string> = { "\u0004": "EOT", "\u001d": "GS", "\u001e": "RS" };

/** Control characters by their names, boxed: the letters of many devices have no pictures for them. */
function visible(text: string): (string | HTMLElement)[] {
  return text.split(/([\u0000-\u001f])/).map((part, index) =>
    index % 2 === 0 ? part : h("span", { class: "control" }, CONTROLS[part] ?? part.charCodeAt(0).toString(16)));
}
