/** The checks made on this device: what the label said and the answer. No patient, no person, no place. */
import type { Verdict } from "udi-verify";
import { daysBetween } from "udi-verify/element";

export interface CheckRecord {
  /** ISO instant of the check. */
  at: string;
  headline: Verdict["headline"];
  issuer: string | null;
  di: string | null;
  lot: string | null;
  serial: string | null;
  expiry: string | null;
  /** Date of the recall data that was asked. */
  asOf: string | null;
  /** The scan, a line a symbol, separators as U+001D. */
  scan: string;
}

/** Older records are dropped when the history is opened. */
export const RETENTION_DAYS = 30;

const DATABASE = "udi-verify-history";
const OBJECT_STORE = "checks";

export function recordOf(verdict: Verdict, at = new Date().toISOString()): CheckRecord {
  const { headline, udi, signature, asOf } = verdict;
  const { di, lot, serial, expiry } = udi;
  const scan = udi.sources.map(({ text }) => text).join("\n");
  return { at, headline, issuer: signature.issuer, di, lot, serial, expiry, asOf: asOf.oldest, scan };
}

/** Kept at once, so that a crash after a check loses nothing. */
export function keep(record: CheckRecord): Promise<unknown> {
  return inStore("readwrite", (store) => store.add(record));
}

/** Newest first. */
export async function records(): Promise<CheckRecord[]> {
  const all = (await inStore("readonly", (store) => store.getAll())) as CheckRecord[];
  const now = new Date().toISOString();
  return all.filter(({ at }) => daysBetween(at, now) <= RETENTION_DAYS).reverse();
}

export function wipe(): Promise<unknown> {
  return inStore("readwrite", (store) => store.clear());
}

/** Removes what is past its retention. */
export async function dropOld(): Promise<void> {
  const limit = new Date(Date.now() - RETENTION_DAYS * 86_400_000).toISOString();
  await inStore("readwrite", (store) => store.delete(IDBKeyRange.upperBound(limit)));
}

async function inStore<T>(mode: IDBTransactionMode, operate: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise<T>((resolve, reject) => {
    const transaction = database.transaction(OBJECT_STORE, mode);
    const request = operate(transaction.objectStore(OBJECT_STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  }).finally(() => database.close());
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(OBJECT_STORE, { keyPath: "at" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
