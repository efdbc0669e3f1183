// Debian's Firefox ESR, through WebDriver BiDi.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import puppeteer from "puppeteer-core";

import { deepQuery } from "./deep-query.mjs";

export const FIREFOX = "/usr/bin/firefox-esr";

const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "permissions.default.camera": 1,
  // Otherwise `navigator.storage.persist()` asks a person who is not there, and waits for ever.
  "permissions.default.persistent-storage": 1,
};

export async function openFirefox() {
  const profile = mkdtempSync(join(tmpdir(), "udi-verify-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox", executablePath: FIREFOX, headless: true, userDataDir: profile,
    extraPrefsFirefox: PREFERENCES, protocolTimeout: 180_000,
  });
  const [page = await browser.newPage()] = await browser.pages();
  await page.setViewport({ width: 390, height: 844 });
  return {
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    run: (question, ...details) => page.evaluate(`(${question})(...${JSON.stringify(details)})`),
    click: async (selector) => {
      const element = (await page.evaluateHandle(`(${deepQuery})(${JSON.stringify(selector)})`)).asElement();
      if (element === null) throw new Error(`there is no ${selector}`);
      await element.click();
    },
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    screenshot: () => page.screenshot(),
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
