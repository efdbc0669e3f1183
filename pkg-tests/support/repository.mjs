// A folder read as the server of a repository would be: `sync({ fetch })` for Node.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Answers with the folder's files. */
export function folderAsServer(folder) {
  return async (url, { signal }) => {
    signal?.throwIfAborted();
    try {
      return new Response(await readFile(join(folder, decodeURIComponent(url.pathname))));
    } catch (error) {
      if (error.code === "ENOENT") return new Response(null, { status: 404 });
      throw error;
    }
  };
}
