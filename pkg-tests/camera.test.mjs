// The camera as phones behave: lenses, zoom, light, taken away, given back, idle; every code in view named.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, beforeEach, describe, test } from "node:test";

import { cannotRun, ready, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";
import { shelfCode } from "./support/in-page.mjs";

describe("the camera", { skip: cannotRun }, () => {
  const app = useApp();
  const image = app.imageOf;
  let page;

  before(() => (page = app.page));
  beforeEach(async () => {
    await app.open();
    await page.evaluate(() => localStorage.removeItem("udi-verify-lens"));
  });

  test("of several lenses the main one is used, and remembered by its name when ids change", async () => {
    await useCanvasCamera(page);
    await phoneWithLenses([["ultra", "Back Ultra Wide Camera"], ["front", "Front Camera"], ["main", "Back Dual Wide Camera"], ["tele", "Back Telephoto Camera"]]);
    await scan();
    assert.deepEqual(await asked(), ["rear", "main"]);
    assert.equal(await page.locator("udi-verify select.lens").inputValue(), "main");
    assert.equal(await page.locator("udi-verify select.lens option").count(), 3, "the front camera is not offered");

    await page.reload();
    await ready(page);
    await useCanvasCamera(page);
    await phoneWithLenses([["u2", "Back Ultra Wide Camera"], ["m2", "Back Dual Wide Camera"]]);
    await scan();
    assert.deepEqual(await asked(), ["rear", "m2"]);
  });

  test("a lens that was chosen is kept to", async () => {
    await scanWithLensA();
    assert.deepEqual(await asked(), ["rear"]);
    await page.locator("udi-verify select.lens").selectOption("b");
    await page.waitForFunction(() => globalThis.lensesAsked.at(-1) === "b");
    await page.locator("udi-verify .tool.stop").click();
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    assert.equal((await asked()).at(-1), "b");
  });

  test("a lens that takes longer to change than a picture may be late is waited for", async () => {
    await scanWithLensA();
    await page.evaluate(() => {
      const open = navigator.mediaDevices.getUserMedia;
      navigator.mediaDevices.getUserMedia = (wanted) => new Promise((resolve) => setTimeout(() => resolve(open(wanted)), 2_600));
    });
    await page.locator("udi-verify select.lens").selectOption("b");
    await page.waitForFunction(() => globalThis.lensesAsked.at(-1) === "b");
    await showToCamera(page, image("signed_clean"));
    await page.locator("article.verdict").waitFor();
  });

  test("a lens that is still changing when the scan is stopped begins no scan", async () => {
    await scanWithLensA();
    await page.evaluate(() => {
      const open = navigator.mediaDevices.getUserMedia;
      navigator.mediaDevices.getUserMedia = (wanted) => new Promise((resolve) => {
        globalThis.lensChanged = () => resolve(open(wanted));
        navigator.mediaDevices.getUserMedia = open;
      });
    });
    await page.locator("udi-verify select.lens").selectOption("b");
    await page.locator("udi-verify .tool.stop").click();
    await scan();
    await page.evaluate(() => globalThis.lensChanged());
    await page.waitForFunction(() => globalThis.canvasCamera.tracks.at(-1).readyState === "ended");
    assert.equal(await page.locator("udi-verify").getAttribute("state"), "scanning");
    await showToCamera(page, image("signed_clean"));
    await page.locator("article.verdict").waitFor();
  });

  test("zoom by buttons and two taps, light by its button, focus by a tap", async () => {
    await useCanvasCamera(page, { capabilities: { torch: true, zoom: { min: 1, max: 4, step: 0.1 }, focusMode: ["continuous"], pointsOfInterest: {} } });
    await scan();
    await page.locator("udi-verify .zoom button", { hasText: "3×" }).click();
    await page.locator("udi-verify .zoom [aria-pressed=true]", { hasText: "3×" }).waitFor();
    await page.locator("udi-verify .tool.torch").click();
    const stage = page.locator("udi-verify .stage");
    await tap(stage, [0]);
    await tap(stage, [1_000, 1_150]);
    const applied = await page.evaluate(() => globalThis.canvasCamera.applied.flatMap(({ advanced = [] }) => advanced));
    assert.ok(applied.some(({ zoom }) => zoom === 3));
    assert.ok(applied.some(({ torch }) => torch === true));
    assert.ok(applied.some(({ pointsOfInterest }) => pointsOfInterest?.[0].x > 0.3 && pointsOfInterest[0].x < 0.7));
    assert.equal(applied.filter(({ zoom }) => zoom !== undefined).at(-1).zoom, 1);
  });

  test("the camera is asked for once for several labels, and not after a short look away", async () => {
    await useCanvasCamera(page);
    await scan();
    await showToCamera(page, image("signed_clean"));
    await page.locator("article.verdict").waitFor();
    await showToCamera(page, null);
    await page.locator("udi-verify .next").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await visibility("hidden");
    await visibility("visible");
    await showToCamera(page, image("recalled_by_lot"));
    await page.locator("article.verdict[data-headline=recalled]").waitFor();
    assert.equal(await page.evaluate(() => globalThis.canvasCamera.opened), 1);
  });

  test("taken away by the phone: one tap goes on", async () => {
    await useCanvasCamera(page);
    await scan();
    await page.evaluate(() => {
      const [track] = globalThis.canvasCamera.tracks;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await page.locator("udi-verify[state=paused]").waitFor();
    await page.locator("udi-verify .restart", { hasText: "Tap to go on" }).click();
    await showToCamera(page, image("signed_clean"));
    await page.locator("article.verdict").waitFor();
  });

  test("black after coming back: a muted camera is not waited for", async () => {
    await useCanvasCamera(page);
    await scan();
    await visibility("hidden");
    await page.evaluate(() => Object.defineProperty(globalThis.canvasCamera.tracks[0], "muted", { value: true }));
    await visibility("visible");
    await page.locator("udi-verify .restart").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    assert.equal(await page.evaluate(() => globalThis.canvasCamera.opened), 2);
  });

  test("no picture for two seconds: one tap goes on", async () => {
    await useCanvasCamera(page);
    await scan();
    await page.evaluate(() => (HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0));
    await page.locator("udi-verify .restart", { hasText: "stopped giving pictures" }).waitFor();
  });

  test("closed while it opens, the camera is given back", async () => {
    await useCanvasCamera(page);
    await page.evaluate(() => {
      const open = navigator.mediaDevices.getUserMedia;
      navigator.mediaDevices.getUserMedia = (wanted) => new Promise((resolve) => setTimeout(() => resolve(open(wanted)), 300));
    });
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify .tool.type").click();
    await page.waitForFunction(() => globalThis.canvasCamera.tracks[0]?.readyState === "ended");
    assert.equal(await page.locator("udi-verify").getAttribute("state"), "typing");
  });

  test("a reader that dies says so, and a tap starts it again", async () => {
    await useCanvasCamera(page);
    await scan();
    await page.evaluate(() => {
      const frame = globalThis.VideoFrame;
      globalThis.VideoFrame = function () {
        globalThis.VideoFrame = frame;
        throw new Error("broken for a test");
      };
    });
    await page.locator("udi-verify .restart", { hasText: "reader stopped" }).click();
    await showToCamera(page, image("signed_clean"));
    await page.locator("article.verdict").waitFor();
  });

  test("every code in view is outlined and named: the UDI, and the supplier's own beside it", async () => {
    await useCanvasCamera(page);
    await page.locator(".modes [data-mode=sweep]").click();
    await page.locator(".panel .primary").click();
    await scan();
    const label = `data:image/png;base64,${readFileSync(image("signed_clean"), "base64")}`;
    await page.evaluate((picture) => globalThis.showToCanvasCamera(picture), await page.evaluate(shelfCode, label));
    await page.locator("udi-verify .outlines text.udi", { hasText: "This is the UDI" }).waitFor();
    await page.locator("udi-verify .outlines text.other", { hasText: "supplier’s own code" }).waitFor();
    const corners = await page.locator("udi-verify .outlines polygon").evaluateAll((all) => Object.fromEntries(all.map((polygon) =>
      [polygon.getAttribute("class"), polygon.getAttribute("points").split(" ").map((point) => Number(point.split(",")[1]))])));
    assert.ok(Math.max(...corners.udi) < Math.min(...corners.other), "each outline lies on its code");
    await showToCamera(page, null);
    await page.waitForFunction(() => document.querySelector("udi-verify").shadowRoot.querySelectorAll(".outlines polygon").length === 0);
    await page.locator(".panel .actions .primary").click();
    await page.locator(".panel.ended .actions button").last().click();
  });

  test("half a label asks for its other code, and joins what is shown then", async () => {
    await useCanvasCamera(page);
    await page.evaluate(() => document.querySelector("udi-verify").verify("0109501234567891"));
    await page.locator("udi-verify button.second").click();
    await page.locator("udi-verify .hint", { hasText: "second code" }).waitFor();
    await page.evaluate(() => document.querySelector("udi-verify").verify("]C117281123" + "10RC2201"));
    await page.locator("article.verdict[data-headline=recalled]").waitFor();
    assert.equal(await page.locator("udi-verify button.second").count(), 0);
  });

  test("where the code read next is of another label, both are answered", async () => {
    await useCanvasCamera(page);
    await page.evaluate(() => document.querySelector("udi-verify").verify("0109501101530003"));
    await page.locator("udi-verify button.second").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await showToCamera(page, image("unsigned"));
    await page.locator("udi-verify .others .one-line[data-headline=unsigned_no_recall]", { hasText: "LT4107" }).waitFor();
    assert.match(await page.locator("article.verdict .banner").innerText(), /Only half of this\s+label was read/);
  });

  /** Taps at these moments of their own clock, in milliseconds, however busy the machine is. */
  function tap(stage, moments) {
    return stage.evaluate((target, times) => {
      const { left, top, width, height } = target.getBoundingClientRect();
      for (const time of times) {
        for (const type of ["pointerdown", "pointerup"]) {
          const event = new PointerEvent(type, { pointerId: 1, clientX: left + width / 2, clientY: top + height / 2, bubbles: true });
          Object.defineProperty(event, "timeStamp", { value: 10_000 + time });
          target.dispatchEvent(event);
        }
      }
    }, moments);
  }

  async function scan() {
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
  }

  async function scanWithLensA() {
    await useCanvasCamera(page);
    await phoneWithLenses([["a", "camera2 0, facing back"], ["b", "camera2 2, facing back"]]);
    await scan();
  }

  /** Several cameras under the canvas's picture; the first one is what the browser gives unasked. */
  function phoneWithLenses(lenses) {
    return page.evaluate((all) => {
      const devices = navigator.mediaDevices;
      const open = devices.getUserMedia;
      globalThis.lensesAsked = [];
      devices.enumerateDevices = async () => all.map(([deviceId, label]) => ({ kind: "videoinput", deviceId, label, groupId: "" }));
      devices.getUserMedia = async (wanted) => {
        const exact = wanted.video.deviceId?.exact;
        const ideal = all.find(([deviceId]) => deviceId === wanted.video.deviceId?.ideal)?.[0];
        globalThis.lensesAsked.push(exact ?? ideal ?? "rear");
        const [deviceId, label] = all.find(([id]) => id === (exact ?? ideal)) ?? all[0];
        const stream = await open.call(devices, wanted);
        const [track] = stream.getVideoTracks();
        const settings = track.getSettings();
        track.getSettings = () => ({ ...settings, deviceId });
        Object.defineProperty(track, "label", { value: label });
        return stream;
      };
    }, lenses);
  }

  function asked() {
    return page.evaluate(() => globalThis.lensesAsked);
  }

  async function visibility(state) {
    await page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
    await page.waitForTimeout(100);
  }
});
