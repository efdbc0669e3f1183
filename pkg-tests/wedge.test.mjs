// A hand scanner that types: its key events, no field focused, the separator as scanners send it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { scannerSends } from "./support/in-page.mjs";

describe("a hand scanner", { skip: cannotRun }, () => {
  const app = useApp();
  beforeEach(() => app.open());

  for (const [name, separator] of [["Ctrl+]", { key: "]", ctrlKey: true }], ["F8", { key: "F8" }]]) {
    test(`sending the separator as ${name} gives the label's verdict`, async () => {
      const label = app.label("recalled_by_lot");
      await app.page.evaluate(`(${scannerSends})(...${JSON.stringify([label.scan, separator])})`);
      assert.equal(await app.page.locator("article.verdict").getAttribute("data-headline"), label.headline);
    });
  }
});
