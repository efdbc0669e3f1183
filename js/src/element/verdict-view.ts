/** A verdict on screen: one headline with icon, words and colour; then what was read, what was checked, how old the data is. */
import type { Finding, LabelDate, Line, RecallHit, Verdict } from "../types.ts";
import { afterPaint, h, present } from "./dom.ts";
import type { Tone } from "./feedback.ts";
import { icon, type IconName } from "./icons.ts";
import { labelAnatomy } from "./label-anatomy.ts";
import { daysBetween, type Words } from "./words.ts";

export interface Look {
  tone: Tone;
  icon: IconName;
}

/** What of a verdict or its record decides how it is shown. */
export interface Shown {
  headline: Verdict["headline"];
  reason?: { code: string } | null | undefined;
}

/** How a headline looks, gravest first. Presentation only: which headline it is, the core decides. */
const LOOKS: Record<string, Look> = {
  recalled: { tone: "stop", icon: "stop" },
  altered: { tone: "stop", icon: "stop" },
  used_or_stolen: { tone: "stop", icon: "stop" },
  expired: { tone: "stop", icon: "calendar" },
  hold: { tone: "hold", icon: "hold" },
  cannot_check_recalls: { tone: "unknown", icon: "unknown" },
  reason_device_alone: { tone: "unknown", icon: "unknown" },
  signed_no_recall: { tone: "clear", icon: "signed" },
  unsigned_no_recall: { tone: "plain", icon: "unsigned" },
};

/** An answer nobody taught this version to show is shown as one to look into, never as an all-clear. */
const UNKNOWN_LOOK: Look = { tone: "hold", icon: "hold" };

/** The code whose words and look a verdict has: where nothing was found for a reason, as in half a label, that is no all-clear. */
function shownAs({ headline, reason }: Shown): string {
  return reason && headline.endsWith("no_recall") ? reason.code : headline;
}

export function lookOf(verdict: Shown): Look {
  return LOOKS[shownAs(verdict)] ?? UNKNOWN_LOOK;
}

/** Place in the order of headlines, gravest first; an unknown one counts as gravest of all. */
export function gravity(verdict: Shown): number {
  return Object.keys(LOOKS).indexOf(shownAs(verdict));
}

/** What a person can do from a verdict beside reading it. */
export interface VerdictActions {
  /** Further items of the same picture, the gravest first. */
  others: Verdict[];
  onOther(index: number): void;
  /** Where only half of a label was read: goes on for the other half. */
  onSecondCode: (() => void) | undefined;
}

/** `today` is the ISO date the verdict was asked for. */
export function verdictView(verdict: Verdict, today: string, words: Words, { others, onOther, onSecondCode }: VerdictActions): HTMLElement {
  const cards = h("div", { class: "cards" });
  // What to do is on the screen first; what stands below it comes a picture later.
  afterPaint(() => cards.replaceChildren(...cardsOf(verdict, today, words)));
  return h("article", { class: "verdict", part: "verdict", "data-headline": verdict.headline },
    banner(verdict, words),
    onSecondCode !== undefined && h("button", { type: "button", part: "button", class: "primary second", onclick: onSecondCode }, icon("scan"), words.text("second_code")),
    others.length > 0 && h("section", { class: "others" },
      h("h3", {}, words.text("others_in_view")),
      ...others.map((other, index) => h("button", { type: "button", class: "strip-button", onclick: () => onOther(index) }, verdictStrip(other, words)))),
    cards);
}

function cardsOf(verdict: Verdict, today: string, words: Words): (Node | string)[] {
  return present([
    verdict.recall.hits.length > 0 && recallCard(verdict.recall.hits, words),
    fieldsCard(verdict, today, words),
    findingsCard(verdict, words),
    linesCard("checked", "check", verdict.established, words),
    linesCard("not_checked", "dash", verdict.notEstablished, words),
    datesCard(verdict, today, words),
    labelAnatomy(verdict.udi, words),
  ]);
}

/** The headline's first sentence, without its full stop. */
export function headlineOf(verdict: Shown & { issuer: string | null; asOf: string | null }, words: Words): string {
  const [first = ""] = words.sentences(shownAs(verdict), { issuer: verdict.issuer ?? "", asOf: verdict.asOf ?? "" });
  return first.replace(/[.。]$/, "");
}

/** A verdict in few lines: icon, words and colour, why, and which unit it is. */
export function verdictStrip(verdict: Verdict, words: Words): HTMLElement {
  const { tone, icon: name } = lookOf(verdict);
  const [why] = reasonOf(verdict, words);
  const { di, lot, serial } = verdict.udi;
  return h("div", { class: `one-line ${tone}`, "data-headline": verdict.headline },
    icon(name),
    h("span", {},
      h("b", {}, ...callOf(headlineOf({ ...verdict, issuer: verdict.signature.issuer, asOf: verdict.asOf.oldest }, words))),
      why !== undefined && h("span", { class: "why" }, why),
      h("bdi", { class: "code", dir: "ltr" }, [di, lot, serial].filter((value) => value !== null).join(" · "))));
}

function banner(verdict: Verdict, words: Words): HTMLElement {
  const { tone, icon: name } = lookOf(verdict);
  const facts = { issuer: verdict.signature.issuer ?? "", asOf: verdict.asOf.oldest ?? "" };
  const code = shownAs(verdict);
  const [first = code, ...others] = words.sentences(code, facts);
  return h("header", { class: `banner ${tone}`, part: "banner" },
    icon(name),
    h("h2", { tabindex: "-1" }, ...callOf(first.replace(/[.。]$/, ""))),
    ...reasonLines(verdict, words),
    ...(code === verdict.headline ? others : [words.text("no_recall_of_device", facts)]).map((sentence) => h("p", {}, sentence)));
}

/** The sentences of the reason that the headline does not say itself. */
function reasonOf({ headline, reason }: Verdict, words: Words): string[] {
  if (reason === null) return [];
  return words.sentences(reason.code, reason.params).slice(shownAs({ headline, reason }) === headline ? 0 : 1);
}

/** Why, and what to do: at a recall what the notice asks for. */
function reasonLines(verdict: Verdict, words: Words): HTMLElement[] {
  const { reason, recall, udi } = verdict;
  const [why, ...advice] = reasonOf(verdict, words);
  if (reason === null || why === undefined) return [];
  const problem = udi.findings.find(({ code }) => code === reason.params["finding"]);
  const [hit] = recall.state === "hit" ? recall.hits : [];
  const lines = [h("p", { class: "why" }, why)];
  if (advice.length > 0) lines.push(h("p", { class: hit === undefined ? "act" : "notice-id" }, advice.join(" ")));
  if (hit !== undefined) lines.push(h("p", { class: "act" }, words.text(`action_${hit.action}`)));
  if (problem !== undefined) lines.push(h("p", {}, findingText(problem, words, false)));
  return lines;
}

/** Where a headline may be broken in two: behind a colon or a comma, else before the date with the short words that lead to it. */
const BEHIND_MARK = /^(.*?(?:[:：，]|[,،](?= )))\s*(.+)$/u;
const BEFORE_DATE = /^(.+?) ((?:\p{L}{1,3} )*[^ ]*\d[^ ]*)$/u;

/** A headline that needs two lines has its first part on one, and its second on the other. */
function callOf(headline: string): (string | HTMLElement)[] {
  const [, call, reason] = BEHIND_MARK.exec(headline) ?? BEFORE_DATE.exec(headline) ?? [];
  return call === undefined || reason === undefined ? [headline] : [h("span", {}, call), " ", h("span", {}, reason)];
}

function recallCard(hits: RecallHit[], words: Words): HTMLElement {
  return card("recalls", words, ...hits.map((hit) =>
    h("div", { class: "hit" },
      // Of one notice alone it stands in the banner.
      hits.length > 1 && h("p", { class: "action" }, words.text(`action_${hit.action}`)),
      h("p", { class: "hit-title" },
        h("bdi", { class: "code" }, hit.id),
        hit.class !== "" && h("span", { class: "tag" }, words.text("hit_class", { class: hit.class })),
        hit.certainty !== "exact" && h("span", { class: "tag" }, words.text("hit_possible"))),
      hit.reason !== "" && h("p", { dir: "auto" }, hit.reason),
      ...hit.because.map((code) => h("p", { class: "note" }, words.text(`because_${code}`))),
      h("p", { class: "quiet" }, words.text("hit_source", { source: hit.authority, date: hit.sourceDate }), " ", notice(hit.source, words)))));
}

/** A link a person may follow; nothing is fetched by itself. Other schemes than https stay text. */
function notice(source: string, words: Words): HTMLElement | null {
  if (!source.startsWith("https://")) return source === "" ? null : h("bdi", { class: "code" }, source);
  return h("a", { href: source, target: "_blank", rel: "noopener noreferrer" }, words.text("hit_notice"));
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
  return detail?.precision === "month" ? words.text("label_month", { date, month: date.slice(0, 7) }) : words.date(date);
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
      findingText(finding, words)))));
}

/** Filled in when the words for findings have come; until then their code stands there. */
function findingText({ code, params }: Finding, words: Words, withRule = true): HTMLElement {
  const line = h("span", {}, code);
  void words.finding(code, params).then(({ text, rule }) => line.replaceChildren(...present([text, withRule && rule !== undefined && h("small", {}, rule)])));
  return line;
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
