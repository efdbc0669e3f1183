// The camera over time: one picture under way, fewer pixels for a slow phone, rest when nobody scans.
import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";
import { changeWorker } from "./support/fresh-page.mjs";

/** A minute without a code, and a little. */
const LONG = 61_000;

describe("the camera's pace", { skip: cannotRun }, () => {
  const app = useApp({ serviceWorkers: "block" });
  let page;

  before(async () => {
    page = app.page;
    // Counts the pictures that the page has sent to its worker and has no answer to.
    await page.addInitScript(() => {
      const under = new Set();
      globalThis.pictures = { sent: 0, most: 0 };
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          // Before the page's own listener, which may send the next picture.
          this.addEventListener("message", ({ data }) => under.delete(data.id));
        }
        postMessage(message, transfer) {
          if ([...(transfer ?? [])].some((part) => part instanceof VideoFrame || part instanceof ImageBitmap)) {
            under.add(message.id);
            pictures.sent++;
            pictures.most = Math.max(pictures.most, under.size);
          }
          super.postMessage(message, transfer);
        }
      };
    });
  });
  beforeEach(async () => {
    await page.unrouteAll();
  });

  test("one picture is under way at a time, however many the camera gives", async () => {
    await scanWith({});
    await page.waitForFunction(() => globalThis.pictures.sent >= 30);
    assert.equal(await page.evaluate(() => globalThis.pictures.most), 1);
  });

  test("a reader that takes longer than 300 ms a picture is given fewer pixels, a quick one is not", async () => {
    const asked = () => page.evaluate(() => globalThis.canvasCamera.applied.filter(({ height }) => height !== undefined));
    const workersClock = (speed) => changeWorker(page, `{ const real = performance.now.bind(performance); performance.now = () => real() * ${speed}; }`);
    // By the worker's clock, however busy this machine is: no picture takes long, then each does.
    await workersClock(0.001);
    await scanWith({ width: 1920, height: 1080 });
    await page.waitForFunction(() => globalThis.pictures.sent >= 12);
    assert.deepEqual(await asked(), []);
    await page.unrouteAll();
    await workersClock(1000);
    await scanWith({ width: 1920, height: 1080 });
    await page.waitForFunction(() => globalThis.canvasCamera.applied.some(({ height }) => height !== undefined));
    assert.deepEqual((await asked())[0], { width: { ideal: 1280 }, height: { ideal: 720 } });
  });

  test("after a minute without a code the camera is closed, says so, and one tap goes on", async () => {
    await scanWith({});
    await page.evaluate((later) => {
      const real = performance.now.bind(performance);
      performance.now = () => real() + later;
    }, LONG);
    await page.locator("udi-verify[state=paused]").waitFor();
    assert.match(await page.locator("udi-verify .restart").innerText(), /after a minute without a code/);
    assert.equal(await page.evaluate(() => globalThis.canvasCamera.tracks.every(({ readyState }) => readyState === "ended")), true, "its light goes out");
    await page.locator("udi-verify .restart").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await showToCamera(page, app.imageOf("recalled_by_lot"));
    await page.locator("article.verdict[data-headline=recalled]").waitFor();
  });

  async function scanWith(camera) {
    await app.open();
    await useCanvasCamera(page, camera);
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
  }
});
