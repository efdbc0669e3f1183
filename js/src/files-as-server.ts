import type { FetchFile } from "./sync.ts";

/** Answers `sync({ fetch })` from files at hand; `base` is the address the sync is given, from which nothing is fetched. */
export function filesAsServer(files: Record<string, Uint8Array>, base: URL): FetchFile {
  return async (url, { signal }) => {
    signal?.throwIfAborted();
    const bytes = files[decodeURIComponent(url.href.slice(base.href.length))];
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes.slice());
  };
}
