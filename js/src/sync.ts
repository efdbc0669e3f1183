/** The network half of a sync: the core says which file it wants next, this fetches it. */
import type { Core } from "udi-verify-glue";

import { errorCode, fromCore, UdiVerifyError } from "./errors.ts";
import { moment } from "./now.ts";
import type { SyncPause } from "./pausing.ts";
import type { Store } from "./store.ts";
import type { Now } from "./types.ts";
import type { Fetch } from "./verifier.ts";

export interface SyncProgress {
  /** The file on its way, as a path below the repository. */
  path: string;
  /** Bytes of it received, and their number where the server says it. */
  received: number;
  total: number | null;
  /** Bytes received since the sync began. */
  receivedInAll: number;
}

export interface SyncOptions {
  /** Base address of the repository, which holds `metadata/` and `targets/`. */
  url: string | URL;
  /** Where the new state is kept; default: the store given to `load`. */
  store?: Store;
  onProgress?: (progress: SyncProgress) => void;
  signal?: AbortSignal;
  /** Where given, the sync can be paused and resumed. */
  pause?: SyncPause;
  now?: Now;
  /** Stands in for `fetch`, for hosts with a proxy, or with the repository on a disk. Status 404: no such file. */
  fetch?: FetchFile;
}

/** How a file of a repository is got; `headers` ask for the rest of a file that was received in part. */
export type FetchFile = (url: URL, init: { signal: AbortSignal | null; headers?: Record<string, string> }) => Promise<Response>;

/**
 * Steps through one refresh. The core swaps its state only after `save` has kept the new bytes.
 * @internal The bindings it takes are not part of the package's types.
 */
export async function refresh(core: Core, options: SyncOptions, save: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const base = baseUrl(options.url);
  let receivedInAll = 0;
  try {
    core.startRefresh(moment(options.now).ms);
    for (let wanted = core.nextFetch(); wanted !== undefined; wanted = core.nextFetch()) {
      const bytes = await download(wanted, base, options, receivedInAll);
      receivedInAll += bytes?.length ?? 0;
      core.supply(bytes);
    }
    await save(core.finishRefresh());
    core.commitRefresh();
  } catch (error) {
    core.abandonRefresh();
    throw fromCore(error);
  }
}

function baseUrl(url: string | URL): URL {
  const base = new URL(url, globalThis.location?.href);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return base;
}

/** One file, in as many requests as there are pauses. */
async function download(wanted: Fetch, base: URL, options: SyncOptions, before: number): Promise<Uint8Array | undefined> {
  const { signal = null, pause } = options;
  const url = new URL(wanted.path, base);
  const part = new Part();
  for (;;) {
    let attempt: AbortSignal | undefined;
    try {
      await pause?.resumed(signal);
      signal?.throwIfAborted();
      attempt = pause?.attempt(signal);
      return await request(url, wanted, part, before, { ...options, signal: attempt ?? signal });
    } catch (error) {
      // A request that a pause ended may say so only when the sync has already been gone on with.
      if (attempt?.aborted === true && signal?.aborted !== true) continue;
      throw networkError(error, url);
    }
  }
}

/** What was received of a file, and by what the server can tell that it is still the same one. */
class Part {
  chunks: Uint8Array[] = [];
  received = 0;
  validator: string | null = null;

  get headers(): Record<string, string> {
    return this.received === 0 || this.validator === null ? {} : { range: `bytes=${this.received}-`, "if-range": this.validator };
  }

  /** An answer other than 206 begins the file anew. */
  begin({ status, headers }: Response): void {
    if (status !== 206) {
      this.chunks = [];
      this.received = 0;
    }
    const tag = headers.get("etag");
    this.validator = tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.received);
    let offset = 0;
    for (const chunk of this.chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    return whole;
  }
}

async function request(
  url: URL,
  wanted: Fetch,
  part: Part,
  before: number,
  { signal = null, fetch = fromNetwork, onProgress }: Omit<SyncOptions, "signal"> & { signal: AbortSignal | null },
): Promise<Uint8Array | undefined> {
  const response = await fetch(url, { signal, headers: part.headers });
  if (!response.ok) return missing(response, url);
  part.begin(response);
  const total = lengthOf(response, part.received, wanted);
  const report = () => onProgress?.({ path: wanted.path, received: part.received, total, receivedInAll: before + part.received });
  await fill(part, response, wanted, report, signal);
  return part.bytes();
}

/** The server's word, else what the publisher's signed metadata says of a target. */
function lengthOf({ headers }: Response, received: number, { path, maxLength }: Fetch): number | null {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (Number.isFinite(length) && !headers.has("content-encoding")) return received + length;
  return path.startsWith("targets/") ? maxLength : null;
}

function fromNetwork(url: URL, init: { signal: AbortSignal | null; headers?: Record<string, string> }): Promise<Response> {
  return fetch(url, { ...init, cache: "no-cache", credentials: "same-origin" });
}

/** `undefined` where the server says that there is no such file; any other status is a failure. */
async function missing(response: Response, url: URL): Promise<undefined> {
  await response.body?.cancel();
  // Static hosts answer 403 for a missing file when listing is off.
  if ([403, 404, 410].includes(response.status)) return undefined;
  throw new UdiVerifyError("network_status", `${url}: HTTP ${response.status}`);
}

/** Takes in the body, refused as soon as it is longer than the core will take. */
async function fill(part: Part, response: Response, wanted: Fetch, report: () => void, signal: AbortSignal | null): Promise<void> {
  report();
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
    if (signal?.aborted) {
      await reader?.cancel();
      signal.throwIfAborted();
    }
    if (part.received + piece.value.length > wanted.maxLength) {
      await reader?.cancel();
      throw new UdiVerifyError("too_long", `${wanted.path} is longer than the ${wanted.maxLength} bytes allowed`);
    }
    part.chunks.push(piece.value);
    part.received += piece.value.length;
    report();
  }
}

function networkError(error: unknown, url: URL): UdiVerifyError {
  if (error instanceof UdiVerifyError) return error;
  if (errorCode(error) === "aborted") return new UdiVerifyError("aborted", "the sync was stopped", { cause: error });
  return new UdiVerifyError("network", `${url} could not be fetched`, { cause: error });
}
