/** Scans and sessions in IndexedDB. Every scan is stored when it is made, so that a crash loses none. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { ModeName, ScanRecord, Session } from "./records.ts";

interface WorkSchema extends DBSchema {
  scans: { key: number; value: ScanRecord; indexes: { session: string; at: string } };
  sessions: { key: string; value: Session };
}

const DATABASE = "udi-verify-work";

let database: Promise<IDBPDatabase<WorkSchema>> | undefined;

/** Tells other tabs that scans or sessions have changed; their messages arrive as `message` events. */
export const changes = new BroadcastChannel("udi-verify-work");

function open(): Promise<IDBPDatabase<WorkSchema>> {
  database ??= openDB<WorkSchema>(DATABASE, 1, {
    upgrade(made) {
      const scans = made.createObjectStore("scans", { keyPath: "id", autoIncrement: true });
      scans.createIndex("session", "session");
      scans.createIndex("at", "at");
      made.createObjectStore("sessions", { keyPath: "id" });
    },
    // A newer build in another tab must not wait for this one; the next call opens anew.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      database = undefined;
    },
    terminated: () => (database = undefined),
  }).catch((error: unknown) => {
    database = undefined;
    throw error;
  });
  return database;
}

/** Stores a scan; in the same step it takes the place of one that was only a part of it. */
export async function addScan(scan: ScanRecord, replaced?: number): Promise<ScanRecord> {
  const transaction = (await open()).transaction("scans", "readwrite", { durability: "strict" });
  if (replaced !== undefined) void transaction.store.delete(replaced);
  const id = await transaction.store.add(scan);
  await transaction.done;
  changes.postMessage("scans");
  return { ...scan, id };
}

export async function removeScan(id: number): Promise<void> {
  await (await open()).delete("scans", id);
  changes.postMessage("scans");
}

/** A session's scans, oldest first. */
export async function scansOfSession(session: string): Promise<ScanRecord[]> {
  return (await open()).getAllFromIndex("scans", "session", session);
}

/** Everything kept, newest first. */
export async function allScans(): Promise<ScanRecord[]> {
  return (await (await open()).getAll("scans")).reverse();
}

/** The `count` newest, newest first. */
export async function latestScans(count: number): Promise<ScanRecord[]> {
  const found: ScanRecord[] = [];
  let cursor = await (await open()).transaction("scans").store.openCursor(null, "prev");
  while (cursor !== null && found.length < count) {
    found.push(cursor.value);
    cursor = await cursor.continue();
  }
  return found;
}

/** All sessions, newest first. */
export async function sessions(): Promise<Session[]> {
  return (await (await open()).getAll("sessions")).sort((a, b) => b.begun.localeCompare(a.begun));
}

export async function openSession(mode: ModeName): Promise<Session | undefined> {
  return (await sessions()).find((session) => session.mode === mode && session.ended === null);
}

export async function saveSession(session: Session): Promise<void> {
  await (await open()).put("sessions", session);
  changes.postMessage("sessions");
}

/** Removes everything but sessions that are still open. */
export async function wipe(): Promise<void> {
  await dropBefore("9999");
}

/** Removes what is past its retention; an open session keeps its scans. */
export async function dropOld(days: number): Promise<void> {
  await dropBefore(new Date(Date.now() - days * 86_400_000).toISOString());
}

async function dropBefore(limit: string): Promise<void> {
  const transaction = (await open()).transaction(["scans", "sessions"], "readwrite");
  const kept = new Set<string | null>();
  for await (const cursor of transaction.objectStore("sessions")) {
    if (cursor.value.ended === null) kept.add(cursor.value.id);
    else if (cursor.value.begun < limit) void cursor.delete();
  }
  for await (const cursor of transaction.objectStore("scans").index("at").iterate(IDBKeyRange.upperBound(limit))) {
    if (cursor.value.session === null || !kept.has(cursor.value.session)) void cursor.delete();
  }
  await transaction.done;
  changes.postMessage("scans");
}
