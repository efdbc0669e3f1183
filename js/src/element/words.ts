/** Words by code. The core and the shell speak in codes and facts; a language is a table. */

export interface Table {
  /** BCP 47 tag. */
  language: string;
  /** Code → words with `{fact}` gaps. */
  texts: Texts;
}

/** What can be wrong with a label, by code. */
export interface Findings {
  texts: Record<string, string>;
  /** The rule and clause behind it, for the specialist. */
  rules: Record<string, string>;
}

/** Code → words with `{fact}` gaps. */
export type Texts = Record<string, string>;

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T|$)/;
const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

export class Words {
  readonly #table: Table;
  readonly #fallback: Table;
  readonly #dates: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  readonly #loadFindings: (language: string) => Promise<Findings | undefined>;
  #findings: Promise<Findings | undefined> | undefined;

  constructor(table: Table, fallback: Table, loadFindings: (language: string) => Promise<Findings | undefined>) {
    this.#table = table;
    this.#fallback = fallback;
    this.#loadFindings = loadFindings;
    this.#dates = new Intl.DateTimeFormat(this.locale, { dateStyle: this.direction === "rtl" ? "long" : "medium", timeZone: "UTC" });
    this.#relative = new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" });
  }

  get language(): string {
    return this.#table.language;
  }

  /** For `Intl`: numbers in the digits that labels are printed with, so that both can be compared. */
  get locale(): string {
    return `${this.language}-u-nu-latn`;
  }

  get direction(): "ltr" | "rtl" {
    return RIGHT_TO_LEFT.test(this.language) ? "rtl" : "ltr";
  }

  /** Takes up words that are loaded when they are wanted. */
  add(texts: Texts): void {
    Object.assign(this.#table.texts, texts);
  }

  has(code: string): boolean {
    return code in this.#table.texts || code in this.#fallback.texts;
  }

  /** The words for a code. An unknown code is shown as itself: silence would hide what happened. */
  text(code: string, facts: Record<string, unknown> = {}): string {
    return this.#fill(this.#template(code), facts);
  }

  /** The words for a code, a sentence each; full stops inside a fact do not count. */
  sentences(code: string, facts: Record<string, unknown> = {}): string[] {
    return this.#template(code).split(/(?<=[.。])\s*(?=\S)/).map((sentence) => this.#fill(sentence, facts));
  }

  /** What stands between two sentences. */
  get between(): string {
    return this.language.startsWith("zh") ? "" : " ";
  }

  #template(code: string): string {
    return this.#table.texts[code] ?? this.#fallback.texts[code] ?? code;
  }

  #fill(template: string, facts: Record<string, unknown>): string {
    return template.replace(/\{(\w+)\}/g, (gap, name: string) => (name in facts ? this.#isolated(this.#fact(facts[name])) : gap));
  }

  /** The words for something wrong with a label, and the rule behind it where one is written. */
  async finding(code: string, facts: Record<string, unknown>): Promise<{ text: string; rule: string | undefined }> {
    this.#findings ??= this.#loadFindings(this.language);
    const findings = await this.#findings;
    const rule = findings?.rules[code];
    return { text: this.#fill(findings?.texts[code] ?? code, facts), rule: rule && this.#fill(rule, facts) };
  }

  /** A calendar date in full, whatever the reader's time zone. */
  date(iso: string): string {
    const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
    return Number.isNaN(date.getTime()) ? iso : this.#dates.format(date);
  }

  /** A moment, in the reader's own time zone: "24 Nov, 10:42". */
  time(iso: string): string {
    const format = new Intl.DateTimeFormat(this.locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    return format.format(new Date(iso));
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.locale).format(value);
  }

  /** Bytes as people write them: "1.2 MB". */
  size(bytes: number): string {
    const [unit, divisor] = bytes < 1_000_000 ? (["kilobyte", 1_000] as const) : (["megabyte", 1_000_000] as const);
    return new Intl.NumberFormat(this.locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / divisor);
  }

  /** "in 70 days", "3 days ago", "today". */
  days(count: number): string {
    return Math.abs(count) < 100 ? this.#relative.format(count, "day") : this.#relative.format(Math.round(count / 30.4), "month");
  }

  /** Several fields or names in one line. */
  list(items: string[]): string {
    return new Intl.ListFormat(this.locale, { type: "conjunction" }).format(items);
  }

  /** Between right-to-left words, identifiers keep their own order (Unicode's first strong isolate). */
  #isolated(fact: string): string {
    return this.direction === "rtl" ? `\u2068${fact}\u2069` : fact;
  }

  /** Dates are written out, and what has a name of its own (a field, a flag) gets it. */
  #fact(value: unknown): string {
    const text = String(value);
    if (ISO_DATE.test(text)) return unbroken(this.date(text));
    const items = text.split(", ");
    return items.every((item) => this.has(`field_${item}`)) ? this.list(items.map((item) => this.#template(`field_${item}`))) : text;
  }
}

/** Whole days from one ISO date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000);
}

/** Within a sentence a date is not torn apart at the end of a line: neither at its spaces, nor between the characters of a Chinese one. */
function unbroken(date: string): string {
  return date.replace(/ /g, "\u00a0").replace(/(?<=[年月])(?=\d)|(?<=\d)(?=[年月日])/g, "\u2060");
}
