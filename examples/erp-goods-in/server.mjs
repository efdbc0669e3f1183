// A purchase order that books scans: GET /order, POST /receipts with one scan as text.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { UdiVerifyError, Verifier } from "udi-verify";

const [rootFile, repository, orderFile] = process.argv.slice(2);
const LONGEST_SCAN = 8192;

/** Headlines that may be booked; a signature is asked of nobody who does not sign yet. Every other one is set aside. */
const BOOKABLE = new Set(["signed_no_recall", "unsigned_no_recall"]);

const order = JSON.parse(await readFile(orderFile, "utf8"));
for (const line of order.lines) Object.assign(line, { received: 0, units: [] });
const setAside = [];

const verifier = await Verifier.load({ trustRoot: await readFile(rootFile) });
const inFolder = (url) => readFile(join(repository, url.pathname)).then((bytes) => new Response(bytes), () => new Response(null, { status: 404 }));
const source = URL.canParse(repository) ? { url: repository } : { url: "http://localhost/", fetch: inFolder };
await verifier.sync(source).catch(({ code, message }) => console.error(`not synced: ${code}: ${message}`));

/** Books one scan. Nothing is counted twice, and nothing that is not on the order is counted at all. */
function book(scan) {
  const { headline, reason, udi, asOf } = verifier.verify(scan);
  const { di, lot, serial, expiry } = udi;
  const receipt = { headline, di, lot, serial, expiry, asOf: asOf.oldest };
  const line = order.lines.find((candidate) => candidate.di === di);
  // Half a label: its lot, serial number and dates are in its other code.
  if (BOOKABLE.has(headline) && reason !== null) return refuse(receipt, reason.code);
  if (!BOOKABLE.has(headline)) return refuse(receipt, headline);
  if (line === undefined) return refuse(receipt, "not_on_order");
  if (serial !== null && line.units.includes(serial)) return refuse(receipt, "scanned_twice");
  if (line.received === line.ordered) return refuse(receipt, "more_than_ordered");
  line.received += 1;
  if (serial !== null) line.units.push(serial);
  return { booked: true, ...receipt };
}

function refuse(receipt, reason) {
  setAside.push({ ...receipt, reason });
  return { booked: false, reason, ...receipt };
}

const FILES = { "/": ["index.html", "text/html; charset=utf-8"], "/page.js": ["page.js", "text/javascript"], "/page.css": ["page.css", "text/css"] };

const server = createServer(async (request, response) => {
  const answer = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    const { pathname } = new URL(request.url, "http://localhost");
    if (request.method === "POST" && pathname === "/receipts") return answer(200, book(await body(request)));
    if (request.method === "GET" && pathname === "/order") return answer(200, { ...order, setAside });
    const file = FILES[pathname];
    if (request.method !== "GET" || file === undefined) return answer(404, { code: "not_found" });
    response.writeHead(200, { "content-type": file[1], "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" });
    response.end(await readFile(new URL(`page/${file[0]}`, import.meta.url)));
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
  console.log(JSON.stringify({ url: `http://localhost:${server.address().port}/` }));
});
