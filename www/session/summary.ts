/** What a receiving or a sweep comes to on screen: its figures and its lists. */
import { gravity, lookOf, type Words } from "udi-verify/element";

import { present } from "../shell/dom.ts";
import type { ScanRecord, Session } from "../work/records.ts";
import { lineRow, rowList, scanRow, tiles, type Tile } from "./rows.ts";
import { tally, type Tally } from "./tally.ts";

/** Rows of scans shown; all of them are in the report and the files. */
const SHOWN = 100;
const FIRST_TO_EXPIRE = 3;

export function talliedOf(session: Session, scans: ScanRecord[]): Tally {
  return tally(scans, session.expected, isException);
}

/** The headline asks a person to do something before the item is used. */
export function isException(scan: ScanRecord): boolean {
  return ["stop", "hold", "unknown"].includes(lookOf(scan).tone);
}

export function figures(session: Session, found: Tally, words: Words): HTMLElement {
  return tiles(session.mode === "receiving" ? receivingTiles(session, found, words) : sweepTiles(found), words);
}

function receivingTiles({ expected, ended }: Session, found: Tally, words: Words): Tile[] {
  const counted: Tile = { code: "counted", value: found.counted, ...(expected.length > 0 && { of: words.text("tile_of", { wanted: found.wanted }) }) };
  const duplicates: Tile = { code: "duplicates", value: found.duplicates.length, tone: "hold" };
  const exceptions: Tile = { code: "exceptions", value: found.exceptions.length, tone: "stop" };
  if (expected.length === 0) return [counted, exceptions, duplicates];
  return [
    counted, exceptions,
    { code: "over", value: found.over, tone: "hold" },
    // While the work goes on a line that is short is only not done yet.
    { code: "short", value: found.short, ...(ended !== null && { tone: "hold" as const }) },
    duplicates,
  ];
}

function sweepTiles(found: Tally): Tile[] {
  const count = (wanted: (scan: ScanRecord) => boolean) => found.exceptions.filter(wanted).length;
  const isRecalled = ({ headline }: ScanRecord) => headline === "recalled";
  const isExpired = ({ headline }: ScanRecord) => headline === "expired";
  return [
    { code: "swept", value: found.counted },
    { code: "recalled", value: count(isRecalled), tone: "stop" },
    { code: "expired", value: count(isExpired), tone: "stop" },
    { code: "by_hand", value: count((scan) => !isRecalled(scan) && !isExpired(scan)), tone: "hold" },
  ];
}

export function lists(session: Session, scans: ScanRecord[], found: Tally, words: Words): HTMLElement[] {
  const twice = new Set(found.duplicates);
  const row = (scan: ScanRecord) => scanRow(scan, words, { tag: twice.has(scan) ? words.text("tag_duplicate") : undefined });
  return present([
    rowList("exceptions", gravestFirst(found.exceptions).map(row), words),
    rowList("lines", found.lines.filter(({ wanted }) => session.expected.length > 0 || wanted > 0).map((line) => lineRow(line, session.ended !== null, words)), words),
    session.mode === "receiving" && rowList("first_to_expire", found.byExpiry.slice(0, FIRST_TO_EXPIRE).map(row), words),
    rowList("scans", [...scans].reverse().slice(0, SHOWN).map(row), words),
  ]) as HTMLElement[];
}

/** Of equal gravity the newest first. */
function gravestFirst(scans: ScanRecord[]): ScanRecord[] {
  return [...scans].reverse().sort((a, b) => gravity(a) - gravity(b));
}
