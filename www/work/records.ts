/**
 * What is kept of a scan: what the label said and the answer. No patient, no person, no place; and of a code that
 * no agency of device identifiers stands behind, nothing, since it may be a patient's.
 */
import type { Symbol, Verdict } from "udi-verify";

export type ModeName = "receiving" | "sweep";

export interface ScanRecord {
  /** Given by the store. */
  id?: number;
  /** The session it belongs to; `null` for a single check. */
  session: string | null;
  /** ISO instant of the check. */
  at: string;
  /** Names what it was read from. */
  key: string;
  headline: Verdict["headline"];
  /** Why; records of earlier builds do not say. */
  reason?: Verdict["reason"];
  issuer: string | null;
  agency: string | null;
  di: string | null;
  lot: string | null;
  serial: string | null;
  /** ISO date. */
  expiry: string | null;
  /** Date of the recall data that was asked. */
  asOf: string | null;
  /** Numbers of the recalls that name it, or may. */
  recalls: string[];
  /** The scans it was read from, separators as U+001D. */
  sources: { symbologyIdentifier: string | null; text: string }[];
}

/** `undefined` for what must not be kept. */
export function recordOf(verdict: Verdict, key: string, session: string | null, at = new Date().toISOString()): ScanRecord | undefined {
  const { headline, reason, udi, signature, asOf, recall } = verdict;
  if (udi.agency === null) return undefined;
  const { agency, di, lot, serial, expiry, sources } = udi;
  const recalls = recall.hits.map(({ id }) => id);
  return { session, at, key, headline, reason, issuer: signature.issuer, agency, di, lot, serial, expiry, asOf: asOf.oldest, recalls, sources };
}

/** The record's scans, as the verifier takes them. */
export function scansOf({ sources }: ScanRecord): (string | Pick<Symbol, "bytes" | "symbologyIdentifier">)[] {
  return sources.map(({ symbologyIdentifier, text }) =>
    symbologyIdentifier === null ? text : { bytes: new TextEncoder().encode(text), symbologyIdentifier });
}

/** A time of work whose scans belong together. */
export interface Session {
  id: string;
  mode: ModeName;
  /** ISO instants. */
  begun: string;
  ended: string | null;
  expected: ExpectedLine[];
  /** Name of the file the expected list came from. */
  listName: string | null;
}

/** A line of a delivery note. */
export interface ExpectedLine {
  di: string;
  lot: string | null;
  serial: string | null;
  quantity: number;
  /** The product's name as the list has it. */
  name: string | null;
}
