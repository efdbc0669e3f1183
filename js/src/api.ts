/** What every entry of the package exports; the entries differ only in where they find the wasm file. */
import type { RepositoryFiles } from "./repository-file.ts";

export { Decoder, type LoadOptions, type ParseOptions } from "./decoder.ts";
export { errorCode, UdiVerifyError } from "./errors.ts";
export { wasmIntegrity, wasmSha256, type WasmSource } from "./loader.ts";
export { IndexedDbStore, MemoryStore, type Store } from "./store.ts";
export { SyncPause } from "./pausing.ts";
export { filesAsServer } from "./files-as-server.ts";
export type { FetchFile, SyncOptions, SyncProgress } from "./sync.ts";
export type { Tracker } from "./tracker.ts";
export type * from "./types.ts";
export { Verifier, type State, type VerifierOptions } from "./verifier.ts";

export type { RepositoryFiles };

/** Unpacks a zip of a repository, for `sync({ fetch: filesAsServer(files, url) })`. */
export async function unpackRepository(zip: Uint8Array): Promise<RepositoryFiles> {
  return (await import("./repository-file.ts")).unpackRepository(zip);
}

/** A repository's files as one zip. */
export async function packRepository(files: RepositoryFiles): Promise<Uint8Array> {
  return (await import("./repository-file.ts")).packRepository(files);
}
