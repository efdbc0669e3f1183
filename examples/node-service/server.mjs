// Verifies scans over HTTP: POST /verify with one scan as text gives its verdict as JSON.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { UdiVerifyError, Verifier } from "udi-verify";

const [rootFile, repository] = process.argv.slice(2);
const HOUR = 3_600_000;
const LONGEST_SCAN = 8192;

const verifier = await Verifier.load({ trustRoot: await readFile(rootFile) });
const source = URL.canParse(repository)
  ? { url: repository }
  : { url: "http://localhost/", fetch: async (url) => fileResponse(join(repository, url.pathname)) };

async function fileResponse(file) {
  return readFile(file).then((bytes) => new Response(bytes), () => new Response(null, { status: 404 }));
}

/** A failed sync is no reason to stop: verdicts say how old the data is, and stop clearing labels when it is too old. */
async function sync() {
  await verifier.sync(source).catch(({ code, message }) => console.error(`not synced: ${code}: ${message}`));
}

await sync();
setInterval(sync, HOUR).unref();

const server = createServer(async (request, response) => {
  const answer = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (request.method !== "POST" || request.url !== "/verify") return answer(404, { code: "not_found" });
  try {
    answer(200, verifier.verify(await body(request)));
  } catch (error) {
    answer(400, { code: error instanceof UdiVerifyError ? error.code : "unexpected", message: error.message });
  }
});

async function body(request) {
  let text = "";
  for await (const part of request.setEncoding("utf8")) {
    text += part;
    if (text.length > LONGEST_SCAN) throw new UdiVerifyError("scan_too_long", `a scan has at most ${LONGEST_SCAN} characters`);
  }
  return text;
}

server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://localhost:${server.address().port}/verify` }));
});
