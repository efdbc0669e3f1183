// Writes every view as a PNG into target/screens, and sheets with all views of a kind side by side:
// `node screens.mjs [LANGUAGE…]`. Each view is opened once a language and shown on every screen, as a turned phone would.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { LANGUAGES } from "./support/languages.mjs";
import { paths } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";
import { eachView, VIEWS } from "./support/views.mjs";

/** `long` shows in one picture what a person scrolls to. */
const SCREENS = {
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 568 },
  landscape: { width: 844, height: 390 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1280, height: 800 },
  long: { width: 390, height: 2200 },
};
const SCHEMES = ["light", "dark"];
/** The letters of most phones. `system-ui` gives a phone's own; what a machine without a screen has for it, nobody has before him. */
const PHONE_FONT = "Roboto";
const PHONE_FONT_FILES = "/usr/share/fonts/truetype/roboto";
/** A sheet's picture is this wide, in pixels. */
const THUMBNAIL = { phone: 300, small: 300, landscape: 560, tablet: 400, desktop: 620, long: 300 };
const SHEET_WIDTH = 1900;

const asked = process.argv.slice(2);
const languages = asked.length === 0 ? LANGUAGES : asked;
const demo = demoSet();
const server = await serveApp(demo);
const fonts = mkdtempSync(join(tmpdir(), "udi-verify-fonts-"));
let count = 0;
for (const language of languages) {
  const browser = await openChromium({ locale: language, env: { ...process.env, ...fontsOfPhones() } });
  try {
    count += await photograph(browser.page, language);
  } finally {
    await browser.close();
  }
}
await server.stop();
rmSync(fonts, { recursive: true });
console.log(`${count} pictures in ${paths.screens}`);

/** The environment that gives Chromium a phone's letters for `system-ui`; nothing where they are not installed. */
function fontsOfPhones() {
  if (!existsSync(PHONE_FONT_FILES)) return {};
  const file = join(fonts, "fonts.conf");
  const prefer = (family) => `<match target="pattern"><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>${PHONE_FONT}</string></edit></match>`;
  writeFileSync(file, `<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include>${["system-ui", "sans-serif", "sans"].map(prefer).join("")}</fontconfig>`);
  return { FONTCONFIG_FILE: file };
}

async function photograph(page, language) {
  const folder = join(paths.screens, language);
  mkdirSync(folder, { recursive: true });
  await eachView(page, server.url, demo, async (name) => {
    // What has just come is drawn first.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`) });
      }
    }
    await page.setViewportSize(SCREENS.phone);
  });
  for (const screen of Object.keys(SCREENS)) {
    for (const scheme of SCHEMES) await sheet(page, folder, screen, scheme);
  }
  return Object.keys(VIEWS).length * Object.keys(SCREENS).length * SCHEMES.length;
}

async function sheet(page, folder, screen, scheme) {
  const figures = Object.keys(VIEWS).map((name) => {
    const bytes = readFileSync(join(folder, `${name}-${screen}-${scheme}.png`));
    return `<figure><img width="${THUMBNAIL[screen]}" src="data:image/png;base64,${bytes.toString("base64")}"><figcaption>${name}</figcaption></figure>`;
  });
  await page.goto("about:blank");
  await page.setViewportSize({ width: SHEET_WIDTH, height: 1000 });
  await page.setContent(`<style>body{display:flex;flex-wrap:wrap;gap:12px;margin:12px;font:14px sans-serif;background:#888}figure{margin:0}</style>${figures.join("")}`);
  writeFileSync(join(folder, `sheet-${screen}-${scheme}.png`), await page.screenshot({ fullPage: true }));
}
