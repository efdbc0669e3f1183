// Debian's Chromium, with a file as its camera.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { paths } from "./paths.mjs";

/** Why the browser tests cannot run here; `false` when they can. */
export const noChromium = existsSync(paths.chromium) ? false : "skipped: there is no Chromium on this machine";

const QUIET = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/**
 * `clip`: what the camera shows; without one, asking for the camera is denied. `flags`: more of Chromium's own.
 * `profile`: a folder that outlives the browser; without one, it starts with nothing and leaves nothing.
 */
export async function openChromium({ clip, flags = [], profile: kept, ...options } = {}) {
  const profile = kept ?? mkdtempSync(join(tmpdir(), "udi-verify-chromium-"));
  const camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${clip}`];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: paths.chromium,
    headless: true,
    viewport: { width: 390, height: 844 },
    ...(clip === undefined ? {} : { permissions: ["camera"] }),
    ...options,
    args: [...QUIET, ...flags, ...(clip === undefined ? [] : camera)],
  });
  context.setDefaultTimeout(30_000);
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      if (kept === undefined) rmSync(profile, { recursive: true, force: true });
    },
  };
}
