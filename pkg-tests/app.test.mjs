// From a camera frame to a verdict with the network gone, in a real browser, for every demo label.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { makeClip } from "./support/clip.mjs";
import { demoSet } from "./support/demo.mjs";
import { median } from "./support/figures.mjs";
import { tool } from "./support/paths.mjs";
import { serve } from "./support/serve.mjs";
import { watchForLabel } from "./support/watch.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("the app, offline", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "udi-verify-clips-"));
  const clip = join(folder, "camera.mjpeg");
  const demo = skip ? undefined : demoSet();
  const times = [];
  let browser;

  before(async () => {
    makeClip(labelImage(demo, demo.labels[0]), clip);
    browser = await openChromium({ clip });
    await browser.page.addInitScript(watchForLabel);
    const server = await serve(demo);
    await browser.page.goto(server.url);
    await browser.page.locator("html[data-offline=ready]").waitFor();
    await browser.page.locator(".badge[data-freshness=fresh]").waitFor();
    await server.stop();
  });

  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
    if (times.length > 0) {
      console.log(`first camera frame with the label to verdict on screen: median ${Math.round(median(times))} ms, ` +
        `slowest ${Math.round(Math.max(...times))} ms, ${times.length} labels`);
    }
  });

  for (const label of demo?.labels ?? []) {
    test(`${label.name} gives ${label.headline}`, async () => {
      // The camera opens the file anew each time it starts.
      makeClip(labelImage(demo, label), clip);
      const { page } = browser;
      await page.reload();
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      await page.getByRole("button", { name: "Scan a label" }).click();
      const verdict = page.locator("article.verdict");
      await verdict.waitFor();
      assert.equal(await verdict.getAttribute("data-headline"), label.headline);
      assert.notEqual(await verdict.getByRole("heading", { level: 2 }).innerText(), "");
      await showsItsReason(verdict, label.headline);
      const time = await page.evaluate(() => globalThis.labelToVerdict());
      if (time !== null) times.push(time);
    });
  }

  test("a typed scan gives its verdict", async () => {
    const [label] = demo.labels;
    const { page } = browser;
    await page.reload();
    await page.getByRole("button", { name: "Type or paste" }).click();
    await page.getByLabel("What the label says").fill(label.scan.replaceAll("\u001d", "<GS>"));
    await page.getByRole("button", { name: "Check it" }).click();
    assert.equal(await page.locator("article.verdict").getAttribute("data-headline"), label.headline);
  });

  test("a photo from a file gives its verdict", async () => {
    const [label] = demo.labels;
    const { page } = browser;
    await page.reload();
    await page.locator("input[type=file]").setInputFiles(labelImage(demo, label));
    assert.equal(await page.locator("article.verdict").getAttribute("data-headline"), label.headline);
  });
});

/** Why, and what to do, stand under the headline without scrolling; nothing is said where nothing was found. */
async function showsItsReason(verdict, headline) {
  const why = verdict.locator(".banner .why");
  if (headline.endsWith("_no_recall")) return assert.equal(await why.count(), 0);
  assert.notEqual(await why.innerText(), "");
  const hidden = await verdict.locator(".banner .act").evaluate((act) => act.getBoundingClientRect().bottom - act.closest(".result").getBoundingClientRect().bottom);
  assert.ok(hidden <= 0, `${headline}: what to do ends ${hidden} pixels below the fold`);
}

function labelImage(demo, label) {
  return join(demo.folder, label.image);
}
