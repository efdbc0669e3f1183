/** What a session's scans come to: counts, what is over and short, what was scanned twice, what needs a person. */
import type { ExpectedLine, ScanRecord } from "../work/records.ts";

export type LineState = "open" | "complete" | "over" | "unexpected";

export interface Line {
  /** What the list asks for; of an unexpected line, what was found. */
  di: string | null;
  lot: string | null;
  serial: string | null;
  name: string | null;
  wanted: number;
  counted: number;
  state: LineState;
}

export interface Tally {
  /** Units counted, each once. */
  counted: number;
  wanted: number;
  lines: Line[];
  over: number;
  short: number;
  /** Scans of a unit that had been scanned before; they are not counted. */
  duplicates: ScanRecord[];
  /** Scans whose headline asks for a person. */
  exceptions: ScanRecord[];
  /** Counted units by expiry, the first to expire first. */
  byExpiry: ScanRecord[];
}

/** `isException`: the scan's headline asks for a person. */
export function tally(scans: ScanRecord[], expected: ExpectedLine[], isException: (scan: ScanRecord) => boolean): Tally {
  const lines: Line[] = expected.map(({ quantity, ...line }) => ({ ...line, wanted: quantity, counted: 0, state: "open" }));
  const headlines = new Map<string, string>();
  const duplicates: ScanRecord[] = [];
  const exceptions: ScanRecord[] = [];
  const counted: ScanRecord[] = [];
  for (const scan of scans) {
    const unit = unitOf(scan);
    const before = unit === undefined ? undefined : headlines.get(unit);
    // The same unit with another answer is no mere repetition: one of the two labels may be a copy.
    if (isException(scan) && before !== scan.headline) exceptions.push(scan);
    if (before !== undefined) {
      duplicates.push(scan);
      continue;
    }
    if (unit !== undefined) headlines.set(unit, scan.headline);
    counted.push(scan);
    lineFor(scan, lines).counted++;
  }
  for (const line of lines) line.state = stateOf(line);
  return {
    counted: counted.length,
    wanted: expected.reduce((sum, { quantity }) => sum + quantity, 0),
    lines,
    over: sum(lines, (line) => Math.max(0, line.counted - line.wanted)),
    short: sum(lines, (line) => Math.max(0, line.wanted - line.counted)),
    duplicates,
    exceptions,
    byExpiry: counted.filter(({ expiry }) => expiry !== null).sort((a, b) => (a.expiry ?? "").localeCompare(b.expiry ?? "")),
  };
}

/** A serial number names one unit, and its label says the same each time; without one, every package is a unit of its own. */
function unitOf({ agency, di, lot, serial, expiry }: ScanRecord): string | undefined {
  return serial === null ? undefined : JSON.stringify([agency, di, lot, serial, expiry]);
}

/** The line that says most about the scan and still wants one; else the one it is too many for; else a new one. */
function lineFor(scan: ScanRecord, lines: Line[]): Line {
  const fitting = lines
    .filter((line) => line.wanted > 0 && line.di === scan.di && agrees(line.lot, scan.lot) && agrees(line.serial, scan.serial))
    .sort((a, b) => detail(b) - detail(a));
  const found = fitting.find((line) => line.counted < line.wanted) ?? fitting[0]
    ?? lines.find((line) => line.wanted === 0 && line.di === scan.di && line.lot === scan.lot);
  if (found !== undefined) return found;
  const added: Line = { di: scan.di, lot: scan.lot, serial: null, name: null, wanted: 0, counted: 0, state: "unexpected" };
  lines.push(added);
  return added;
}

function agrees(wanted: string | null, found: string | null): boolean {
  return wanted === null || wanted === found;
}

function detail({ lot, serial }: Line): number {
  return (serial === null ? 0 : 2) + (lot === null ? 0 : 1);
}

function stateOf({ wanted, counted }: Line): LineState {
  if (wanted === 0) return "unexpected";
  if (counted > wanted) return "over";
  return counted === wanted ? "complete" : "open";
}

function sum(lines: Line[], of: (line: Line) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}
