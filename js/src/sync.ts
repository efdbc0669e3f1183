/** The network half of a sync: the core says which file it wants next, this fetches it. */
import type { Core } from "udi-verify-glue";

import { errorCode, fromCore, UdiVerifyError } from "./errors.ts";
import { moment } from "./now.ts";
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
  now?: Now;
  /** Stands in for `fetch`, for hosts with a proxy, or with the repository on a disk. Status 404: no such file. */
  fetch?: (url: URL, init: { signal: AbortSignal | null }) => Promise<Response>;
}

/** Steps through one refresh. The core swaps its state only after `save` has kept the new bytes. */
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

async function download(wanted: Fetch, base: URL, options: SyncOptions, before: number): Promise<Uint8Array | undefined> {
  const { signal = null, onProgress } = options;
  const url = new URL(wanted.path, base);
  try {
    signal?.throwIfAborted();
    const response = await (options.fetch ?? fromNetwork)(url, { signal });
    if (!response.ok) return await missing(response, url);

    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const total = Number.isFinite(length) && !response.headers.has("content-encoding") ? length : null;
    const report = (received: number) =>
      onProgress?.({ path: wanted.path, received, total, receivedInAll: before + received });
    return await capped(response, wanted, report, signal);
  } catch (error) {
    throw networkError(error, url);
  }
}

function fromNetwork(url: URL, init: { signal: AbortSignal | null }): Promise<Response> {
  return fetch(url, { ...init, cache: "no-cache", credentials: "same-origin" });
}

/** `undefined` where the server says that there is no such file; any other status is a failure. */
async function missing(response: Response, url: URL): Promise<undefined> {
  await response.body?.cancel();
  // Static hosts answer 403 for a missing file when listing is off.
  if ([403, 404, 410].includes(response.status)) return undefined;
  throw new UdiVerifyError("network_status", `${url}: HTTP ${response.status}`);
}

/** The body, refused as soon as it is longer than the core will take. */
async function capped(
  response: Response,
  wanted: Fetch,
  report: (received: number) => void,
  signal: AbortSignal | null,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  report(0);
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    signal?.throwIfAborted();
    received += part.value.length;
    if (received > wanted.maxLength) {
      await reader?.cancel();
      throw new UdiVerifyError("too_long", `${wanted.path} is longer than the ${wanted.maxLength} bytes allowed`);
    }
    chunks.push(part.value);
    report(received);
  }
  const bytes = new Uint8Array(received);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function networkError(error: unknown, url: URL): UdiVerifyError {
  if (error instanceof UdiVerifyError) return error;
  if (errorCode(error) === "aborted") return new UdiVerifyError("aborted", "the sync was stopped", { cause: error });
  return new UdiVerifyError("network", `${url} could not be fetched`, { cause: error });
}
