/**
 * A repository as one file: an ordinary zip of its `metadata/` and `targets/`, for wards without a network.
 * The file proves nothing by itself: what is in it goes through the same checks as what a server sends.
 */
import { unzipSync, zipSync, type UnzipFileInfo } from "fflate";

import { UdiVerifyError } from "./errors.ts";
import type { FetchFile } from "./sync.ts";

/** Marks the place of the repository in a zip that has a folder around it. */
const LANDMARK = "metadata/timestamp.json";
/** Largest file unpacked, in bytes; the core asks for none that is larger. */
const MAX_FILE = 64 << 20;

/** Answers `sync({ fetch })` from a zip; `base` is the address the sync is given. */
export function repositoryFile(zip: Uint8Array, base: URL): FetchFile {
  const names = namesIn(zip);
  const landmark = names.find((name) => name === LANDMARK || name.endsWith(`/${LANDMARK}`));
  if (landmark === undefined) throw unusable(`there is no ${LANDMARK} in it`);
  const folder = landmark.slice(0, -LANDMARK.length);
  return async (url, { signal }) => {
    signal?.throwIfAborted();
    const name = folder + decodeURIComponent(url.href.slice(base.href.length));
    const bytes = unpack(zip, ({ name: entry, originalSize }) => entry === name && originalSize <= MAX_FILE)[name];
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes.slice());
  };
}

/** The files of a repository, by their paths in it, as one zip. */
export function packRepository(files: Record<string, Uint8Array>): Uint8Array {
  return zipSync(files, { level: 6 });
}

function namesIn(zip: Uint8Array): string[] {
  const names: string[] = [];
  unpack(zip, ({ name }) => {
    names.push(name);
    return false;
  });
  return names;
}

function unpack(zip: Uint8Array, filter: (file: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(zip, { filter });
  } catch (error) {
    throw unusable("it is not a zip that can be read", error);
  }
}

function unusable(why: string, cause?: unknown): UdiVerifyError {
  return new UdiVerifyError("repository_file", `the file is no repository: ${why}`, { cause });
}
