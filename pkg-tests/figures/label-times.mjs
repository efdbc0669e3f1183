// From the camera's first picture with a label to the verdict on the screen, for every demo label.
import { join } from "node:path";

import { openChromium } from "../support/chromium.mjs";
import { makeClip } from "../support/clip.mjs";
import { serveApp } from "../support/static.mjs";
import { watchForLabel } from "../support/watch.mjs";

/**
 * Runs in the page first: makes each answer of the reader come `slowdown` times as late as it took. Browsers slow down
 * pages on request, not workers; with one picture in flight a late answer is what a slow reader looks like.
 */
function slowReader(slowdown) {
  const post = Worker.prototype.postMessage;
  const asked = new Map();
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.name === "check") asked.set(message.id, this);
    return post.call(this, message, ...rest);
  };
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, listener, ...rest) {
    if (type !== "message") return listen.call(this, type, listener, ...rest);
    return listen.call(this, type, (event) => {
      const elapsed = asked.delete(event.data.id) ? (event.data.output?.elapsed ?? 0) : 0;
      if (elapsed > 0) setTimeout(() => listener.call(this, event), (slowdown - 1) * elapsed);
      else listener.call(this, event);
    }, ...rest);
  };
}

/** Milliseconds of each label. */
export async function labelTimes(demo, clip, { slowdown }) {
  const times = [];
  const server = await serveApp(demo);
  makeClip(join(demo.folder, demo.labels[0].image), clip);
  const browser = await openChromium({ clip });
  const { page, context } = browser;
  try {
    await page.addInitScript(watchForLabel);
    if (slowdown > 1) {
      await page.addInitScript(slowReader, slowdown);
      await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    }
    for (const label of demo.labels) {
      // The camera opens the file anew each time it starts.
      makeClip(join(demo.folder, label.image), clip);
      await page.goto(server.url);
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      await page.locator("udi-verify .scan").click();
      await page.locator("article.verdict").waitFor();
      times.push(await page.evaluate(() => globalThis.labelToVerdict()));
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  return times;
}
