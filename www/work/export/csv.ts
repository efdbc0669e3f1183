/** RFC 4180, for spreadsheets. A cell that one would run as a formula gets an apostrophe in front. */
import Papa from "papaparse";

import type { ScanRecord } from "../records.ts";

const COLUMNS = ["at", "headline", "reason", "recalls", "issuer", "agency", "di", "lot", "serial", "expiry", "asOf", "scan"] as const;

export function csv(scans: ScanRecord[]): string {
  const rows = scans.map((scan) => ({
    ...scan,
    reason: scan.reason?.code,
    recalls: scan.recalls.join(" "),
    // The separator has no place in a cell: the picture Unicode has for it does.
    scan: scan.sources.map(({ text }) => text.replaceAll("\u001d", "\u241d")).join(" "),
  }));
  return table([...COLUMNS], rows.map((row) => COLUMNS.map((column) => row[column] ?? "")));
}

/** HIBC labels begin with "+": the guard is for them as much as for malice. */
export function table(heading: string[], rows: (string | number)[][]): string {
  return `${Papa.unparse({ fields: heading, data: rows }, { escapeFormulae: true, newline: "\r\n" })}\r\n`;
}
