// Every view by axe-core's rules for WCAG 2.2 AA, in light and dark, and at the width of a small phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";
import { eachView } from "./support/views.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe("accessibility", { skip }, () => {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing in any view, ${colorScheme}`, async () => {
      const demo = demoSet();
      const [server, browser] = await Promise.all([serveApp(demo), openChromium({ colorScheme, viewport: { width: 320, height: 640 } })]);
      const { page } = browser;
      try {
        await page.addInitScript(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
        await eachView(page, server.url, demo, async (name) => {
          const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(" ")).join(", ")}`);
          assert.deepEqual(found, [], `${name}, ${colorScheme}`);
        });
      } finally {
        await browser.close();
        await server.stop();
      }
    });
  }
});
