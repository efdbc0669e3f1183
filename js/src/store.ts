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
  // Copied: a view of shared or larger memory is not what digest takes.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", root.slice()));
  return `state-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What the store holds; a store that cannot be read holds nothing. */
export async function readState(store: Store, key: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch {
    return undefined;
  }
}

export async function writeState(store: Store, key: string, bytes: Uint8Array): Promise<void> {
  try {
    await store.put(key, bytes);
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    throw new UdiVerifyError(full ? "store_full" : "store_write", "the new data could not be stored; the old stands", { cause: error });
  }
}
