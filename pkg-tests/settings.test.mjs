// The settings: what is chosen holds at once and on the next visit; the app is installed where the browser offers it.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";

describe("the settings", { skip: cannotRun }, () => {
  const app = useApp({ colorScheme: "light" });
  let page;

  before(async () => {
    page = app.page;
    await app.open();
  });

  test("another language is spoken at once, from its own side, and on the next visit", async () => {
    await page.locator("[data-action=settings]").click();
    await page.locator("#language").selectOption("ar");
    await page.locator("html[lang=ar][dir=rtl]").waitFor();
    await page.locator("udi-verify .scan", { hasText: /\p{Script=Arabic}/u }).waitFor();
    await page.locator(".modes [data-mode=sweep]").click();
    await page.locator(".panel h2", { hasText: /\p{Script=Arabic}/u }).waitFor();
    await app.open();
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
    await app.open();
    assert.deepEqual(await grounds(), dark);
  });

  test("whether the browser may delete the data is said, and it is asked to keep it", async () => {
    await page.evaluate(() => {
      navigator.storage.persisted = async () => globalThis.kept === true;
      // Refused at first, as Chromium does unasked.
      navigator.storage.persist = async () => (globalThis.kept = globalThis.kept === false);
    });
    await page.locator(".badge").click();
    await page.locator(".sheet", { hasText: "The browser may delete this data" }).waitFor();
    const ask = page.locator(".sheet button", { hasText: "Ask the browser to keep it" });
    await ask.click();
    await page.locator(".sheet", { hasText: "The browser has not agreed" }).waitFor();
    await ask.click();
    await page.locator(".sheet", { hasText: "The browser keeps this data" }).waitFor();
    await page.locator(".sheet header button").click();
  });

  test("on Apple's phones the way to install is told in words, and nothing is told where the app is installed", async () => {
    // Chromium may have offered it by itself.
    await page.evaluate(() => dispatchEvent(new Event("appinstalled")));
    for (const [standalone, told] of [[false, 1], [true, 0]]) {
      await page.evaluate((value) => Object.defineProperty(navigator, "standalone", { value, configurable: true }), standalone);
      await page.locator("[data-action=settings]").click();
      await page.locator(".sheet").waitFor();
      assert.equal(await page.locator(".sheet p", { hasText: "Add to Home Screen" }).count(), told);
      assert.equal(await page.locator(".sheet .install").count(), 0, "there is nothing to press there");
      await page.locator(".sheet header button").click();
    }
    await page.evaluate(() => delete navigator.standalone);
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
});
