import { Core } from "udi-verify-glue";

import { Decoder, scanParts, type LoadOptions } from "./decoder.ts";
import { call, UdiVerifyError } from "./errors.ts";
import { loadWasm } from "./loader.ts";
import { moment } from "./now.ts";
import { dropReplaced, MemoryStore, stateKey, storedStates, writeState, type Store } from "./store.ts";
import { refresh, type SyncOptions } from "./sync.ts";
import type { Image, Now, Scan, Symbol, Verdict } from "./types.ts";

/** A file the core asks for: its path below the repository, and the most bytes it will take. */
export interface Fetch {
  path: string;
  maxLength: number;
}

/** What the verifier holds: whose word it trusts, and how old its recall data is. */
export interface State {
  /** Version numbers of the metadata held, `null` before the first sync. */
  versions: { root: number; timestamp: number | null; snapshot: number | null; targets: number | null };
  /** The three dates as a verdict has them, and what they mean. */
  asOf: Verdict["asOf"];
  /** When the publisher signed the data, when that ends to hold, and when this device last synced: ISO instants. */
  issued: string | null;
  expires: string | null;
  lastSync: string | null;
  /** Issuers whose signatures can be checked. */
  issuers: { id: string; name: string }[];
  /** Number of recall rules held. */
  rules: number | null;
}

export interface VerifierOptions extends LoadOptions {
  /** The pinned TUF root: the JSON of `root.json`, as bytes, text or an object's text. */
  trustRoot: Uint8Array | string;
  /** Where the synced data is kept; what it holds for this root is taken up at once. */
  store?: Store;
}

/** Decodes, parses and verifies, with the keys and recalls of one publisher. Makes no network request except in `sync`. */
export class Verifier extends Decoder {
  readonly #core: Core;
  readonly #key: string;
  #store: Store;
  #syncing = false;

  private constructor(core: Core, key: string, store: Store) {
    super();
    this.#core = core;
    this.#key = key;
    this.#store = store;
  }

  static override async load(options: VerifierOptions): Promise<Verifier> {
    await loadWasm(options.wasm);
    const { trustRoot, store = new MemoryStore() } = options;
    const root = typeof trustRoot === "string" ? new TextEncoder().encode(trustRoot) : trustRoot;
    const core = call(() => new Core(root));
    const verifier = new Verifier(core, await stateKey(root), store);
    const held = await verifier.restore();
    // Only once the current version has proved good is the one before it let go.
    if (held === "current") await dropReplaced(store, verifier.#key).catch(() => undefined);
    return verifier;
  }

  /**
   * Takes up what the store holds, for example after another tab has synced: the current version, or where
   * its bytes are damaged the one before. `undefined`: the store holds nothing usable.
   */
  async restore(): Promise<"current" | "previous" | undefined> {
    let version: "current" | "previous" = "current";
    for await (const bytes of storedStates(this.#store, this.#key)) {
      try {
        this.#core.restore(bytes);
        return version;
      } catch {
        // Damaged or foreign bytes are as good as none.
        version = "previous";
      }
    }
    return undefined;
  }

  /** One verdict for what was scanned; several symbols are taken to be of one item. */
  verify(scan: Scan | Scan[], options: { now?: Now } = {}): Verdict {
    const { ms } = moment(options.now);
    const scans = Array.isArray(scan) ? scan.map(scanParts) : [scanParts(scan)];
    if (scans.length === 0) throw new UdiVerifyError("scan_empty", "verify needs at least one scan");
    return call(() => this.#core.verify(scans, ms));
  }

  /** A verdict for each item in an image: decode, parse, verify. None where no symbol is certain. */
  check(image: Image, options: { now?: Now } = {}): Verdict[] {
    return this.verifyAll(this.decode(image), options);
  }

  /** One verdict for each item among the symbols of one image; the symbols of one item are joined. */
  verifyAll(symbols: Symbol[], options: { now?: Now } = {}): Verdict[] {
    const { ms } = moment(options.now);
    return call(() => this.#core.check(symbols, ms));
  }

  /** Brings keys and recalls up to date. On any failure the state held before stands. */
  async sync(options: SyncOptions): Promise<State> {
    if (this.#syncing) throw new UdiVerifyError("sync_running", "a sync is already running");
    this.#syncing = true;
    try {
      this.#store = options.store ?? this.#store;
      await this.restore();
      await refresh(this.#core, options, (bytes) => writeState(this.#store, this.#key, bytes));
      return this.state();
    } finally {
      this.#syncing = false;
    }
  }

  state(options: { now?: Now } = {}): State {
    return call(() => this.#core.state(moment(options.now).ms));
  }
}
