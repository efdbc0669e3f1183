// What the app's memory does while its camera runs: the page's own, and the core's in the worker.
import { join } from "node:path";

import { showToCamera, useCanvasCamera } from "./canvas-camera.mjs";
import { changeWorker } from "./fresh-page.mjs";

/** Before the worker's script: keeps the core's memory where it can be asked for its size. */
const KEEP_MEMORY = `
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      globalThis.coreMemory = (made.instance ?? made).exports.memory;
      return made;
    };
  }`;

/**
 * Opens the app at `url`, lets a sweep look at one label for `wanted` pictures, and gives by how many bytes the page's heap and the
 * core's memory have grown since the first ones, how large the core's is, and how often the label was counted. The
 * page's context must block service workers.
 */
export async function memoryOverPictures(page, url, demo, wanted) {
  await changeWorker(page, KEEP_MEMORY);
  await page.goto(url);
  await page.locator(".badge[data-freshness=fresh]").waitFor();
  await useCanvasCamera(page);
  await page.evaluate(() => {
    const Frame = globalThis.VideoFrame;
    globalThis.pictures = 0;
    globalThis.VideoFrame = class extends Frame {
      constructor(...given) {
        super(...given);
        globalThis.pictures++;
      }
    };
  });
  await page.locator(".modes [data-mode=sweep]").click();
  await page.locator(".panel .primary").click();
  await page.locator("udi-verify .scan").click();
  await showToCamera(page, join(demo.folder, demo.labels.find(({ name }) => name === "signed_clean").image));
  await page.locator(".rows .check").first().waitFor();
  const session = await page.context().newCDPSession(page);
  const [worker] = page.workers();
  const look = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return { page: (await session.send("Runtime.getHeapUsage")).usedSize, core: await worker.evaluate(() => globalThis.coreMemory.buffer.byteLength) };
  };
  const begun = await page.evaluate(() => globalThis.pictures);
  const before = await look();
  await page.waitForFunction((count) => globalThis.pictures > count, begun + wanted, { timeout: 300_000 });
  const after = await look();
  const counted = await page.locator("[data-tile=swept] dd").innerText();
  return { page: after.page - before.page, core: after.core - before.core, coreSize: after.core, counted: Number(counted) };
}
