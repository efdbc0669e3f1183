/** Checks as files other software reads: CSV, JSON, and EPCIS 2.0 events. */
import type { CheckRecord } from "./records.ts";

const COLUMNS = ["at", "headline", "issuer", "di", "lot", "serial", "expiry", "asOf", "scan"] as const;

/** RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csv(records: CheckRecord[]): string {
  const rows = records.map((record) => COLUMNS.map((column) => cell(record[column] ?? "")).join(","));
  return `${COLUMNS.join(",")}\r\n${rows.map((row) => `${row}\r\n`).join("")}`;
}

function cell(value: string): string {
  // HIBC labels begin with "+": the guard is for them as much as for malice.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n\u001d]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function json(records: CheckRecord[]): string {
  return `${JSON.stringify(records, null, 2)}\n`;
}

/** EPCIS 2.0 (ISO/IEC 19987:2024) in JSON-LD: one inspection event a unit with a GS1 identifier and a serial number. */
export function epcis(records: CheckRecord[]): string {
  const document = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: new Date().toISOString(),
    epcisBody: { eventList: records.flatMap(event) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function event({ at, headline, di, serial }: CheckRecord): object[] {
  if (di === null || serial === null || !/^\d{14}$/.test(di)) return [];
  return [{
    type: "ObjectEvent",
    eventTime: at,
    eventTimeZoneOffset: "+00:00",
    epcList: [`https://id.gs1.org/01/${di}/21/${encodeURIComponent(serial)}`],
    action: "OBSERVE",
    bizStep: "inspecting",
    ...(headline === "recalled" && { disposition: "recalled" }),
    ...(headline === "expired" && { disposition: "expired" }),
  }];
}
