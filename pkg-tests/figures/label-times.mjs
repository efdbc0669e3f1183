// From the camera's first picture with a label to the verdict on the screen, for every demo label.
import { join } from "node:path";

import { openChromium } from "../support/chromium.mjs";
import { makeClip } from "../support/clip.mjs";
import { serveApp } from "../support/static.mjs";
import { watchForLabel } from "../support/watch.mjs";

/** A label that is not read within so many milliseconds counts as not read. */
const PATIENCE = 30_000;

/**
 * Runs in the page first: keeps how long the reader took over each picture, and makes each of its answers come `slowdown`
 * times as late as it took. Browsers slow down pages on request, not workers; with one picture in flight a late answer is
 * what a slow reader looks like.
 */
function watchReader(slowdown) {
  globalThis.pictures = [];
  const post = Worker.prototype.postMessage;
  const asked = new Set();
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.name === "check") asked.add(message.id);
    return post.call(this, message, ...rest);
  };
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, listener, ...rest) {
    if (type !== "message") return listen.call(this, type, listener, ...rest);
    return listen.call(this, type, (event) => {
      const elapsed = asked.delete(event.data.id) ? (event.data.output?.elapsed ?? 0) : 0;
      if (elapsed > 0) globalThis.pictures.push(Math.round(elapsed));
      if (elapsed > 0 && slowdown > 1) setTimeout(() => listener.call(this, event), (slowdown - 1) * elapsed);
      else listener.call(this, event);
    }, ...rest);
  };
}

/**
 * Of each label its name, whether it was read, the milliseconds (none where the paper before it was not seen), and what the
 * reader took for its last pictures.
 */
export async function labelTimes(demo, clip, { slowdown }) {
  const found = [];
  const server = await serveApp(demo);
  makeClip(join(demo.folder, demo.labels[0].image), clip);
  const browser = await openChromium({ clip });
  const { page, context } = browser;
  try {
    await page.addInitScript(watchForLabel);
    await page.addInitScript(watchReader, slowdown);
    if (slowdown > 1) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    for (const { name, image } of demo.labels) {
      // The camera opens the file anew each time it starts.
      makeClip(join(demo.folder, image), clip);
      await page.goto(server.url);
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      await page.locator("udi-verify .scan").click();
      const read = await page.locator("article.verdict").waitFor({ timeout: PATIENCE }).then(() => true, () => false);
      const frames = await page.evaluate(() => globalThis.pictures.slice(-4));
      found.push({ name, read, time: read ? await page.evaluate(() => globalThis.labelToVerdict()) : null, frames });
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  return found;
}
