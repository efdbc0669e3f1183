/** Starts the wasm core once; every later call waits for the same start. Nothing is fetched from elsewhere. */
import init, { initSync } from "udi-verify-glue";

import { UdiVerifyError } from "./errors.ts";

/** SHA-256 of the shipped `udi_verify_bg.wasm`, in hexadecimal. */
export const wasmSha256: string = __WASM_SHA256__;

/** Its subresource integrity value, for `<link>` and `fetch`. */
export const wasmIntegrity: string = __WASM_INTEGRITY__;

/** Where the core comes from: a URL, its bytes, a response, or a compiled module. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

let defaultSource: (() => Promise<WasmSource> | WasmSource) | undefined;
let started: Promise<void> | undefined;

/** Each entry of the package names its own place of the wasm file. */
export function useDefaultSource(source: () => Promise<WasmSource> | WasmSource): void {
  defaultSource = source;
}

/** Idempotent. After a failure the next call tries again. */
export function loadWasm(source?: WasmSource): Promise<void> {
  started ??= start(source).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function start(given?: WasmSource): Promise<void> {
  const source = given ?? (await defaultSource?.());
  if (source === undefined) {
    throw new UdiVerifyError("wasm_source", "say where udi_verify_bg.wasm is: load({ wasm })");
  }
  try {
    if (typeof source === "string" || source instanceof URL) await init({ module_or_path: await fetchWasm(source) });
    else if (source instanceof Response) await init({ module_or_path: source });
    else initSync({ module: source });
  } catch (error) {
    throw startError(error);
  }
}

async function fetchWasm(url: string | URL): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { integrity: wasmIntegrity, credentials: "same-origin" });
  } catch (error) {
    throw new UdiVerifyError("wasm_fetch", `${url} could not be loaded, or is not the file this package shipped`, { cause: error });
  }
  if (!response.ok) throw new UdiVerifyError("wasm_fetch", `${url}: HTTP ${response.status}`);
  return response;
}

function startError(error: unknown): UdiVerifyError {
  if (error instanceof UdiVerifyError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/content security policy|unsafe-eval|blocked by csp/i.test(message)) {
    return new UdiVerifyError("wasm_csp", "the page's Content-Security-Policy needs script-src 'wasm-unsafe-eval'", { cause: error });
  }
  return new UdiVerifyError("wasm_compile", `udi_verify_bg.wasm does not start: ${message}`, { cause: error });
}
