// From the camera's first picture with a label to the verdict on the screen, for every demo label.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openChromium } from "../support/chromium.mjs";
import { makeClip } from "../support/clip.mjs";
import { serveApp } from "../support/static.mjs";
import { watchForLabel } from "../support/watch.mjs";
import { pageProcesses, slowDown } from "./slow-process.mjs";

/** A label that is not read within so many milliseconds counts as not read. */
const PATIENCE = 30_000;

/** Runs in the page first: keeps how long the reader took over each picture. */
function watchReader() {
  globalThis.pictures = [];
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, listener, ...rest) {
    return listen.call(this, type, (event) => {
      const elapsed = event.data?.output?.elapsed ?? 0;
      if (elapsed > 0) globalThis.pictures.push(Math.round(elapsed));
      listener.call(this, event);
    }, ...rest);
  };
}

/** Runs in the page: milliseconds for some reckoning. */
function reckon() {
  const begun = performance.now();
  for (let at = 0, sum = 0; at < 2e8; at++) sum = (sum + at * 7) % 1_000_003;
  return performance.now() - begun;
}

/** How much slower the page reckons when it is slowed down so. */
async function measured(page, profile, slowdown) {
  await page.evaluate(reckon);
  const alone = await page.evaluate(reckon);
  const goOn = slowDown(pageProcesses(profile), slowdown);
  const slowed = await page.evaluate(reckon);
  await goOn();
  return slowed / alone;
}

/**
 * `{ labels, slower }`: how much slower the page reckoned, and of each label its name, whether it was read, the milliseconds (none where the paper before it was not seen), and what the
 * reader took for its last pictures. Slowed down, the page and its worker run for one of `slowdown` parts of the time.
 */
export async function labelTimes(demo, clip, { slowdown }) {
  const labels = [];
  let slower = 1;
  const server = await serveApp(demo);
  makeClip(join(demo.folder, demo.labels[0].image), clip);
  const profile = mkdtempSync(join(tmpdir(), "udi-verify-labels-"));
  const browser = await openChromium({ clip, profile });
  const { page } = browser;
  try {
    await page.addInitScript(watchForLabel);
    await page.addInitScript(watchReader);
    await page.goto(server.url);
    // Every stop and start costs a little: the share is set by what the first try comes to.
    let pace = slowdown;
    if (slowdown > 1) {
      pace *= slowdown / (await measured(page, profile, pace));
      slower = await measured(page, profile, pace);
    }
    for (const { name, image } of demo.labels) {
      // The camera opens the file anew each time it starts.
      makeClip(join(demo.folder, image), clip);
      await page.goto(server.url);
      // From here on: the start is slowed down too, and the warm-up of the reader with it.
      const goOn = slowdown > 1 ? slowDown(pageProcesses(profile), pace) : undefined;
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      await page.locator("udi-verify .scan").click();
      const read = await page.locator("article.verdict").waitFor({ timeout: PATIENCE }).then(() => true, () => false);
      await goOn?.();
      const frames = await page.evaluate(() => globalThis.pictures.slice(-4));
      labels.push({ name, read, time: read ? await page.evaluate(() => globalThis.labelToVerdict()) : null, frames });
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  }
  return { labels, slower };
}
