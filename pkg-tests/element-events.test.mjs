// What the element tells a page: its states in their order, every verdict with what it was read from, every failure by its code.
import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";

describe("the element's events", { skip: cannotRun }, () => {
  const app = useApp();
  let page;

  before(() => (page = app.page));
  beforeEach(async () => {
    await app.open();
    // At the document: they bubble, and leave a shadow root.
    await page.evaluate(() => {
      globalThis.told = [];
      for (const type of ["udi-verdict", "udi-error", "udi-statechange"]) {
        document.addEventListener(type, ({ detail, composed }) => globalThis.told.push({ type, composed, detail: JSON.parse(JSON.stringify(detail)) }));
      }
    });
  });

  test("a label before the camera: idle, starting, scanning, result; then its verdict and symbols", async () => {
    await useCanvasCamera(page);
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await showToCamera(page, app.imageOf("recalled_by_lot"));
    await page.locator("article.verdict[data-headline=recalled]").waitFor();
    const told = await page.evaluate(() => globalThis.told);
    assert.ok(told.every(({ composed }) => composed));
    assert.deepEqual(told.filter(({ type }) => type === "udi-statechange").map(({ detail }) => detail.state), ["starting", "scanning", "result"]);
    const [{ detail: { verdict, symbols, key } }] = told.filter(({ type }) => type === "udi-verdict");
    assert.equal(verdict.headline, "recalled");
    assert.deepEqual(symbols.map(({ text }) => text), [app.scanOf("recalled_by_lot")]);
    assert.ok(key.includes(app.scanOf("recalled_by_lot")));
  });

  test("a camera that is refused: its code, and idle again", async () => {
    await page.locator("udi-verify .scan").click();
    await page.waitForFunction(() => globalThis.told.some(({ type }) => type === "udi-error"));
    const told = await page.evaluate(() => globalThis.told);
    assert.match(told.find(({ type }) => type === "udi-error").detail.code, /^camera_/);
    assert.equal(told.findLast(({ type }) => type === "udi-statechange").detail.state, "idle");
  });

  test("half a label is told, and told again as a whole in its place: the session counts one", async () => {
    await useCanvasCamera(page);
    await page.locator(".modes [data-mode=sweep]").click();
    await page.locator(".panel .primary").click();
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    const show = async (codes) => page.evaluate(async (picture) => globalThis.showToCanvasCamera(picture), await page.evaluate(code39, codes));
    const verdicts = () => page.evaluate(() => globalThis.told.filter(({ type }) => type === "udi-verdict").map(({ detail }) => detail));
    await show([PRIMARY]);
    await page.waitForFunction(() => globalThis.told.some(({ type }) => type === "udi-verdict"));
    await page.locator("udi-verify .one-line", { hasText: "Only half of this label was read" }).waitFor();
    await show([PRIMARY, SECONDARY]);
    await page.waitForFunction(() => globalThis.told.filter(({ type }) => type === "udi-verdict").length === 2);
    const [half, whole] = await verdicts();
    assert.deepEqual([half.verdict.udi.lot, half.verdict.reason.code, half.replaces], [null, "reason_device_alone", undefined]);
    assert.deepEqual([whole.verdict.udi.lot, whole.verdict.reason, whole.replaces], ["LOT77", null, half.key]);
    assert.equal(whole.symbols.length, 2);
    await page.locator(".rows .check .code", { hasText: "LOT77" }).first().waitFor();
    assert.equal(await page.locator("[data-tile=swept] dd").innerText(), "1");
  });
});

/** A label of HIBC in two codes; the second one names the first by its check character. */
const [PRIMARY, SECONDARY] = ["+A123BJC5D6E71G", "+$LOT77GC"];

/** Runs in the page: the codes below one another in Code 39, as a data URL. */
function code39(codes) {
  const order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. *$/+%";
  const patterns = "nnnwwnwnn wnnwnnnnw nnwwnnnnw wnwwnnnnn nnnwwnnnw wnnwwnnnn nnwwwnnnn nnnwnnwnw wnnwnnwnn nnwwnnwnn wnnnnwnnw nnwnnwnnw wnwnnwnnn nnnnwwnnw wnnnwwnnn nnwnwwnnn nnnnnwwnw wnnnnwwnn nnwnnwwnn nnnnwwwnn wnnnnnnww nnwnnnnww wnwnnnnwn nnnnwnnww wnnnwnnwn nnwnwnnwn nnnnnnwww wnnnnnwwn nnwnnnwwn nnnnwnwwn wwnnnnnnw nwwnnnnnw wwwnnnnnn nwnnwnnnw wwnnwnnnn nwwnwnnnn nwnnnnwnw wwnnnnwnn nwwnnnwnn nwnnwnwnn nwnwnwnnn nwnwnnnwn nwnnnwnwn nnnwnwnwn".split(" ");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1120, 620];
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "black";
  codes.forEach((code, row) => {
    let x = 60;
    for (const character of `*${code}*`) {
      [...patterns[order.indexOf(character)]].forEach((width, at) => {
        const pixels = width === "w" ? 9 : 3;
        if (at % 2 === 0) context.fillRect(x, 80 + 260 * row, pixels, 180);
        x += pixels;
      });
      x += 3;
    }
  });
  return canvas.toDataURL();
}
