// The app in Chromium with the demo's data, as most tests of it begin.
import { join } from "node:path";
import { after, before } from "node:test";

import { noChromium, openChromium } from "./chromium.mjs";
import { demoSet } from "./demo.mjs";
import { tool } from "./paths.mjs";
import { serveApp } from "./static.mjs";

/** Why tests of the app cannot run here; `false` when they can. */
export const cannotRun = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

/**
 * For a `describe` block: one server and one browser for all its tests, ended after them. `options` are those of
 * `openChromium`. `page` and `server` are there once the tests run.
 */
export function useApp(options = {}) {
  const demo = cannotRun ? undefined : demoSet();
  const label = (name) => demo.labels.find((candidate) => candidate.name === name);
  const app = {
    demo,
    page: undefined,
    server: undefined,
    label,
    scanOf: (name) => label(name).scan,
    imageOf: (name) => join(demo.folder, label(name).image),
    /** Opens the app anew; its recall data is then there. */
    async open() {
      await app.page.goto(app.server.url);
      await ready(app.page);
    },
  };
  let browser;
  before(async () => {
    [app.server, browser] = await Promise.all([serveApp(demo), openChromium(options)]);
    app.page = browser.page;
  });
  after(async () => {
    await browser?.close();
    await app.server?.stop();
  });
  return app;
}

/** The app has started and has its recall data. */
export function ready(page) {
  return page.locator(".badge[data-freshness=fresh]").waitFor();
}
