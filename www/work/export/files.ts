/** Scans as files to take along. */
import type { ModeName, ScanRecord, Session } from "../records.ts";
import { csv } from "./csv.ts";
import { epcis, hasForm } from "./epcis.ts";

export interface ExportFile {
  /** On the button. */
  name: string;
  type: string;
  extension: string;
  write(scans: ScanRecord[], session: Session | undefined): Promise<string> | string;
  /** Whether the file has a form for this scan; without it, it has one for each. */
  holds?(scan: ScanRecord): boolean;
}

export const FILES: ExportFile[] = [
  { name: "CSV", type: "text/csv;charset=utf-8", extension: "csv", write: (scans) => csv(scans) },
  { name: "JSON", type: "application/json", extension: "json", write: json },
  { name: "EPCIS", type: "application/ld+json", extension: "jsonld", write: (scans, session) => epcis(scans, session?.mode ?? "check"), holds: hasForm },
];

/** How many scans the file leaves out; the person must be told. */
export function leftOut({ holds }: ExportFile, scans: ScanRecord[]): number {
  return holds === undefined ? 0 : scans.filter((scan) => !holds(scan)).length;
}

/** The scans' digest lets two people see that they speak of the same list. */
async function json(scans: ScanRecord[], session: Session | undefined): Promise<string> {
  const content = { format: "udi-verify-scans", version: 1, session: session ?? null, scans, scansSha256: await digestOf(scans) };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** SHA-256 of the scans as JSON without spaces, in hexadecimal. */
export async function digestOf(scans: ScanRecord[]): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(scans)));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function nameOf(mode: ModeName | "history", extension: string, at = new Date()): string {
  return `udi-verify-${mode}-${at.toISOString().slice(0, 16).replace(/[T:]/g, "-")}.${extension}`;
}

/** Hands a file to the browser's downloads. */
export function download(content: BlobPart, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
