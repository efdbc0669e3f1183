import { openChromium } from "../chromium.mjs";

/** Chromium through Playwright. */
export async function openChromiumPage(options) {
  const { context, page, close } = await openChromium(options);
  return {
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    run: (question, ...details) => page.evaluate(`(${question})(...${JSON.stringify(details)})`),
    click: (selector) => page.locator(selector).first().click(),
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    screenshot: () => page.screenshot(),
    context,
    close,
  };
}
