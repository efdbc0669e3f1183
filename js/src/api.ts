/** What every entry of the package exports; the entries differ only in where they find the wasm file. */
export { Decoder, type LoadOptions, type ParseOptions } from "./decoder.ts";
export { errorCode, UdiVerifyError } from "./errors.ts";
export { wasmIntegrity, wasmSha256, type WasmSource } from "./loader.ts";
export { IndexedDbStore, MemoryStore, type Store } from "./store.ts";
export { SyncPause } from "./pausing.ts";
export { packRepository, repositoryFile } from "./repository-file.ts";
export type { FetchFile, SyncOptions, SyncProgress } from "./sync.ts";
export type * from "./types.ts";
export { Verifier, type State, type VerifierOptions } from "./verifier.ts";
