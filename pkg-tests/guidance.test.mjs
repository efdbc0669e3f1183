// What the screen tells a person whose label cannot be read yet: too small, blurred, too dark; and that it is read once that is mended.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { makeClip } from "./support/clip.mjs";

/** Paper as cameras see it: white at its very limit would be a reflection. */
const PAPER = "lutyuv=y=val*0.85";
/** How the label lies before the camera, and what is then asked for. */
const HINDRANCES = [
  ["too far away", `${held("72:72")},${PAPER}`, "Move closer"],
  ["blurred", `${held("900:520")},gblur=sigma=14`, "Hold still"],
  ["faint in dim light", `${held("160:160")},format=gray,lutyuv=y=40+val*0.05,noise=alls=12:allf=u:all_seed=7`, "More light on the label"],
];

describe("guidance", { skip: cannotRun }, () => {
  const folder = mkdtempSync(join(tmpdir(), "udi-verify-guidance-"));
  const clip = join(folder, "camera.mjpeg");
  const app = useApp({ clip });
  let page;

  before(() => (page = app.page));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, filter, asked] of HINDRANCES) {
    test(`${what}: “${asked}”`, async () => {
      makeClip(app.imageOf("signed_clean"), clip, filter);
      await app.open();
      await page.locator("udi-verify .scan").click();
      await page.locator("udi-verify .hint", { hasText: asked }).waitFor();
      assert.equal(await page.locator("article.verdict").count(), 0, "nothing was read");
    });
  }

  test("the same label held as it should be is read", async () => {
    makeClip(app.imageOf("signed_clean"), clip);
    await app.open();
    await page.locator("udi-verify .scan").click();
    await page.locator("article.verdict[data-headline=signed_no_recall]").waitFor();
  });
});

/** The whole label on white paper, no larger than this. */
function held(size) {
  return `scale=${size}:force_original_aspect_ratio=decrease:flags=area,pad=1280:720:(ow-iw)/2:(oh-ih)/2:white`;
}
