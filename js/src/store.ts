/** Where the host keeps the verifier's state: bytes by name. The core checks them again whenever it takes them up. */
import { UdiVerifyError } from "./errors.ts";

export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces the value as one step: a reader sees the old bytes or the new ones, never a mixture. */
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Holds nothing beyond the process; for Node services that sync at start, and for tests. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key);
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value.slice());
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }
}

const OBJECT_STORE = "bytes";

/** The browser's IndexedDB; one transaction a change, so an interrupted write leaves the old value. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name = "udi-verify") {
    this.#name = name;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value: unknown = await this.#run("readonly", (store) => store.get(key));
    return value instanceof Uint8Array ? value : undefined;
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    await this.#run("readwrite", (store) => store.put(value, key));
  }

  async delete(key: string): Promise<void> {
    await this.#run("readwrite", (store) => store.delete(key));
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(OBJECT_STORE);
      request.onsuccess = () => {
        // Browsers close connections when they clear storage: the next call opens a new one.
        request.result.onclose = () => (this.#database = undefined);
        request.result.onversionchange = () => {
          request.result.close();
          this.#database = undefined;
        };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new DOMException("another tab holds the database", "InvalidStateError"));
    }).catch((error: unknown) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  async #run<T>(mode: IDBTransactionMode, operate: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.#open();
    return new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(OBJECT_STORE, mode, { durability: "strict" });
      const request = operate(transaction.objectStore(OBJECT_STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

/** The name a root's state is kept under: another root never takes up its bytes. */
export async function stateKey(root: Uint8Array): Promise<string> {
  return `state-${await digest(root)}`;
}

async function digest(bytes: Uint8Array): Promise<string> {
  // Copied: a view of shared or larger memory is not what digest takes.
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Which stored version holds. A version's bytes are never changed; replacing this small value is the
 * switch-over, so a page that ends in the middle leaves the old version in force.
 */
interface Pointer {
  version: 1;
  current: string;
  /** The version before, kept until the next start. */
  previous: string | null;
  /** A version whose bytes may be half there: a write was under way. */
  pending: string | null;
}

/** What the store holds, newest first; a store that cannot be read holds nothing. */
export async function* storedStates(store: Store, key: string): AsyncGenerator<Uint8Array> {
  const { current = null, previous = null } = (await readPointer(store, key).catch(() => undefined)) ?? {};
  for (const name of [current, previous]) {
    const bytes = name === null ? undefined : await store.get(name).catch(() => undefined);
    if (bytes !== undefined) yield bytes;
  }
}

export async function writeState(store: Store, key: string, bytes: Uint8Array): Promise<void> {
  try {
    const next = `${key}-${await digest(bytes)}`;
    const held = await readPointer(store, key);
    if (held?.current === next) return;
    const current = held?.current ?? null;
    if (current !== null) await writePointer(store, key, { version: 1, current, previous: held?.previous ?? null, pending: next });
    await store.put(next, bytes);
    await writePointer(store, key, { version: 1, current: next, previous: current, pending: null });
    for (const name of [held?.previous, held?.pending]) {
      if (name != null && name !== next && name !== current) await store.delete(name);
    }
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    throw new UdiVerifyError(full ? "store_full" : "store_write", "the new data could not be stored; the old stands", { cause: error });
  }
}

/** Removes the version before the current one, and what an interrupted write left. For the start, before anybody writes. */
export async function dropReplaced(store: Store, key: string): Promise<void> {
  const held = await readPointer(store, key);
  if (held === undefined || (held.previous === null && held.pending === null)) return;
  await writePointer(store, key, { ...held, previous: null, pending: null });
  for (const name of [held.previous, held.pending]) {
    if (name !== null && name !== held.current) await store.delete(name);
  }
}

async function readPointer(store: Store, key: string): Promise<Pointer | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  try {
    const { version, current, previous = null, pending = null } = JSON.parse(new TextDecoder().decode(bytes)) as Pointer;
    return version === 1 && typeof current === "string" ? { version, current, previous, pending } : undefined;
  } catch {
    return undefined;
  }
}

function writePointer(store: Store, key: string, pointer: Pointer): Promise<void> {
  return store.put(key, new TextEncoder().encode(JSON.stringify(pointer)));
}
