// Nothing recorded is lost: a verdict that stands on the screen is in the store, even if the page dies at that moment.
import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { cannotRun, ready, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";

/** How long the store is busy with something else, in milliseconds: longer than a verdict takes. */
const BUSY = 200;
/** So long, at most, may a store that never answers hold a verdict back; with the time of a test machine on top. */
const PATIENCE = 250 + 1500;

describe("a verdict on the screen is kept", { skip: cannotRun }, () => {
  const app = useApp();
  let page;

  before(() => app.open());

  beforeEach(async () => {
    page = await app.page.context().newPage();
    await page.goto(app.server.url);
    await ready(page);
    await page.evaluate(() => new Promise((resolve) => {
      indexedDB.open("udi-verify-work").onsuccess = ({ target: { result } }) => {
        const transaction = result.transaction(["scans", "sessions"], "readwrite");
        for (const store of ["scans", "sessions"]) transaction.objectStore(store).clear();
        transaction.oncomplete = () => {
          result.close();
          resolve();
        };
      };
    }));
  });

  test("a single check, when its page dies as the verdict is seen", async () => {
    await page.locator(".modes [data-mode=check]").click();
    const die = await deathOf(page);
    await occupyStore(page, BUSY);
    await answered(page, app.scanOf("recalled_by_lot"), "article.verdict[data-headline=recalled]");
    await die();
    assert.deepEqual((await kept()).map(({ headline, session }) => [headline, session]), [["recalled", null]]);
  });

  test("a scan of a session, when its page dies as its line is seen", async () => {
    await page.locator(".modes [data-mode=sweep]").click();
    await page.locator(".panel .primary").click();
    await page.locator(".panel .tile").first().waitFor();
    const die = await deathOf(page);
    await occupyStore(page, BUSY);
    await answered(page, app.scanOf("expired"), ".one-line[data-headline=expired]");
    await die();
    assert.deepEqual((await kept()).map(({ headline }) => headline), ["expired"]);
  });

  test("a store that never answers holds no verdict back", async () => {
    await page.locator(".modes [data-mode=check]").click();
    await occupyStore(page, Infinity);
    const begun = Date.now();
    await scanByHand(page, app.scanOf("recalled_by_lot"));
    await page.locator("article.verdict[data-headline=recalled]").waitFor();
    assert.ok(Date.now() - begun < PATIENCE, `${Date.now() - begun} ms`);
    await page.close();
  });

  test("while a verdict is being kept the camera reads on nothing: one record", async () => {
    await page.locator(".modes [data-mode=check]").click();
    await useCanvasCamera(page);
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await occupyStore(page, BUSY);
    await showToCamera(page, app.imageOf("unsigned"));
    await page.locator("article.verdict[data-headline=unsigned_no_recall]").waitFor();
    // A second reading would have been stored behind the first.
    await page.waitForTimeout(2 * BUSY);
    assert.equal((await kept()).length, 1);
    await page.close();
  });

  /** What another page of the app finds stored. */
  async function kept() {
    return app.page.evaluate(() => new Promise((resolve) => {
      indexedDB.open("udi-verify-work").onsuccess = ({ target: { result } }) => {
        result.transaction("scans").objectStore("scans").getAll().onsuccess = ({ target }) => {
          result.close();
          resolve(target.result);
        };
      };
    }));
  }
});

/** Something else writes to the scans for so long, and whoever comes after it waits. */
function occupyStore(page, duration) {
  return page.evaluate((until) => new Promise((resolve) => {
    indexedDB.open("udi-verify-work").onsuccess = ({ target: { result } }) => {
      const store = result.transaction("scans", "readwrite").objectStore("scans");
      const end = performance.now() + (until ?? Infinity);
      const goOn = () => {
        if (performance.now() < end) store.count().onsuccess = goOn;
        else result.close();
      };
      goOn();
      resolve();
    };
  }), duration === Infinity ? null : duration);
}

/** Has a scan verified, and comes back as soon as its answer stands on the screen. */
function answered(page, scan, answer) {
  return page.evaluate(({ scan, answer }) => new Promise((resolve) => {
    const element = document.querySelector("udi-verify");
    const watch = new MutationObserver(() => element.shadowRoot.querySelector(answer) !== null && resolve());
    watch.observe(element.shadowRoot, { childList: true, subtree: true });
    void element.verify(scan);
  }), { scan, answer });
}

/** What ends the page's process, as a phone short of memory does. */
async function deathOf(page) {
  const session = await page.context().newCDPSession(page);
  return async () => {
    const gone = page.waitForEvent("crash");
    void session.send("Page.crash").catch(() => undefined);
    await gone;
  };
}
