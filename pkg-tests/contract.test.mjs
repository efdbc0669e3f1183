// The contract other software holds the package to, in the three places it runs: Node, a page, a worker.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { contract } from "./support/contract.mjs";
import { demoSet } from "./support/demo.mjs";
import { installPacked } from "./support/packed.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveFolders } from "./support/static.mjs";

const NOW = new Date().toISOString().slice(0, 10);

describe("the contract", { skip: tool === undefined && "skipped: build the udi tool first (cargo xtask build)" }, () => {
  const demo = tool === undefined ? undefined : demoSet();
  let packed;
  let server;
  let inNode;

  before(async () => {
    packed = installPacked();
    const label = demo.labels.find(({ name }) => name === "signed_clean");
    const { width, height } = sizeOf(join(demo.folder, label.image));
    const grey = execFileSync("ffmpeg", ["-v", "error", "-i", join(demo.folder, label.image), "-f", "rawvideo", "-pix_fmt", "gray", "-"], { maxBuffer: 1 << 26 });
    assert.equal(grey.length, width * height);
    const given = { grey: grey.toString("base64"), width, height, scan: label.scan, now: NOW };
    writeFileSync(join(packed.folder, "given.json"), JSON.stringify(given));
    cpSync(paths.at("pkg-tests/support/contract.mjs"), join(packed.folder, "contract.mjs"));
    writeFileSync(join(packed.folder, "worker.mjs"), WORKER);
    writeFileSync(join(packed.folder, "index.html"), '<!doctype html><title>contract</title><script type="module" src="page.mjs"></script>');
    writeFileSync(join(packed.folder, "page.mjs"), PAGE);
    server = await serveFolders({
      "/": `${packed.folder}/`, "/repository/": `${demo.repository}/`, "/root.json": join(demo.folder, "root.json"),
      "/udi-verify/": join(packed.folder, "node_modules/udi-verify/dist/"),
    });
    inNode = await contract(await packed.import("udi-verify"), given, server.url);
  });

  after(async () => {
    await server?.stop();
    packed?.remove();
  });

  test("in Node every call gives what design and types say", () => {
    const { symbol, udi, verdict, checked, state, progress, errors } = inNode;
    assert.deepEqual(Object.keys(symbol).sort(), ["bytes", "corners", "format", "symbologyIdentifier", "text"]);
    assert.equal(symbol.format, "DataMatrix");
    assert.equal(symbol.symbologyIdentifier, "]d2");
    assert.equal(symbol.bytes, "Uint8Array");
    assert.equal(symbol.corners.length, 4);
    assert.ok(symbol.corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
    assert.equal(udi.agency, "GS1");
    assert.equal(udi.valid, true);
    assert.equal(verdict.headline, "signed_no_recall");
    assert.deepEqual(checked, [verdict], "what an image gives is what its symbols give");
    assert.equal(state.asOf.freshness, "fresh");
    assert.ok(progress > 0);
    assert.deepEqual(errors, { frame: "frame_length", now: "now", root: "UdiVerifyError", aborted: "aborted", scanless: "scan_empty" });
  });

  test("in a page and in a worker it is the same, to the last field", { skip: noChromium }, async () => {
    const browser = await openChromium();
    try {
      await browser.page.goto(server.url);
      const { page, worker } = await browser.page.evaluate(() => globalThis.outcomes);
      assert.deepEqual(page, inNode);
      assert.deepEqual(worker, inNode);
    } finally {
      await browser.close();
    }
  });
});

const PAGE = `
import * as api from "./udi-verify/index.js";
import { scriptUrl } from "./udi-verify/worker-verifier.js";
import { contract } from "./contract.mjs";

globalThis.outcomes = (async () => {
  const given = await (await fetch("given.json")).json();
  const worker = new Worker(scriptUrl("worker.mjs"), { type: "module" });
  const inWorker = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.outcome) : reject(new Error(data.error)));
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.postMessage(given);
  return { page: await contract(api, given, location.href), worker: await inWorker };
})();
`;

const WORKER = `
import * as api from "./udi-verify/index.js";
import { contract } from "./contract.mjs";

self.onmessage = ({ data }) => contract(api, data, location.href).then(
  (outcome) => self.postMessage({ outcome }), (error) => self.postMessage({ error: String(error) }));
`;

/** Width and height of a PNG, from its header. */
function sizeOf(png) {
  const [width, height] = execFileSync("ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", png], { encoding: "utf8" })
    .trim().split(",").map(Number);
  return { width, height };
}
