// A folder read as the server of a repository would be: `sync({ read })` for Node.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Gives a file of the folder as a response, `undefined` where there is none. */
export function repositoryReader(folder) {
  return async (url, signal) => {
    signal?.throwIfAborted();
    try {
      return new Response(await readFile(join(folder, decodeURIComponent(url.pathname))));
    } catch (error) {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }
  };
}
