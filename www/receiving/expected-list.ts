/** A delivery note as CSV: one product a line, under a heading that names the columns. */
import { UdiVerifyError, type Udi } from "udi-verify";
import Papa from "papaparse";

import type { ExpectedLine } from "../work/records.ts";

/** Names of columns as purchasing systems write them, lower case, signs left out. */
const COLUMNS: Record<"di" | "lot" | "serial" | "quantity" | "name", string[]> = {
  di: ["di", "udidi", "udi", "gtin", "ean", "upc", "gtin14", "barcode", "primarydi", "hibc"],
  lot: ["lot", "lotnumber", "lotno", "batch", "batchnumber", "charge", "chargennummer", "lote", "批号"],
  serial: ["serial", "serialnumber", "serialno", "sn", "seriennummer", "序列号"],
  quantity: ["quantity", "qty", "count", "ordered", "pieces", "menge", "anzahl", "cantidad", "quantité", "quantite", "数量"],
  name: ["name", "product", "description", "item", "article", "bezeichnung", "produkt", "descripción", "désignation", "名称"],
};

const MAX_LINES = 20_000;
/** What a spreadsheet makes of a long number: digits are lost for good. */
const ROUNDED = /^\d([.,]\d+)?e\+\d+$/i;

/** Reads a list; `parse` brings identifiers into the one form the core compares them in. */
export async function readExpected(file: Blob, parse: (scan: string) => Promise<Udi>): Promise<ExpectedLine[]> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isSpreadsheet(bytes)) throw problem("list_spreadsheet");
  const { data } = Papa.parse<string[]>(textOf(bytes), { skipEmptyLines: "greedy" });
  const [heading, ...rows] = data;
  if (heading === undefined || rows.length === 0) throw problem("list_empty");
  if (rows.length > MAX_LINES) throw problem("list_too_long");
  const column = columnsOf(heading);
  if (column.di === undefined) throw problem("list_no_di");

  const lines: ExpectedLine[] = [];
  for (const [index, row] of rows.entries()) {
    const cell = (name: keyof typeof COLUMNS) => (column[name] === undefined ? "" : row[column[name]]?.trim() ?? "");
    // Line 1 is the heading.
    lines.push(await line(cell, parse, index + 2));
  }
  return lines;
}

/** What a person fills in to make a list. */
export const TEMPLATE = "di,lot,quantity,name\r\n09501234567891,,10,Catheter\r\n";

async function line(cell: (name: keyof typeof COLUMNS) => string, parse: (scan: string) => Promise<Udi>, number: number): Promise<ExpectedLine> {
  const identifier = cell("di");
  if (identifier === "") throw problem("list_line_no_di", number);
  if (ROUNDED.test(identifier)) throw problem("list_rounded", number);
  const quantity = cell("quantity") === "" ? 1 : Number(cell("quantity").replace(",", "."));
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 1_000_000) throw problem("list_quantity", number);
  const udi = await parse(identifier);
  // No label will ever say this number: everything delivered would count as not on the list.
  if (udi.findings.some(({ code, severity }) => code === "check_digit" && severity === "error")) throw problem("list_check_digit", number);
  return {
    di: udi.di ?? identifier,
    lot: cell("lot") || udi.lot,
    serial: cell("serial") || udi.serial,
    quantity,
    name: cell("name") || null,
  };
}

function columnsOf(heading: string[]): Partial<Record<keyof typeof COLUMNS, number>> {
  const plain = heading.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const found = Object.entries(COLUMNS).map(([column, names]) => [column, plain.findIndex((name) => names.includes(name))] as const);
  return Object.fromEntries(found.filter(([, at]) => at >= 0));
}

/** A workbook instead of a list: a zip (of Excel and others), or Excel's older form. */
function isSpreadsheet(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]);
}

function startsWith(bytes: Uint8Array, beginning: number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}

/** UTF-8, UTF-16 as spreadsheets name "Unicode text", or what older ones write in Western languages. */
function textOf(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xff, 0xfe])) return new TextDecoder("utf-16le").decode(bytes);
  if (startsWith(bytes, [0xfe, 0xff])) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The code names the words; the line is told with them. */
export class ListProblem extends UdiVerifyError {
  readonly line: number | null;

  constructor(code: string, line: number | null) {
    super(code, line === null ? code : `${code}, line ${line}`);
    this.line = line;
  }
}

function problem(code: string, line: number | null = null): ListProblem {
  return new ListProblem(code, line);
}
