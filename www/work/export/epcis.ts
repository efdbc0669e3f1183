/** EPCIS 2.0 (ISO/IEC 19987:2024) events in JSON-LD: one a scan that carries a GS1 identifier. */
import type { ModeName, ScanRecord } from "../records.ts";

/** Business steps of the Core Business Vocabulary. */
const STEPS: Record<ModeName | "check", string> = { check: "inspecting", receiving: "receiving", sweep: "stock_taking" };
const DISPOSITIONS: Partial<Record<ScanRecord["headline"], string>> = { recalled: "recalled", expired: "expired" };

export function epcis(scans: ScanRecord[], mode: ModeName | "check"): string {
  const document = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: new Date().toISOString(),
    epcisBody: { eventList: scans.flatMap((scan) => event(scan, mode)) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Identifiers of other agencies have no form in EPCIS: such scans are in CSV and JSON alone. */
export function hasForm({ agency, di }: ScanRecord): boolean {
  return agency === "GS1" && di !== null;
}

function event(scan: ScanRecord, mode: ModeName | "check"): object[] {
  const { at, di, lot, serial, headline } = scan;
  if (!hasForm(scan)) return [];
  const item = `https://id.gs1.org/01/${di}`;
  const disposition = DISPOSITIONS[headline];
  return [{
    type: "ObjectEvent",
    eventTime: at,
    eventTimeZoneOffset: offset(new Date(at)),
    action: "OBSERVE",
    bizStep: STEPS[mode],
    ...(disposition !== undefined && { disposition }),
    ...(serial !== null
      ? { epcList: [`${item}/21/${encodeURIComponent(serial)}`] }
      : { quantityList: [{ epcClass: lot === null ? item : `${item}/10/${encodeURIComponent(lot)}`, quantity: 1 }] }),
  }];
}

/** This device's distance from UTC, as in `+01:00`. */
function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
