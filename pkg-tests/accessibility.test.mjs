// Every view by axe-core's rules for WCAG 2.2 AA, in light, dark and forced colours, at the width of a small phone; targets for
// gloved fingers; and the ways through the app with a keyboard alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { tooWide } from "./support/in-page.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";
import { eachView, VIEWS } from "./support/views.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Each in another language, so that lengths and directions are looked at in the same round; see languages.test.mjs. */
const LOOKS = {
  light: { colorScheme: "light", locale: "de" },
  dark: { colorScheme: "dark", locale: "ar" },
  "forced colours": { colorScheme: "dark", forcedColors: "active", locale: "fr" },
};

describe("accessibility", { skip }, () => {
  const demo = skip ? undefined : demoSet();

  for (const [look, media] of Object.entries(LOOKS)) {
    test(`axe finds nothing in any view, and nothing is cut off, ${look}, ${media.locale}`, async () => {
      await withApp({ ...media, viewport: { width: 320, height: 640 } }, async (page, url) => {
        await page.addInitScript(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
        const found = [];
        await eachView(page, url, demo, async (name) => {
          // Colours that are forced are the person's own choice, and axe reckons with those that were replaced.
          const rules = { "color-contrast": { enabled: look !== "forced colours" } };
          const { violations } = await page.evaluate(([values, rules]) => axe.run(document, { runOnly: { type: "tag", values }, rules }), [RULES, rules]);
          found.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ target }) => target.flat().join(" ")).join(", ")}`));
          assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), media.locale === "ar" ? "rtl" : "ltr", name);
          found.push(...(await page.evaluate(tooWide)).map((what) => `${name}: ${what}`));
          // Once is enough: sizes do not change with colours.
          if (look === "light") found.push(...(await page.evaluate(smallTargets)).map((target) => `${name}: smaller than 48 pixels: ${target}`));
          if (look === "forced colours") found.push(...(await page.evaluate(colourAlone)).map((what) => `${name}: told by colour alone: ${what}`));
        });
        assert.deepEqual(found, []);
      });
    });
  }

  for (const [screen, width, height, locale] of [["a desk", 1280, 800, "fr"], ["a tablet", 820, 1180, "ar"]]) {
    test(`the start of ${screen}, with its ways and what was checked last: axe finds nothing, and each leads where it says`, async () => {
      await withApp({ viewport: { width, height }, locale }, async (page, url) => {
        await page.addInitScript(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
        await open(page, url);
        await VIEWS.history(page, demo);
        await open(page, url);
        await page.locator(".start .check").first().waitFor();
        const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
        assert.deepEqual([violations.map(({ id }) => id), await page.evaluate(tooWide), await page.evaluate(smallTargets)], [[], [], []]);
        for (const [way, there] of [[0, "main[data-mode=receiving]"], [1, "main[data-mode=sweep]"], [2, "dialog .test-code"]]) {
          await page.locator(".start .way").nth(way).click();
          await page.locator(there).waitFor();
          await open(page, url);
        }
        await page.locator(".start .check").first().click();
        await page.locator("article.verdict[data-headline=recalled]").waitFor();
      });
    });
  }

  test("keyboard alone: from the start to a verdict, its details, and the next scan", async () => {
    await withApp({}, async (page, url) => {
      await open(page, url);
      await tabTo(page, ".tool.type");
      await page.keyboard.press("Enter");
      assert.equal(await focused(page, (element) => element.localName), "textarea", "typing can begin at once");
      const label = demo.labels.find(({ name }) => name === "recalled_by_lot");
      await page.keyboard.insertText(label.scan.replaceAll("\u001d", "<GS>"));
      await page.keyboard.press("Enter");
      await page.locator(`article.verdict[data-headline=${label.headline}]`).waitFor();
      assert.equal(await focused(page, (element) => element.localName), "h2", "the headline is read out");
      await tabTo(page, "summary");
      await page.keyboard.press("Enter");
      assert.ok(await focused(page, (element) => element.parentElement.open), "the details open");
      await tabTo(page, ".bar .next");
    });
  });

  test("keyboard alone: every mode, the data sheet and the settings, and back", async () => {
    await withApp({}, async (page, url) => {
      await open(page, url);
      for (const sheetOf of [".badge", "[data-action=settings]"]) {
        await tabTo(page, sheetOf);
        await page.keyboard.press("Enter");
        await page.locator("dialog[open]").waitFor();
        assert.ok(await focused(page, (element) => element.closest("dialog") !== null), `focus is in the sheet of ${sheetOf}`);
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
        assert.ok(await focused(page, (element, selector) => element.matches(selector), sheetOf), `focus returns to ${sheetOf}`);
      }
      for (const mode of ["receiving", "sweep", "history", "check"]) {
        await tabTo(page, `.modes [data-mode=${mode}]`);
        await page.keyboard.press("Enter");
        await page.locator(`main[data-mode=${mode}], .modes [data-mode=${mode}][aria-current]`).first().waitFor();
      }
    });
  });

  async function open(page, url) {
    await page.goto(url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
  }

  async function withApp(options, use) {
    const [server, browser] = await Promise.all([serveApp(demo), openChromium(options)]);
    try {
      await use(browser.page, server.url);
    } finally {
      await browser.close();
      await server.stop();
    }
  }
});

/** Presses Tab until an element is reached; each stop on the way must show that it has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const stop = await focused(page, (element, wanted) => ({
      reached: element.matches(wanted),
      nowhere: element === document.body,
      visible: getComputedStyle(element).outlineStyle !== "none" || getComputedStyle(element).boxShadow !== "none",
      name: `${element.localName}.${element.className}`,
    }), selector);
    if (!stop.nowhere) assert.ok(stop.visible, `${stop.name} does not show its focus`);
    if (stop.reached) return;
  }
  assert.fail(`Tab never reached ${selector}`);
}

/** Asks about the element that has the focus, in the shadow root if it is there. */
function focused(page, question, detail) {
  return page.evaluate(`((detail) => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return (${question})(element, detail);
  })(${JSON.stringify(detail)})`);
}

/** Runs in the page: what can be pressed and is too small for a glove; links within a sentence may be as high as the line. */
function smallTargets() {
  const small = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot !== null) visit(element.shadowRoot);
      if (!element.matches("button, select, summary, textarea, input:not([type=hidden])") || element.closest("p") !== null) continue;
      // A box that is hidden from eyes is pressed through its label.
      const target = element.matches(".visually-hidden, [type=checkbox]") ? element.closest("label") : element;
      const box = target?.getBoundingClientRect();
      if (box === undefined || box.width === 0 || target.checkVisibility?.({ visibilityProperty: true }) === false) continue;
      if (box.height < 47.5 || box.width < 47.5) small.push(`${element.localName}.${element.className} ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  };
  visit(document);
  return small;
}

/** Runs in the page, colours being forced: banners keep a border, and pressed buttons differ by more than their ground. */
function colourAlone() {
  const root = document.querySelector("udi-verify").shadowRoot;
  return [...root.querySelectorAll(".banner")].filter((banner) => parseFloat(getComputedStyle(banner).borderTopWidth) < 3).map((banner) => banner.className);
}
