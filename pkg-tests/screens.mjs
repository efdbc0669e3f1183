// Writes every view as a PNG into target/screens, light and dark, phone and desktop: `node screens.mjs`.
import { mkdirSync } from "node:fs";

import { openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { paths } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";
import { eachView, VIEWS } from "./support/views.mjs";

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

mkdirSync(paths.screens, { recursive: true });
const demo = demoSet();
const server = await serveApp(demo);
const browser = await openChromium();
const { page } = browser;
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await eachView(page, server.url, demo, (name) => page.screenshot({ path: `${paths.screens}/${name}-${size}-${colorScheme}.png` }));
  }
}
await browser.close();
await server.stop();
console.log(`${Object.keys(VIEWS).length * 4} pictures in ${paths.screens}`);
