// The server's files and the device's clock broken one by one: each time a sentence says so, no label gets an all-clear by it,
// and once it is mended a tap brings the data.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { cannotRun, ready } from "./support/app.mjs";
import { openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { changeWorker, clockAhead, withFreshPage } from "./support/fresh-page.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";
import { serveApp } from "./support/static.mjs";

const RULES = "**/repository/targets/*.rules.bin";
/** What is broken → the file, what becomes of its bytes (or of the answer), and what is said. */
const FAULTS = {
  "the server fails": ["**/metadata/timestamp.json", () => ({ status: 500 }), /did not answer as it should/],
  "metadata that is none": ["**/metadata/timestamp.json", (bytes) => bytes.subarray(0, bytes.length / 2), /The data is damaged/],
  "metadata with another's signature": ["**/metadata/timestamp.json", (bytes) => Buffer.from(bytes.toString().replace(/("sig": ?")(.)/, (_, key, digit) => key + (digit === "0" ? "1" : "0"))), /not signed by the publisher/],
  "a file that is missing": ["**/metadata/*.snapshot.json", () => ({ status: 404 }), /file of the data is missing/],
  "rules changed on their way": [RULES, (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])]), /changed on its way/],
  "rules cut short": [RULES, (bytes) => bytes.subarray(0, -1), /another length/],
  "rules with more than was signed": [RULES, (bytes) => Buffer.concat([bytes, bytes]), /longer than its publisher allows/],
};

describe("bad data", { skip: cannotRun }, () => {
  const unsigned = cannotRun ? undefined : demoSet().labels.find(({ name }) => name === "unsigned");
  let server;
  let browser;

  before(async () => {
    [server, browser] = await Promise.all([serveApp(demoSet()), openChromium({ serviceWorkers: "block" })]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [what, [file, change, sentence]] of Object.entries(FAULTS)) {
    test(`${what}: refused with a sentence, and taken once it is mended`, () => inFreshPage(async (page) => {
      await page.route(file, async (route) => {
        const response = await route.fetch();
        const changed = change(await response.body());
        await route.fulfill(Buffer.isBuffer(changed) ? { body: changed } : changed);
      });
      await page.goto(server.url);
      await page.locator(".badge[data-freshness=none]").waitFor();
      await page.locator(".badge").click();
      await page.locator(".status", { hasText: sentence }).waitFor();
      await page.locator(".sheet header button").click();
      await verdict(page, "cannot_check_recalls");
      await page.unroute(file);
      await page.locator(".badge").click();
      await page.locator(".transfer .primary").click();
      await page.locator(".sheet header button").click();
      await ready(page);
      await verdict(page, unsigned.headline);
    }));
  }

  test("no root file on the server: said, with a way to try again", () => inFreshPage(async (page) => {
    await page.route("**/root.json", (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url);
    await page.locator(".failure", { hasText: /root\.json/ }).waitFor();
    await page.unroute("**/root.json");
    await page.locator(".failure button").click();
    await ready(page);
  }));

  test("data that has run out by the clock is not taken", () => inFreshPage(async (page) => {
    await changeWorker(page, clockAhead(3_000));
    await page.goto(server.url);
    await page.locator(".badge").click();
    await page.locator(".status", { hasText: /has run out/ }).waitFor();
    await page.locator(".sheet header button").click();
    const headline = await verdict(page);
    assert.ok(!headline.endsWith("_no_recall"), headline);
  }));

  test("more than thirty days without a sync: the badge says too old, recalls cannot be checked, signatures can", () => inFreshPage(async (page) => {
    await page.goto(server.url);
    await ready(page);
    await page.route("**/repository/**", (route) => route.abort());
    await changeWorker(page, clockAhead(40));
    await page.goto(server.url);
    await page.locator(".badge[data-freshness=hard_stale]").waitFor();
    await verdict(page, "cannot_check_recalls");
    await scanByHand(page, demoSet().labels.find(({ name }) => name === "lot_altered").scan);
    await page.locator("article.verdict[data-headline=altered]").waitFor();
  }));

  /** The unsigned label's headline, which is waited for where it is known. */
  async function verdict(page, headline) {
    await scanByHand(page, unsigned.scan);
    const shown = page.locator(headline === undefined ? "article.verdict" : `article.verdict[data-headline=${headline}]`);
    await shown.waitFor();
    return shown.getAttribute("data-headline");
  }

  function inFreshPage(use) {
    return withFreshPage(browser.context, server, use);
  }
});
