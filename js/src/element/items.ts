/** The items in one picture: each verdict with the symbols it was read from, and what is missing to it. */
import type { Symbol, Udi, Verdict } from "../types.ts";
import type { Checked } from "../worker-verifier.ts";

export interface Item {
  /** The same for the same symbols, whatever their order. */
  key: string;
  verdict: Verdict;
  symbols: Symbol[];
}

/** Which half of a label was not read; the other half is usually in a second code beside it. */
export type MissingPart = "device" | "production";

export function itemsOf({ symbols, verdicts }: Pick<Checked, "symbols" | "verdicts">): Item[] {
  return verdicts.map((verdict) => {
    const own = symbols.filter((symbol) => isSourceOf(symbol, verdict));
    return { key: keyOf(verdict.udi), verdict, symbols: own };
  });
}

export function isSourceOf({ symbologyIdentifier, text }: Symbol, { udi }: Verdict): boolean {
  return udi.sources.some((source) => source.text === text && (source.symbologyIdentifier ?? symbologyIdentifier) === symbologyIdentifier);
}

/** What the item was read from, as one text. */
export function keyOf(udi: Udi): string {
  return partsOf(udi).join("\n");
}

function partsOf({ sources }: Udi): string[] {
  return sources.map(({ symbologyIdentifier, text }) => `${symbologyIdentifier ?? ""}${text}`).sort();
}

/** The first item was read from some of the symbols of the second. */
export function isPartOf(one: string, other: string): boolean {
  const whole = other.split("\n");
  return one !== other && one.split("\n").every((part) => whole.includes(part));
}

/** `undefined` where the reading is whole, as far as its fields tell. */
export function missingPart(udi: Udi): MissingPart | undefined {
  if (udi.agency === null) return undefined;
  if (udi.di === null) return udi.findings.some(({ code }) => code === "no_device_identifier") ? "device" : undefined;
  const production = [udi.lot, udi.serial, udi.expiry, udi.manufactured, udi.donationId, udi.softwareVersion];
  return production.every((value) => value === null) ? "production" : undefined;
}
