/** A verdict on screen: one headline with icon, words and colour; then what was read, what was checked, how old the data is. */
import type { LabelDate, Line, RecallHit, Verdict } from "../types.ts";
import { h, present } from "./dom.ts";
import { icon, type IconName } from "./icons.ts";
import { labelAnatomy } from "./label-anatomy.ts";
import { daysBetween, type Words } from "./words.ts";

/** How a headline looks. Presentation only: which headline it is, the core decides. */
const LOOKS: Record<Verdict["headline"], { tone: string; icon: IconName }> = {
  recalled: { tone: "stop", icon: "stop" },
  altered: { tone: "stop", icon: "stop" },
  used_or_stolen: { tone: "stop", icon: "stop" },
  expired: { tone: "stop", icon: "calendar" },
  hold: { tone: "hold", icon: "hold" },
  cannot_check_recalls: { tone: "unknown", icon: "unknown" },
  signed_no_recall: { tone: "clear", icon: "signed" },
  unsigned_no_recall: { tone: "plain", icon: "unsigned" },
};

/** An answer nobody taught this version to show is shown as one to look into, never as an all-clear. */
const UNKNOWN_LOOK = { tone: "hold", icon: "hold" } as const;

export function lookOf(headline: string): { tone: string; icon: IconName } {
  return LOOKS[headline as Verdict["headline"]] ?? UNKNOWN_LOOK;
}

export interface Shown {
  verdict: Verdict;
  /** The scan as read, for the label's anatomy. */
  scan: string;
  /** ISO date the verdict was asked for. */
  today: string;
}

export function verdictView({ verdict, scan, today }: Shown, words: Words): HTMLElement {
  return h("article", { class: "verdict", part: "verdict", "data-headline": verdict.headline },
    banner(verdict, words),
    h("div", { class: "cards" },
      ...present([
        verdict.recall.hits.length > 0 && recallCard(verdict.recall.hits, words),
        fieldsCard(verdict, today, words),
        linesCard("checked", "check", verdict.established, words),
        linesCard("not_checked", "dash", verdict.notEstablished, words),
        findingsCard(verdict, words),
        datesCard(verdict, today, words),
        labelAnatomy(scan, verdict.udi, words),
      ])));
}

function banner(verdict: Verdict, words: Words): HTMLElement {
  const { tone, icon: name } = lookOf(verdict.headline);
  const facts = headlineFacts(verdict);
  const why = `headline_${verdict.headline}_why`;
  return h("header", { class: `banner ${tone}`, part: "banner" },
    icon(name),
    h("h2", { tabindex: "-1" }, words.text(`headline_${verdict.headline}`, facts)),
    words.has(why) && h("p", {}, words.text(why, facts)));
}

function headlineFacts(verdict: Verdict): Record<string, string> {
  return {
    issuer: verdict.signature.issuer ?? "",
    date: verdict.asOf.oldest ?? "",
    expiry: verdict.expiry.date ?? "",
    status: verdict.unitStatus.status ?? "",
  };
}

function recallCard(hits: RecallHit[], words: Words): HTMLElement {
  return card("recalls", words, ...hits.map((hit) =>
    h("div", { class: "hit" },
      h("p", { class: "hit-title" },
        h("bdi", { class: "code" }, hit.id),
        hit.class !== null && h("span", { class: "tag" }, words.text("recall_class", { class: hit.class })),
        hit.certainty === "possible" && h("span", { class: "tag" }, words.text("recall_possible"))),
      hit.reason !== null && h("p", { dir: "auto" }, hit.reason),
      hit.action !== null && h("p", { class: "action", dir: "auto" }, words.text("recall_action", { action: hit.action })),
      hit.source !== null && h("p", { class: "quiet" },
        words.text(hit.sourceDate === null ? "recall_source" : "recall_source_dated", { source: hit.source, date: hit.sourceDate ?? "" })))));
}

function fieldsCard(verdict: Verdict, today: string, words: Words): HTMLElement {
  const { udi, signature } = verdict;
  const rows: [field: string, value: string | null, note?: string | undefined][] = [
    ["issuer", signature.state === "verified" ? signature.issuer : null],
    ["di", udi.di],
    ["lot", udi.lot],
    ["serial", udi.serial],
    ["expiry", dateText(udi.expiryDetail, udi.expiry, words), expiryNote(verdict, today, words)],
    ["manufactured", dateText(udi.manufacturedDetail, udi.manufactured, words)],
    ["donationId", udi.donationId],
    ["softwareVersion", udi.softwareVersion],
    ["quantity", udi.quantity === null ? null : String(udi.quantity)],
  ];
  const shown = rows.filter(([, value]) => value !== null);
  const list = h("dl", {}, ...shown.flatMap(([field, value, note]) => [
    h("dt", {}, words.text(`field_${field}`)),
    h("dd", {}, fieldValue(field, value ?? ""), note !== undefined && h("span", { class: "note" }, note), coverage(field, verdict, words)),
  ]));
  return card("device", words, shown.length > 0 ? list : h("p", {}, words.text("no_fields")));
}

/** Identifiers read left to right in every language, and character by character. */
function fieldValue(field: string, value: string): HTMLElement {
  const isName = field === "issuer" || field === "expiry" || field === "manufactured";
  return isName ? h("bdi", {}, value) : h("bdi", { class: "code", dir: "ltr" }, value);
}

function dateText(detail: LabelDate | null, date: string | null, words: Words): string | null {
  if (date === null) return null;
  return detail?.precision === "month" ? words.text("date_month", { date, month: date.slice(0, 7) }) : words.date(date);
}

function expiryNote(verdict: Verdict, today: string, words: Words): string | undefined {
  const { date } = verdict.expiry;
  return date === null ? undefined : words.days(daysBetween(today, date));
}

/** Which values the signature vouches for; nothing is said where there is no verified signature. */
function coverage(field: string, { signature }: Verdict, words: Words): HTMLElement | null {
  if (signature.state !== "verified" || field === "issuer") return null;
  const covered = signature.covered.includes(field);
  if (!covered) return h("span", { class: "tag" }, words.text("tag_unsigned"));
  return h("span", { class: "covered", title: words.text("tag_signed") }, icon("signed"),
    h("span", { class: "visually-hidden" }, words.text("tag_signed")));
}

function linesCard(code: string, name: IconName, lines: Line[], words: Words): HTMLElement | null {
  if (lines.length === 0) return null;
  return card(code, words, h("ul", { class: `lines ${code}` },
    ...lines.map((line) => h("li", {}, icon(name), h("span", {}, words.text(line.code, line.params))))));
}

function findingsCard({ udi }: Verdict, words: Words): HTMLElement | null {
  const findings = udi.findings.filter((finding) => finding.severity !== "info");
  if (findings.length === 0) return null;
  return card("findings", words, h("ul", { class: "lines findings" },
    ...findings.map((finding) => h("li", { class: finding.severity },
      icon(finding.severity === "error" ? "stop" : "warning"),
      h("span", {}, words.text(finding.code, finding.params), specialistRule(finding.code, words))))));
}

function specialistRule(code: string, words: Words): HTMLElement | null {
  const rule = words.rule(code);
  return rule === undefined ? null : h("small", {}, rule);
}

function datesCard({ asOf }: Verdict, today: string, words: Words): HTMLElement {
  const row = (code: string, date: string | null) => [
    h("dt", {}, words.text(code)),
    h("dd", {},
      date === null ? words.text("date_never") : h("bdi", {}, words.date(date)),
      date !== null && h("span", { class: "note" }, words.days(daysBetween(today, date)))),
  ];
  return card("dates", words,
    h("p", { class: `freshness ${asOf.freshness}` }, words.text(`freshness_${asOf.freshness}`, { date: asOf.oldest ?? "" })),
    h("dl", {}, ...row("asof_source", asOf.source), ...row("asof_snapshot", asOf.snapshot), ...row("asof_sync", asOf.sync)));
}

function card(code: string, words: Words, ...children: (Node | string)[]): HTMLElement {
  return h("section", { class: `card ${code}` }, h("h3", {}, words.text(`card_${code}`)), ...children);
}
