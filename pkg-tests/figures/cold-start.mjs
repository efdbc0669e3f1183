// From asking for the page to a live camera: the app stored on the device, the browser itself started afresh each time.
import { openChromium } from "../support/chromium.mjs";
import { serveApp } from "../support/static.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs in the page first: taps Scan as soon as it can be tapped, notes when the camera's first picture is drawn. */
function tapAtOnce() {
  globalThis.live = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no picture of the camera after 30 seconds")), 30_000);
    const look = () => {
      const element = document.querySelector("udi-verify");
      const scan = element?.shadowRoot?.querySelector(".scan");
      if (!scan || element.getAttribute("state") !== "idle") return void requestAnimationFrame(look);
      scan.click();
      element.shadowRoot.querySelector("video").requestVideoFrameCallback(() => resolve(performance.now()));
    };
    requestAnimationFrame(look);
  });
}

/** Milliseconds of each start. */
export async function coldStarts(demo, clip, count) {
  const profile = mkdtempSync(join(tmpdir(), "udi-verify-cold-"));
  const server = await serveApp(demo);
  try {
    await inBrowser(async (page) => {
      await page.goto(server.url);
      await page.locator("html[data-offline=ready]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
    });
    const times = [];
    for (let start = 0; start < count; start++) {
      await inBrowser(async (page) => {
        await page.addInitScript(tapAtOnce);
        await page.goto(server.url, { waitUntil: "commit" });
        times.push(await page.evaluate(() => globalThis.live));
      });
    }
    return times;
  } finally {
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  }

  async function inBrowser(use) {
    const browser = await openChromium({ clip, profile });
    try {
      await use(browser.page);
    } finally {
      await browser.close();
    }
  }
}
