// Twenty packages a minute before the camera in receiving: each must be counted, and counted once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import bwip from "bwip-js/node";

import { showToCamera, useCanvasCamera } from "../support/canvas-camera.mjs";
import { openChromium } from "../support/chromium.mjs";
import { serveApp } from "../support/static.mjs";

const LABELS = 20;
/** A package lies before the camera, then the hand takes the next one: three seconds in all. */
const [IN_VIEW, BETWEEN] = [2_200, 800];

export async function receiving(demo) {
  const folder = mkdtempSync(join(tmpdir(), "udi-verify-packages-"));
  const [server, browser] = await Promise.all([serveApp(demo), openChromium()]);
  const { page } = browser;
  try {
    const pictures = await Promise.all(Array.from({ length: LABELS }, (_, index) => draw(folder, index)));
    await page.goto(server.url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
    await useCanvasCamera(page);
    await page.locator(".modes [data-mode=receiving]").click();
    await page.locator(".panel.receiving .primary ~ button, .panel.receiving button").last().click();
    await page.locator(".tile").first().waitFor();
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    const begun = Date.now();
    for (const picture of pictures) {
      await showToCamera(page, picture);
      await page.waitForTimeout(IN_VIEW);
      await showToCamera(page, null);
      await page.waitForTimeout(BETWEEN);
    }
    const seconds = Math.round((Date.now() - begun) / 1000);
    // The last one may still be on its way to the list; what does not come is missed.
    await page.waitForFunction((count) => document.querySelectorAll(".rows .check").length >= count, LABELS, { timeout: 5_000 }).catch(() => undefined);
    const rows = await page.locator(".rows .check").allInnerTexts();
    const seen = pictures.filter((_, index) => rows.some((row) => row.includes(serial(index)))).length;
    // A tile without anything to it is not shown.
    const tile = async (name) => Number(/\d+/.exec((await page.locator(`[data-tile=${name}]`).allInnerTexts())[0] ?? "")?.[0] ?? 0);
    return { shown: LABELS, counted: seen, twice: (await tile("counted")) - seen + (await tile("duplicates")), seconds };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const serial = (index) => `PKG${String(1000 + index)}`;

async function draw(folder, index) {
  const file = join(folder, `${index}.png`);
  const text = `(01)09501234567891(17)281231(10)LT4107(21)${serial(index)}`;
  writeFileSync(file, await bwip.toBuffer({ bcid: "gs1datamatrix", text, scale: 8, paddingwidth: 12, paddingheight: 12, backgroundcolor: "FFFFFF" }));
  return file;
}
