// The packed tarball, used from Node as a consumer would.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { demoSet } from "./support/demo.mjs";
import { folderAsServer } from "./support/repository.mjs";
import { installPacked } from "./support/packed.mjs";
import { tool } from "./support/paths.mjs";

const packed = installPacked();
after(() => packed.remove());

const GOOD_SCAN = "]d201095012345678911727013110LOT7\u001d21SN1";

describe("Decoder", () => {
  let decoder;
  before(async () => {
    const { Decoder } = await packed.import("udi-verify");
    decoder = await Decoder.load();
  });

  test("parses a scan into the fields of the contract", () => {
    const udi = decoder.parse(GOOD_SCAN, { now: "2026-11-22" });
    assert.equal(udi.agency, "GS1");
    assert.equal(udi.di, "09501234567891");
    assert.equal(udi.lot, "LOT7");
    assert.equal(udi.serial, "SN1");
    assert.equal(udi.expiry, "2027-01-31");
    assert.equal(udi.manufactured, null);
    assert.deepEqual(udi.elements.map(({ id }) => id), ["01", "17", "10", "21"]);
  });

  test("takes the identifier as an option, and bytes as well as text", () => {
    const bytes = new TextEncoder().encode(GOOD_SCAN.slice(3));
    assert.equal(decoder.parse(bytes, { symbologyIdentifier: "]d2" }).serial, "SN1");
  });

  test("an image without a symbol gives an empty list", () => {
    assert.deepEqual(decoder.decode({ data: new Uint8Array(320 * 240).fill(200), width: 320, height: 240 }), []);
  });

  test("a linear symbol of a video counts when two pictures gave it, and is fresh once", () => {
    const tracker = decoder.tracker();
    const picture = drawnEan13("4006381333931");
    assert.deepEqual(decoder.read(picture).symbols.map(({ format, text }) => [format, text]), [["EAN13", "4006381333931"]]);
    const answers = [1, 2, 3].map(() => tracker.read(picture));
    assert.deepEqual(answers.map(({ symbols, fresh }) => [symbols.length, fresh.length]), [[0, 0], [1, 1], [1, 0]]);
    tracker.reset();
    assert.equal(tracker.read(picture).symbols.length, 0);
    tracker.free();
  });

  test("where to look first is looked at first, and guidance is null where nothing looks like a symbol", () => {
    const picture = drawnEan13("4006381333931");
    const [symbol] = decoder.read(picture).symbols;
    const bounds = [symbol.corners[0].x, symbol.corners[0].y, symbol.corners[2].x, symbol.corners[2].y];
    assert.equal(decoder.read(picture, { lookFirst: [bounds] }).symbols[0].text, "4006381333931");
    const paper = { data: new Uint8Array(320 * 240).fill(200), width: 320, height: 240 };
    assert.deepEqual(decoder.read(paper), { symbols: [], guidance: null });
  });

  test("a buffer of the wrong size is an error with a code", () => {
    assert.throws(() => decoder.decode({ data: new Uint8Array(10), width: 320, height: 240 }), { name: "UdiVerifyError", code: "frame_length" });
    assert.throws(() => decoder.decode({ data: new Uint8Array(0), width: 0, height: 0 }), { code: "frame_size" });
  });

  test("garbage is an answer, not an error", () => {
    for (const garbage of ["", "]", "]d2", "\u0000\u001d\u001d", "x".repeat(10_000), new Uint8Array([255, 254, 0])]) {
      const udi = decoder.parse(garbage);
      assert.equal(udi.valid, false);
    }
  });

  test("a date that is none is an error with a code", () => {
    assert.throws(() => decoder.parse(GOOD_SCAN, { now: "soon" }), { code: "now" });
  });
});

describe("Verifier", { skip: tool === undefined && "skipped: build the udi tool first (cargo xtask build)" }, () => {
  const demo = tool === undefined ? undefined : demoSet();
  let api;
  before(async () => {
    api = await packed.import("udi-verify");
  });

  test("before the first sync no label gets an all-clear", async () => {
    const verifier = await api.Verifier.load({ trustRoot: demo.root });
    for (const { scan } of demo.labels) {
      const { headline, asOf } = verifier.verify(scan);
      assert.ok(!["signed_no_recall", "unsigned_no_recall"].includes(headline), `${scan}: ${headline}`);
      assert.equal(asOf.freshness, "none");
    }
  });

  test("after a sync every demo label gives its headline", async () => {
    const verifier = await synced(new api.MemoryStore());
    for (const { name, scan, headline } of demo.labels) {
      assert.equal(verifier.verify(scan).headline, headline, name);
    }
    assert.equal(verifier.state().asOf.freshness, "fresh");
  });

  test("its verdicts are those of the native tool, to the last field", async () => {
    const now = new Date().toISOString().slice(0, 10);
    const verifier = await synced(new api.MemoryStore());
    for (const { name, scan } of demo.labels) {
      const { input: _, ...native } = JSON.parse(
        execFileSync(tool, ["verify", "--repository", demo.repository, "--root", join(demo.folder, "root.json"), "--now", now, scan], { encoding: "utf8" }));
      assert.deepEqual(verifier.verify(scan, { now }), native, name);
    }
  });

  test("a new verifier takes up what the store holds", async () => {
    const store = new api.MemoryStore();
    await synced(store);
    const verifier = await api.Verifier.load({ trustRoot: demo.root, store });
    assert.equal(verifier.state().asOf.freshness, "fresh");
  });

  test("progress is told in bytes", async () => {
    const seen = [];
    await synced(new api.MemoryStore(), { onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.some(({ path, received }) => path.startsWith("metadata/") && received > 0));
    assert.ok(seen.every((progress, index) => index === 0 || progress.receivedInAll >= seen[index - 1].receivedInAll));
  });

  for (const [defect, fetch, code] of [
    ["a server that cannot be reached", () => Promise.reject(new TypeError("refused")), "network"],
    ["a server in trouble", () => Promise.resolve(new Response("", { status: 500 })), "network_status"],
    ["a file that never ends", () => Promise.resolve(new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) }))), "too_long"],
  ]) {
    test(`${defect} leaves the old state, with code ${code}`, async () => {
      const store = new api.MemoryStore();
      const verifier = await synced(store);
      const before = verifier.state();
      await assert.rejects(verifier.sync({ url: "https://example.invalid/", store, fetch }), { name: "UdiVerifyError", code });
      assert.deepEqual(verifier.state().versions, before.versions);
      assert.equal(verifier.verify(demo.labels[0].scan).headline, demo.labels[0].headline);
    });
  }

  test("an aborted sync leaves the old state", async () => {
    const verifier = await synced(new api.MemoryStore());
    const signal = AbortSignal.abort();
    await assert.rejects(verifier.sync({ url: "https://example.invalid/", fetch: folderAsServer(demo.repository), signal }), { code: "aborted" });
    assert.equal(verifier.state().asOf.freshness, "fresh");
  });

  test("a store that refuses leaves the old state", async () => {
    const store = new api.MemoryStore();
    store.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    const verifier = await api.Verifier.load({ trustRoot: demo.root });
    await assert.rejects(verifier.sync({ url: "https://example.invalid/", fetch: folderAsServer(demo.repository), store }), { code: "store_full" });
    assert.equal(verifier.state().asOf.freshness, "none");
  });

  test("damaged stored bytes are as good as none", async () => {
    const store = new api.MemoryStore();
    await synced(store);
    const get = store.get.bind(store);
    store.get = async (key) => (await get(key))?.slice(0, 1000);
    const verifier = await api.Verifier.load({ trustRoot: demo.root, store });
    assert.equal(verifier.state().asOf.freshness, "none");
  });

  test("a root that is none is refused with a code", async () => {
    await assert.rejects(api.Verifier.load({ trustRoot: "{}" }), { name: "UdiVerifyError" });
  });

  async function synced(store, options = {}) {
    const verifier = await api.Verifier.load({ trustRoot: demo.root, store });
    await verifier.sync({ url: "https://example.invalid/", fetch: folderAsServer(demo.repository), ...options });
    return verifier;
  }
});

describe("the package", () => {
  test("names the SHA-256 of the wasm it ships", async () => {
    const { wasmSha256 } = await packed.import("udi-verify");
    const wasm = await readFile(fileURLToPath(await packed.resolve("udi-verify/udi_verify_bg.wasm")));
    assert.equal(createHash("sha256").update(wasm).digest("hex"), wasmSha256);
  });

  test("the inline entry needs no file beside it", async () => {
    const { Decoder } = await packed.import("udi-verify/inline");
    assert.equal((await Decoder.load()).parse(GOOD_SCAN).serial, "SN1");
  });

  test("the element can be imported where there is no DOM", async () => {
    for (const entry of ["udi-verify/element", "udi-verify/element/define", "udi-verify/worker"]) await packed.import(entry);
  });

  test("names no other host", async () => {
    const { readdir } = await import("node:fs/promises");
    const dist = fileURLToPath(new URL(".", await packed.resolve("udi-verify/udi_verify_bg.wasm")));
    for (const file of (await readdir(dist)).filter((name) => name.endsWith(".js"))) {
      const hosts = (await readFile(dist + file, "utf8")).match(/https?:\/\/[a-z0-9][^"'`\s)]+/g) ?? [];
      assert.deepEqual(hosts.filter((url) => !url.startsWith("http://www.w3.org/")), [], file);
    }
  });
});

/** An EAN-13 drawn four pixels a module, 100 high, on paper. */
function drawnEan13(digits) {
  const A = ["0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"];
  const C = A.map((pattern) => pattern.replace(/./g, (bit) => (bit === "0" ? "1" : "0")));
  const B = C.map((pattern) => [...pattern].reverse().join(""));
  const parity = ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"][digits[0]];
  const left = [...digits.slice(1, 7)].map((digit, at) => (parity[at] === "A" ? A : B)[digit]).join("");
  const right = [...digits.slice(7)].map((digit) => C[digit]).join("");
  const modules = `101${left}01010${right}101`;
  const [width, height] = [640, 240];
  const data = new Uint8Array(width * height).fill(220);
  for (let y = 70; y < 170; y++) {
    for (let x = 0; x < modules.length * 4; x++) if (modules[x >> 2] === "1") data[y * width + 130 + x] = 30;
  }
  return { data, width, height };
}
