// The settings: what is chosen holds at once and on the next visit; the app is installed where the browser offers it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("the settings", { skip }, () => {
  let browser;
  let server;
  let page;

  before(async () => {
    [server, browser] = await Promise.all([serveApp(demoSet()), openChromium({ colorScheme: "light" })]);
    page = browser.page;
    await open();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("another language is spoken at once, from its own side, and on the next visit", async () => {
    await page.locator("[data-action=settings]").click();
    await page.locator("#language").selectOption("ar");
    await page.locator("html[lang=ar][dir=rtl]").waitFor();
    await page.locator("udi-verify .scan", { hasText: /\p{Script=Arabic}/u }).waitFor();
    await page.locator(".modes [data-mode=sweep]").click();
    await page.locator(".panel h2", { hasText: /\p{Script=Arabic}/u }).waitFor();
    await open();
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
    await page.locator("[data-action=settings]").click();
    await page.locator("#language").selectOption("en");
    await page.locator("html[lang=en][dir=ltr]").waitFor();
  });

  test("dark by choice holds for the app and the element, whatever the device says", async () => {
    const grounds = () => page.evaluate(() => [document.documentElement, document.querySelector("udi-verify")].map((part) => getComputedStyle(part).backgroundColor));
    const light = await grounds();
    await page.locator("[data-action=settings]").click();
    await page.locator("#appearance").selectOption("dark");
    await page.locator(".sheet header button").click();
    const dark = await grounds();
    assert.notEqual(dark[0], light[0]);
    assert.equal(dark[0], dark[1]);
    await open();
    assert.deepEqual(await grounds(), dark);
  });

  test("the app is installed by a button where the browser offers it", async () => {
    await page.evaluate(() => {
      const offer = new Event("beforeinstallprompt", { cancelable: true });
      offer.prompt = () => (globalThis.asked = true);
      dispatchEvent(offer);
    });
    await page.locator("[data-action=settings]").click();
    await page.locator(".install").click();
    assert.equal(await page.evaluate(() => globalThis.asked), true);
  });

  async function open() {
    await page.goto(server.url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
  }
});
