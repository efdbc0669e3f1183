// A static server with the headers of a strict deployment, for tests that need to break something.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { extname, join, normalize } from "node:path";

import { paths } from "./paths.mjs";

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "media-src 'self' blob: mediastream:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types udi-url";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
  ".json": "application/json", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** The app with the demo's data, as `udi serve` mounts them. */
export function serveApp(demo, headers, { site = paths.site } = {}) {
  const mounts = { "/": `${site}/`, "/repository/": `${demo.repository}/`, "/root.json": join(demo.folder, "root.json") };
  return serveFolders(mounts, headers);
}

/**
 * Serves `mounts` (path prefix → folder or file, longest prefix first); `headers` replaces or adds to the strict ones.
 * `hangUp()` ends every connection, and each new one at once, as if the network were gone, until `answerAgain()`: the
 * address stays this server's, so that no other program can take it meanwhile. `hold(path)` keeps answers below a path back
 * until the function it gives is called.
 */
export async function serveFolders(mounts, headers = {}) {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  let gone = false;
  let held;
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (held !== undefined && path.startsWith(held.path)) await held.promise;
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    const file = join(mounts[prefix] ?? "/nowhere", path.slice(prefix?.length ?? 0), path.endsWith("/") ? "index.html" : "");
    try {
      const bytes = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "cache-control": "no-cache",
        ...headers,
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.on("connection", (socket) => {
    if (gone) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${server.address().port}/`,
    hangUp() {
      gone = true;
      server.closeAllConnections();
    },
    answerAgain: () => (gone = false),
    hold(path) {
      let letGo;
      held = { path, promise: new Promise((resolve) => (letGo = resolve)) };
      return () => {
        held = undefined;
        letGo();
      };
    },
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
