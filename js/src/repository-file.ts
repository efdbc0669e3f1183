/**
 * A repository as one file: an ordinary zip of its `metadata/` and `targets/`, for wards without a network.
 * The file proves nothing by itself: what is in it goes through the same checks as what a server sends.
 */
import { unzipSync, zipSync, type UnzipFileInfo } from "fflate";

import { UdiVerifyError } from "./errors.ts";

/** Marks the place of the repository in a zip that has a folder around it. */
const LANDMARK = "metadata/timestamp.json";
/** Largest file unpacked and all of them together, in bytes; the core asks for none that is larger. */
const MAX_FILE = 64 << 20;
const MAX_ALL = 256 << 20;

/** The files of a repository, by their paths in it. */
export type RepositoryFiles = Record<string, Uint8Array>;

/** Unpacks a zip of a repository. */
export function unpackRepository(zip: Uint8Array): RepositoryFiles {
  const entries = unpack(zip);
  const landmark = Object.keys(entries).find((name) => name === LANDMARK || name.endsWith(`/${LANDMARK}`));
  if (landmark === undefined) throw unusable(`there is no ${LANDMARK} in it`);
  const folder = landmark.slice(0, -LANDMARK.length);
  const within = Object.entries(entries).filter(([name]) => name.startsWith(folder));
  return Object.fromEntries(within.map(([name, bytes]) => [name.slice(folder.length), bytes]));
}

/** The files as one zip, for `unpackRepository` and for people. */
export function packRepository(files: RepositoryFiles): Uint8Array {
  return zipSync(files, { level: 6 });
}

/** A zip states its files' sizes; a file that states less than it holds is cut, and fails the publisher's hash. */
function unpack(zip: Uint8Array): RepositoryFiles {
  let all = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo) => {
    if (name.endsWith("/") || originalSize > MAX_FILE) return false;
    all += originalSize;
    if (all > MAX_ALL) throw unusable("it unpacks to more than a repository holds");
    return true;
  };
  try {
    return unzipSync(zip, { filter });
  } catch (error) {
    throw error instanceof UdiVerifyError ? error : unusable("it is not a zip that can be read", error);
  }
}

function unusable(why: string, cause?: unknown): UdiVerifyError {
  return new UdiVerifyError("repository_file", `the file is no repository: ${why}`, { cause });
}
