// Worker, wasm, storage, quota and late parts broken one by one: a sentence each, and what still works does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { changeWorker, withFreshPage } from "./support/fresh-page.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("a broken part", { skip }, () => {
  const demo = skip ? undefined : demoSet();
  const unsigned = demo?.labels.find(({ name }) => name === "unsigned");
  let server;
  let browser;

  before(async () => {
    [server, browser] = await Promise.all([serveApp(demo), openChromium({ serviceWorkers: "block" })]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [what, pattern, sentence] of [
    ["the worker's script", "**/assets/worker-*.js", /reader (did not start|stopped)/],
    ["the wasm file", "**/assets/*.wasm", /part of the app could not be loaded/],
  ]) {
    test(`${what} cannot be loaded: the start says so, and trying again works`, async () => {
      await withPage(async (page) => {
        await page.route(pattern, (route) => route.abort());
        await page.goto(server.url);
        await page.locator(".failure", { hasText: sentence }).waitFor();
        await page.unroute(pattern);
        await page.locator(".failure button").click();
        await page.locator(".badge[data-freshness=fresh]").waitFor();
      });
    });
  }

  test("a browser that cannot run the core: the start says which can", async () => {
    await withPage(async (page) => {
      await changeWorker(page, `
        WebAssembly.instantiate = WebAssembly.instantiateStreaming = async () => {
          throw new WebAssembly.CompileError("no SIMD, for a test");
        };`);
      await page.goto(server.url);
      await page.locator(".failure", { hasText: /cannot run the app’s core. It needs/ }).waitFor();
    });
  });

  test("a wasm file that was changed on its way is not run", async () => {
    await withPage(async (page) => {
      await page.route("**/assets/*.wasm", async (route) => {
        const response = await route.fetch();
        const bytes = await response.body();
        bytes[bytes.length - 1] ^= 1;
        await route.fulfill({ response, body: bytes });
      });
      await page.goto(server.url);
      await page.locator(".failure", { hasText: "part of the app could not be loaded" }).waitFor();
    });
  });

  test("the worker dies: what was asked fails with a sentence, the next scan is answered", async () => {
    await withPage(async (page) => {
      await page.addInitScript(() => {
        const Real = globalThis.Worker;
        globalThis.Worker = class extends Real {
          constructor(...given) {
            super(...given);
            globalThis.lastWorker = this;
          }
        };
      });
      await open(page);
      await page.evaluate(() => {
        const send = Worker.prototype.postMessage;
        Object.getPrototypeOf(Worker.prototype).postMessage = function (message, ...rest) {
          if (message.name !== "verify") return send.call(this, message, ...rest);
          Object.getPrototypeOf(Worker.prototype).postMessage = send;
          this.dispatchEvent(new ErrorEvent("error", { message: "killed for a test", cancelable: true }));
        };
      });
      await scanByHand(page, unsigned.scan);
      await page.locator("udi-verify .notice", { hasText: "reader stopped" }).waitFor();
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
    });
  });

  test("the core traps: it is started afresh, and the next scan is answered", async () => {
    await withPage(async (page) => {
      await changeWorker(page, `
        const answer = self.postMessage.bind(self);
        let trapped = false;
        self.postMessage = (message, ...rest) => {
          if (!trapped && message.output?.headline !== undefined) {
            trapped = true;
            return answer({ id: message.id, ok: false, code: "wasm_trap", message: "trapped for a test" });
          }
          return answer(message, ...rest);
        };`);
      await open(page);
      await scanByHand(page, unsigned.scan);
      await page.locator("udi-verify .notice", { hasText: "started again" }).waitFor();
      await page.unroute("**/assets/worker-*.js");
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
    });
  });

  test("no room for the recall data: said, and nothing gets an all-clear by it", async () => {
    await withPage(async (page) => {
      await changeWorker(page, `
        IDBObjectStore.prototype.put = () => {
          throw new DOMException("full for a test", "QuotaExceededError");
        };`);
      await page.goto(server.url);
      await page.locator(".badge[data-freshness=none]").waitFor();
      await page.locator(".badge").click();
      await page.locator(".transfer .primary").click();
      await page.locator(".status", { hasText: "no room for the new data" }).waitFor();
      await page.locator(".sheet header button").click();
      await scanByHand(page, unsigned.scan);
      await page.locator("article.verdict[data-headline=cannot_check_recalls]").waitFor();
    });
  });

  test("no storage for the page at all: checks stand, and say that they are not kept", async () => {
    await withPage(async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(globalThis, "indexedDB", { value: undefined });
        Storage.prototype.getItem = Storage.prototype.setItem = () => {
          throw new DOMException("forbidden for a test", "SecurityError");
        };
      });
      await open(page);
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
      await page.locator(".notice", { hasText: "did not store it in the history" }).waitFor();
      await page.locator(".modes [data-mode=sweep]").click();
      await page.locator(".panel .primary").click();
      await scanByHand(page, unsigned.scan);
      await page.locator("[data-tile=swept] dd", { hasText: "1" }).waitFor();
      await page.locator(".notice", { hasText: "not stored" }).last().waitFor();
    });
  });

  test("the store of scans cannot be opened: checks stand, a session counts, and the person is told to save it", async () => {
    await withPage(async (page) => {
      await page.addInitScript(() => {
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (name, ...version) {
          if (name === "udi-verify-work") throw new DOMException("damaged for a test", "UnknownError");
          return open.call(this, name, ...version);
        };
      });
      await open(page);
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
      await page.locator(".notice", { hasText: "did not store it in the history" }).waitFor();
      await page.locator(".modes [data-mode=receiving]").click();
      await page.locator(".notice", { hasText: "Save the list before you close it" }).waitFor();
      await scanByHand(page, unsigned.scan);
      await page.locator("[data-tile=counted] dd", { hasText: "1" }).waitFor();
    });
  });

  test("the clipboard refuses: said, with another way to paste", async () => {
    await withPage(async (page) => {
      await page.addInitScript(() => (navigator.clipboard.readText = () => Promise.reject(new DOMException("", "NotAllowedError"))));
      await open(page);
      await page.locator("udi-verify .tool.type").click();
      await page.locator("udi-verify .typed .paste").click();
      await page.locator("udi-verify .notice", { hasText: "choose Paste" }).waitFor();
    });
  });

  test("a part that is loaded late is missing: said, and checking works", async () => {
    await withPage(async (page) => {
      await page.route("**/assets/session-panel-*.js", (route) => route.abort());
      await open(page);
      await page.locator(".modes [data-mode=receiving]").click();
      await page.locator(".notice", { hasText: "part of the app could not be loaded" }).waitFor();
      await page.locator(".modes [data-mode=check]").click();
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
    });
  });

  test("the network fails in the middle of a sync: said, and what was stored is used", async () => {
    await withPage(async (page) => {
      await open(page);
      await page.route("**/repository/**", (route) => route.abort());
      await page.locator(".badge").click();
      await page.locator(".transfer .primary").click();
      await page.locator(".status", { hasText: "cannot be reached" }).waitFor();
      await page.locator(".sheet header button").click();
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
    });
  });

  test("a picture pasted anywhere is read; text that is pasted too", async () => {
    await withPage(async (page) => {
      await open(page);
      const base64 = readFileSync(join(demo.folder, unsigned.image)).toString("base64");
      await page.evaluate(async (picture) => {
        const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "label.png", { type: "image/png" }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
      }, base64);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
      await page.evaluate((text) => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
      }, demo.labels.find(({ name }) => name === "expired").scan);
      await page.locator("article.verdict[data-headline=expired]").waitFor();
    });
  });

  test("a verdict sounds, vibrates and flashes as chosen", async () => {
    await withPage(async (page) => {
      await page.addInitScript(() => {
        globalThis.given = { notes: 0, pulses: [], flashes: 0 };
        const Real = globalThis.AudioContext;
        globalThis.AudioContext = class extends Real {
          constructor() {
            super();
            globalThis.audio = this;
          }
        };
        navigator.vibrate = (pulses) => globalThis.given.pulses.push(pulses);
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...when) {
          globalThis.given.notes++;
          return start.apply(this, when);
        };
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...how) {
          globalThis.given.flashes++;
          return animate.apply(this, how);
        };
      });
      await open(page);
      await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"))));
      // Sound waits for a tap.
      await page.locator("udi-verify .scan").click();
      await page.waitForFunction(() => globalThis.audio.state === "running");
      await page.locator("[data-action=settings]").click();
      await page.locator("#feedback_flash").check();
      await page.locator(".sheet header button").click();
      await scanByHand(page, demo.labels.find(({ name }) => name === "recalled_by_lot").scan);
      await page.locator("article.verdict").waitFor();
      // They follow what is seen, so that they do not hold it up.
      await page.waitForFunction(() => globalThis.given.flashes > 0);
      assert.deepEqual(await page.evaluate(() => globalThis.given), { notes: 3, pulses: [[180, 60, 180, 60, 300]], flashes: 1 });
      await page.evaluate(() => (globalThis.given = { notes: 0, pulses: [], flashes: 0 }));
      await page.locator("[data-action=settings]").click();
      for (const channel of ["sound", "vibration", "flash"]) await page.locator(`#feedback_${channel}`).uncheck();
      await page.locator(".sheet header button").click();
      await scanByHand(page, unsigned.scan);
      await page.locator(`article.verdict[data-headline=${unsigned.headline}]`).waitFor();
      assert.deepEqual(await page.evaluate(() => globalThis.given), { notes: 0, pulses: [], flashes: 0 });
    });
  });

  async function open(page) {
    await page.goto(server.url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
  }

  /** A page of its own, with nothing stored. */
  function withPage(use) {
    return withFreshPage(browser.context, server, use);
  }
});
