// The page's memory and the core's while the camera runs.
import { openChromium } from "../support/chromium.mjs";
import { memoryOverPictures } from "../support/memory.mjs";
import { serveApp } from "../support/static.mjs";

export async function memory(demo, pictures) {
  const [server, browser] = await Promise.all([serveApp(demo), openChromium({ serviceWorkers: "block" })]);
  try {
    return await memoryOverPictures(browser.page, server.url, demo, pictures);
  } finally {
    await browser.close();
    await server.stop();
  }
}
