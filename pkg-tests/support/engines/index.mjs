// The three browser engines behind one small interface, so that a test is written once:
// `open()` gives `{ goto(url), reload(), run(function, ...arguments), click(selector), press(...keys), close() }`.
// Selectors find elements in open shadow roots too; `run` waits for promises and passes JSON both ways.
import { existsSync } from "node:fs";

import { noChromium } from "../chromium.mjs";
import { openChromiumPage } from "./chromium.mjs";
import { FIREFOX, openFirefox } from "./firefox.mjs";
import { MINI_BROWSER, openWebKit, WEBKIT_DRIVER } from "./webkit.mjs";

/** Name → how it is opened, and why it cannot be (`false` when it can). */
export const ENGINES = {
  Chromium: { open: openChromiumPage, skip: noChromium },
  Firefox: { open: openFirefox, skip: !existsSync(FIREFOX) && "skipped: there is no Firefox ESR on this machine" },
  WebKitGTK: {
    open: openWebKit,
    skip: ![WEBKIT_DRIVER, MINI_BROWSER].every((file) => existsSync(file)) && "skipped: there is no WebKitWebDriver on this machine",
  },
};

/** Long enough for a loaded machine; no test passes or fails by being slow below it. */
const PATIENCE = 120_000;

/** Waits until a function in the page gives something true, and gives it. */
export async function until(page, question, ...details) {
  const end = Date.now() + PATIENCE;
  let answer;
  while (!(answer = await page.run(question, ...details))) {
    if (Date.now() > end) throw new Error(`never came true: ${question} (${details.join(", ")})`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return answer;
}
