// Syncs: paused and resumed at the byte, carried in a file, refused when they are not the publisher's; storage that
// loses data; an update of the app between two tabs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";
import { installPacked } from "./support/packed.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveApp, serveFolders } from "./support/static.mjs";

const skip = tool === undefined && "skipped: build the udi tool first (cargo xtask build)";

describe("a sync in Node", { skip }, () => {
  const demo = skip ? undefined : demoSet();
  let packed;
  let api;
  before(async () => {
    packed = installPacked();
    api = await packed.import("udi-verify");
  });
  after(() => packed?.remove());

  test("paused in the middle of a file, it asks for the rest alone", async () => {
    const pause = new api.SyncPause();
    const asked = [];
    const halving = async (url, { headers = {}, signal }) => {
      const bytes = readFileSync(join(demo.repository, decodeURIComponent(url.pathname)), { flag: "r" });
      asked.push({ path: url.pathname, range: headers.range });
      if (!url.pathname.startsWith("/targets/")) return new Response(bytes);
      if (headers.range !== undefined) {
        assert.equal(headers["if-range"], '"one"');
        const from = Number(/bytes=(\d+)-/.exec(headers.range)[1]);
        return new Response(bytes.subarray(from), { status: 206, headers: { etag: '"one"' } });
      }
      const half = Math.ceil(bytes.length / 2);
      const body = new ReadableStream({
        start(stream) {
          stream.enqueue(bytes.subarray(0, half));
          signal.addEventListener("abort", () => stream.error(signal.reason));
          setTimeout(() => pause.pause());
          setTimeout(() => pause.resume(), 20);
        },
      });
      return new Response(body, { headers: { etag: '"one"' } });
    };
    const missing = (fetch) => (url, init) => fetch(url, init).catch((error) => {
      if (error.code === "ENOENT") return new Response(null, { status: 404 });
      throw error;
    });
    const verifier = await api.Verifier.load({ trustRoot: demo.root });
    const progress = [];
    await verifier.sync({ url: "https://example.invalid/", fetch: missing(halving), pause, onProgress: (step) => progress.push(step) });
    assert.equal(verifier.state().asOf.freshness, "fresh");
    const halves = asked.filter(({ path }) => path.startsWith("/targets/"));
    assert.ok(halves.some(({ range }) => range !== undefined), "the rest was asked for");
    assert.ok(progress.filter(({ path }) => path.startsWith("targets/")).every(({ total }) => total !== null), "the publisher's lengths are known");
  });

  test("gone on with before the request that was held has ended, it asks again", async () => {
    const pause = new api.SyncPause();
    const asked = [];
    // An engine may tell of the end of a request a good while after it was asked to end it.
    const slowToEnd = (url, { signal }) => {
      asked.push(url.pathname);
      if (asked.length > 1) return new Response(readOrNone(url), { status: existsSync(inRepository(url)) ? 200 : 404 });
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => setTimeout(() => reject(signal.reason), 20));
        setTimeout(() => {
          pause.pause();
          pause.resume();
        });
      });
    };
    const inRepository = (url) => join(demo.repository, decodeURIComponent(url.pathname));
    const readOrNone = (url) => (existsSync(inRepository(url)) ? readFileSync(inRepository(url)) : null);
    const verifier = await api.Verifier.load({ trustRoot: demo.root });
    await verifier.sync({ url: "https://example.invalid/", fetch: slowToEnd, pause });
    assert.equal(verifier.state().asOf.freshness, "fresh");
    assert.equal(asked[0], asked[1]);
  });

  for (const [when, before] of [["while paused", false], ["before it began, and paused", true]]) test(`a sync that is stopped ${when} ends`, async () => {
    const pause = new api.SyncPause();
    const stop = new AbortController();
    const verifier = await api.Verifier.load({ trustRoot: demo.root });
    pause.pause();
    if (before) stop.abort();
    else setTimeout(() => stop.abort(), 20);
    await assert.rejects(verifier.sync({ url: "https://example.invalid/", fetch: () => assert.fail("asked"), pause, signal: stop.signal }), { code: "aborted" });
  });

  test("an interrupted write leaves the version before in force", async () => {
    const store = new api.MemoryStore();
    const repository = { url: "https://example.invalid/", fetch: api.filesAsServer(filesOf(demo.repository), new URL("https://example.invalid/")) };
    const verifier = await api.Verifier.load({ trustRoot: demo.root, store });
    await verifier.sync({ ...repository, now: Date.now() - 60_000 });
    const put = store.put.bind(store);
    for (const failing of [1, 2, 3]) {
      let count = 0;
      store.put = async (key, value) => (++count === failing ? Promise.reject(new Error("the page ended")) : put(key, value));
      await assert.rejects(verifier.sync(repository), { code: "store_write" });
      const next = await api.Verifier.load({ trustRoot: demo.root, store });
      assert.equal(next.state().asOf.freshness, "fresh", `ended at write ${failing}`);
    }
  });

  test("where the current version's bytes are damaged the one before is taken up", async () => {
    const store = new api.MemoryStore();
    const repository = { url: "https://example.invalid/", fetch: api.filesAsServer(filesOf(demo.repository), new URL("https://example.invalid/")) };
    const verifier = await api.Verifier.load({ trustRoot: demo.root, store });
    const written = [];
    const put = store.put.bind(store);
    store.put = (key, value) => {
      written.push(key);
      return put(key, value);
    };
    await verifier.sync({ ...repository, now: Date.now() - 60_000 });
    await verifier.sync(repository);
    const newest = written.filter((key) => key.split("-").length === 3).at(-1);
    await put(newest, new Uint8Array([1, 2, 3]));
    const next = await api.Verifier.load({ trustRoot: demo.root, store });
    assert.equal(next.state().asOf.freshness, "fresh");
  });

  test("a zip of the repository, in a folder or not, is unpacked; another file is refused", async () => {
    const files = filesOf(demo.repository);
    const zip = await api.packRepository(files);
    const wrapped = await api.packRepository(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`some folder/${name}`, bytes])));
    for (const bytes of [zip, wrapped]) {
      const verifier = await api.Verifier.load({ trustRoot: demo.root });
      const base = new URL("https://example.invalid/");
      await verifier.sync({ url: base, fetch: api.filesAsServer(await api.unpackRepository(bytes), base) });
      assert.equal(verifier.state().asOf.freshness, "fresh");
    }
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("PK no zip"), zip.slice(0, zip.length / 2), await api.packRepository({ "a.txt": new Uint8Array(3) })]) {
      await assert.rejects(api.unpackRepository(bytes), { code: "repository_file" });
    }
  });
});

describe("the recall data in the app", { skip: skip || noChromium }, () => {
  const demo = skip ? undefined : demoSet();

  test("saved to a file on one device, imported on another that never had a network", async () => {
    const folder = mkdtempSync(join(tmpdir(), "udi-verify-carry-"));
    try {
      const file = join(folder, "recall-data.zip");
      await withApp(async (page) => {
        await page.locator(".badge").click();
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".sheet [for=repository-file], .sheet section .row button").last().click()]);
        await download.saveAs(file);
      });
      await withApp(async (page) => {
        await page.locator(".badge").click();
        await page.locator("#repository-file").setInputFiles(file);
        await page.locator(".badge[data-freshness=fresh]").waitFor();
        const damaged = readFileSync(file);
        damaged.fill(0, damaged.length >> 1);
        await page.locator("#repository-file").setInputFiles({ name: "damaged.zip", mimeType: "application/zip", buffer: damaged });
        await page.locator(".status", { hasText: "holds no recall data" }).waitFor();
        await page.locator(".badge[data-freshness=fresh]").waitFor();
      }, { network: false });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("another publisher's data is refused with a sentence", async () => {
    const folder = mkdtempSync(join(tmpdir(), "udi-verify-stranger-"));
    try {
      execFileSync(tool, ["demo", join(folder, "other")], { stdio: "ignore" });
      await withApp(async (page) => {
        await page.route("**/repository/**", (route) => {
          const path = new URL(route.request().url()).pathname.replace("/repository/", "");
          const file = join(folder, "other/repository", decodeURIComponent(path));
          return existsSync(file) ? route.fulfill({ body: readFileSync(file) }) : route.fulfill({ status: 404 });
        });
        await page.locator(".badge").click();
        await page.locator(".transfer .primary").click();
        await page.locator(".status", { hasText: /not signed by the publisher|older than what|do not belong/ }).waitFor();
        await page.locator(".badge[data-freshness=fresh]").waitFor();
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("what the browser has deleted is said, and no label gets an all-clear", async () => {
    await withApp(async (page, url) => {
      await page.evaluate(() => new Promise((resolve) => (indexedDB.deleteDatabase("udi-verify").onsuccess = resolve)));
      await page.route("**/repository/**", (route) => route.abort());
      await page.goto(url);
      await page.locator(".notice", { hasText: "has deleted the recall data" }).waitFor();
      await scanByHand(page, demo.labels.find(({ name }) => name === "unsigned").scan);
      await page.locator("article.verdict[data-headline=cannot_check_recalls]").waitFor();
    });
  });

  test("a clock that lies before the data's own date is said", async () => {
    await withApp(async (page, url) => {
      await page.clock.setFixedTime(new Date("2020-01-01T12:00:00Z"));
      await page.goto(url);
      await page.locator(".notice", { hasText: "clock is wrong" }).waitFor();
    });
  });

  test("with Wi-Fi only, mobile data waits for a tap", async () => {
    await withApp(async (page, url) => {
      await page.addInitScript(() => {
        const connection = Object.assign(new EventTarget(), { type: "cellular" });
        Object.defineProperty(navigator, "connection", { value: connection });
      });
      await page.evaluate(() => localStorage.setItem("udi-verify-preferences", JSON.stringify({ wifiOnly: true })));
      let asked = 0;
      await page.route("**/repository/**", (route) => {
        asked++;
        return route.continue();
      });
      await page.goto(url);
      await page.locator(".badge").click();
      await page.locator(".status", { hasText: "Waiting for Wi-Fi" }).waitFor();
      assert.equal(asked, 0);
      await page.locator(".transfer .primary").click();
      await page.locator(".status", { hasText: "Up to date" }).waitFor();
      assert.ok(asked > 0);
    });
  });

  for (const [pressed, then, said] of [["pause", "holds it", "Paused after"], ["stop", "ends it", "Stopped."]]) {
    test(`${pressed} pressed while another tab syncs ${then} before anything is asked for`, async () => {
      await withApp(async (page) => {
        let asked = 0;
        page.on("request", (request) => (asked += Number(request.url().includes("/repository/"))));
        await page.evaluate(() => new Promise((taken) => {
          void navigator.locks.request("udi-verify-sync", () => new Promise((letGo) => {
            globalThis.otherTabIsDone = letGo;
            taken();
          }));
        }));
        await page.locator(".badge").click();
        await page.locator(".transfer .primary").click();
        await page.locator(".transfer button", { hasText: pressed === "pause" ? "Pause" : "Stop" }).click();
        await page.locator(".status", { hasText: said }).waitFor();
        await page.evaluate(async () => {
          globalThis.otherTabIsDone();
          // Time for a request to show.
          await new Promise((resolve) => setTimeout(resolve, 300));
        });
        assert.equal(asked, 0);
        await page.locator(".status", { hasText: said }).waitFor();
        await page.locator(".transfer .primary").click();
        await page.locator(".status", { hasText: "Up to date" }).waitFor();
        assert.ok(asked > 0);
      });
    });
  }

  test("a sync in one tab is taken up by the other", async () => {
    await withApp(async (page, url, context) => {
      const other = await context.newPage();
      await other.goto(url);
      await other.locator(".badge[data-freshness=fresh]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
    }, { network: false });
  });

  test("a file asked for while a sync runs comes when the sync is done", async () => {
    await withApp(async (page, url) => {
      // The sync cannot end before the file was asked for.
      const held = deferred();
      await page.route("**/repository/**", async (route) => {
        await held.promise;
        await route.continue();
      });
      await page.goto(url);
      await page.locator(".badge[aria-busy]").click();
      const saved = page.waitForEvent("download");
      await page.locator("#repository-file ~ button").click();
      held.resolve();
      const download = await saved;
      assert.match(download.suggestedFilename(), /\.zip$/);
    });
  });

  test("of two files asked for while a sync runs, the second is got after the first, and can be paused", async () => {
    await withApp(async (page, url) => {
      const [sync, second] = [deferred(), deferred()];
      let begun = 0;
      await page.route("**/repository/**", async (route) => {
        if (route.request().url().endsWith("/metadata/timestamp.json")) begun++;
        await (begun > 2 ? second : sync).promise;
        await route.continue();
      });
      await page.goto(url);
      await page.locator(".badge[aria-busy]").click();
      const save = page.locator("#repository-file ~ button");
      await save.click();
      await save.click();
      const first = page.waitForEvent("download");
      sync.resolve();
      await first;
      const waited = page.waitForEvent("download");
      await page.locator(".transfer button", { hasText: "Pause" }).waitFor();
      await page.waitForTimeout(300);
      assert.equal(await page.locator(".transfer button", { hasText: "Pause" }).count(), 1);
      second.resolve();
      await waited;
    });
  });

  test("an update is let in by one tab while the other goes on with a session and its parts", async () => {
    const site = mkdtempSync(join(tmpdir(), "udi-verify-site-"));
    cpSync(paths.site, site, { recursive: true });
    const server = await serveFolders({ "/": site, "/repository/": demo.repository, "/root.json": join(demo.folder, "root.json") });
    const browser = await openChromium();
    try {
      const { page, context } = browser;
      await page.goto(server.url);
      await page.locator("html[data-offline=ready]").waitFor();
      await page.reload();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      const other = await context.newPage();
      await other.goto(server.url);
      await other.locator(".badge[data-freshness=fresh]").waitFor();

      newBuild(site);
      await page.reload();
      await page.locator(".notice[data-subject=update] button").first().click();
      await page.waitForFunction(() => document.documentElement.dataset.build === "new");

      // The old page's part is no longer on the server, nor in the new build.
      await other.locator(".modes [data-mode=sweep]").click();
      await other.locator(".panel .primary").click();
      await scanByHand(other, demo.labels[0].scan);
      await other.locator(".rows .check").first().waitFor();
      assert.equal(await other.evaluate(() => document.documentElement.dataset.build), undefined);
    } finally {
      await browser.close();
      await server.stop();
      rmSync(site, { recursive: true, force: true });
    }
  });

  /** A page with the app, once its data is there. `network: false`: the repository cannot be reached. */
  async function withApp(run, { network = true } = {}) {
    const [server, browser] = await Promise.all([serveApp(demo), openChromium()]);
    try {
      const { page, context } = browser;
      if (!network) await page.route("**/repository/**", (route) => route.abort());
      await page.goto(server.url);
      await page.locator(`.badge[data-freshness=${network ? "fresh" : "none"}]`).waitFor();
      await run(page, server.url, context);
    } finally {
      await browser.close();
      await server.stop();
    }
  }
});

/** A promise that is kept from outside. */
function deferred() {
  let resolve;
  const promise = new Promise((keep) => (resolve = keep));
  return { promise, resolve };
}

/** Another build in the same place: its page says so, and the part for sessions has another name. */
function newBuild(site) {
  const part = readdirSync(join(site, "assets")).find((name) => /^session-panel-.*\.js$/.test(name));
  const renamed = part.replace("session-panel-", "session-panel-NEW");
  const worker = join(site, "service-worker.js");
  rmSync(join(site, "assets", part));
  writeFileSync(join(site, "assets", renamed), "export {};");
  writeFileSync(worker, readFileSync(worker, "utf8").replaceAll(part, renamed).replace(/[0-9a-f]{12}(?=["`])/, (hash) => hash.replace(/./g, "0")));
  const page = join(site, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace("<html", '<html data-build="new"'));
}

function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), new Uint8Array(readFileSync(path))];
  }));
}
