// Nothing grows picture by picture: neither the page's memory nor the core's.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { cannotRun } from "./support/app.mjs";
import { openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { memoryOverPictures } from "./support/memory.mjs";
import { serveApp } from "./support/static.mjs";

/** `cargo xtask test --long` asks for more cases everywhere by this variable. */
const PICTURES = process.env.PROPTEST_CASES === undefined ? 60 : 1_000;

describe("memory", { skip: cannotRun }, () => {
  let server;
  let browser;

  before(async () => {
    [server, browser] = await Promise.all([serveApp(demoSet()), openChromium({ serviceWorkers: "block" })]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test(`stays as it is over ${PICTURES} pictures of the camera`, async () => {
    const { page, core, coreSize, counted } = await memoryOverPictures(browser.page, server.url, demoSet(), PICTURES);
    console.log(`memory over ${PICTURES} camera pictures: page ${page} bytes more, core ${core} more (${coreSize} in all)`);
    assert.ok(page < 2_000_000, `${page} bytes in the page`);
    // It grows by whole pages of 64 KiB, while the reader meets its first larger picture.
    assert.ok(core < 2_000_000, `${core} bytes in the core`);
    assert.equal(counted, 1);
  });
});
