// How a verdict lies on the screen, on every size of one and in every language: the headline first and largest, why beneath it,
// then what to do, all of it before anything must be scrolled.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { cannotRun, ready } from "./support/app.mjs";
import { openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { tooWide } from "./support/in-page.mjs";
import { LANGUAGES } from "./support/languages.mjs";
import { serveApp } from "./support/static.mjs";
import { VIEWS } from "./support/views.mjs";

const SCREENS = { phone: [390, 844], "phone held sideways": [844, 390], tablet: [820, 1180], desk: [1280, 800] };
const SHOWN = ["recalled", "altered", "expired", "hold", "half"];

describe("a verdict on the screen", { skip: cannotRun }, () => {
  let server;
  before(async () => (server = await serveApp(demoSet())));
  after(() => server?.stop());

  for (const language of LANGUAGES) {
    test(`${language}: headline, reason and what to do, in this order and above the fold`, async () => {
      const browser = await openChromium({ locale: language });
      const { page } = browser;
      try {
        await page.goto(server.url);
        await ready(page);
        const wrong = [];
        for (const shown of SHOWN) {
          await VIEWS[shown](page, demoSet());
          for (const [screen, [width, height]] of Object.entries(SCREENS)) {
            await page.setViewportSize({ width, height });
            const { headline, why, act, fold } = await page.locator("article.verdict").evaluate(places);
            const where = `${shown}, ${screen}`;
            if (!(headline.bottom <= why.top + 1 && why.bottom <= act.top + 1)) wrong.push(`${where}: ${headline.top}, ${why.top}, ${act.top}`);
            if (headline.size <= why.size || why.size < act.size) wrong.push(`${where}: letters of ${headline.size}, ${why.size}, ${act.size} pixels`);
            if (act.bottom > fold) wrong.push(`${where}: what to do ends at ${act.bottom}, the fold is at ${fold}`);
            wrong.push(...(await page.evaluate(tooWide)).map((what) => `${where}: ${what}`));
          }
        }
        assert.deepEqual(wrong, []);
      } finally {
        await browser.close();
      }
    });
  }
});

/** Runs in the page: where the parts of the banner lie, and how large their letters are. */
function places(article) {
  const place = (selector) => {
    const element = article.querySelector(selector);
    const { top, bottom } = element.getBoundingClientRect();
    return { top, bottom, size: parseFloat(getComputedStyle(element).fontSize) };
  };
  return { headline: place(".banner h2"), why: place(".banner .why"), act: place(".banner .act"), fold: article.closest(".result").getBoundingClientRect().bottom };
}
