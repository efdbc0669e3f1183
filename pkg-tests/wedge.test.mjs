// A hand scanner that types: its key events, no field focused, the separator as scanners send it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { scannerSends } from "./support/in-page.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("a hand scanner", { skip }, () => {
  for (const [name, separator] of [["Ctrl+]", { key: "]", ctrlKey: true }], ["F8", { key: "F8" }]]) {
    test(`sending the separator as ${name} gives the label's verdict`, async () => {
      const demo = demoSet();
      const [server, browser] = await Promise.all([serveApp(demo), openChromium()]);
      try {
        const label = demo.labels.find((candidate) => candidate.name === "recalled_by_lot");
        await browser.page.goto(server.url);
        await browser.page.locator(".badge[data-freshness=fresh]").waitFor();
        await browser.page.evaluate(`(${scannerSends})(...${JSON.stringify([label.scan, separator])})`);
        assert.equal(await browser.page.locator("article.verdict").getAttribute("data-headline"), label.headline);
      } finally {
        await browser.close();
        await server.stop();
      }
    });
  }
});
