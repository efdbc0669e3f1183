// Everything the app leans on is broken once; each time a sentence says what happened, and the rest still works.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { chooseFile, shelfCode } from "./support/in-page.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

/** Runs in the page first: the camera fails with a `DOMException` of this name. */
function cameraFailsWith(name) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("broken for a test", name));
}

const CAMERA_FAILURES = [
  ["denied", "NotAllowedError", /not allowed for this page/],
  ["absent", "NotFoundError", /No camera was found/],
  ["in use", "NotReadableError", /Another app is using the camera/],
  ["failing in another way", "UnknownError", /camera did not start/],
];

describe("when something is missing", { skip }, () => {
  const demo = skip ? undefined : demoSet();
  let browser;

  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const [what, name, sentence] of CAMERA_FAILURES) {
    test(`camera ${what}: a sentence says so, and typing works`, async () => {
      await withApp({}, async (page, url) => {
        await page.addInitScript(cameraFailsWith, name);
        await page.goto(url);
        await page.getByRole("button", { name: "Scan a label" }).click();
        await page.getByRole("alert").filter({ hasText: sentence }).waitFor();
        await typedVerdict(page);
      });
    });
  }

  test("a browser that gives pages no camera: the sentence says so, and typing works", async () => {
    await withApp({}, async (page, url) => {
      await page.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
      await page.goto(url);
      await page.getByRole("button", { name: "Scan a label" }).click();
      await page.getByRole("alert").filter({ hasText: "gives pages no camera" }).waitFor();
      await typedVerdict(page);
    });
  });

  test("the page's policy forbids the camera: the sentence names the policy", async () => {
    await withApp({ "permissions-policy": "camera=()" }, async (page, url) => {
      await page.goto(url);
      await page.getByRole("button", { name: "Scan a label" }).click();
      await page.getByRole("alert").filter({ hasText: "Permissions-Policy" }).waitFor();
    });
  });

  test("an insecure page: the sentence asks for https", async () => {
    await withApp({}, async (page, url) => {
      await page.addInitScript(() => Object.defineProperty(globalThis, "isSecureContext", { value: false }));
      await page.goto(url);
      await page.getByRole("button", { name: "Scan a label" }).click();
      await page.getByRole("alert").filter({ hasText: "https://" }).waitFor();
    });
  });

  test("a header that forbids wasm: the sentence names the directive", async () => {
    await withApp({ "content-security-policy": "script-src 'self'" }, async (page, url) => {
      await page.goto(url);
      await page.getByRole("alert").filter({ hasText: "wasm-unsafe-eval" }).waitFor();
    });
  });

  test("no recall data: nothing gets an all-clear, and the badge says why", async () => {
    await withApp({}, async (page, url) => {
      await page.route("**/repository/**", (route) => route.abort());
      await page.goto(url);
      await page.locator(".badge[data-freshness=none]").waitFor();
      const headline = await typedVerdict(page);
      assert.ok(!["signed_no_recall", "unsigned_no_recall"].includes(headline), headline);
    });
  });

  test("a file that is no picture, and a picture without a code", async () => {
    await withApp({}, async (page, url) => {
      await page.goto(url);
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.locator("input[type=file]").setInputFiles(join(demo.folder, "labels.json"));
      await page.getByRole("alert").filter({ hasText: "not a picture" }).waitFor();
      await page.locator("input[type=file]").setInputFiles({ name: "blank.png", mimeType: "image/png", buffer: BLANK });
      await page.getByRole("alert").filter({ hasText: "No code could be read" }).waitFor();
    });
  });

  test("a picture whose code is no UDI: the sentence asks for the UDI", async () => {
    await withApp({}, async (page, url) => {
      await page.goto(url);
      await page.locator("udi-verify[state=idle]").waitFor();
      await page.evaluate(`(${chooseFile})(${JSON.stringify(await page.evaluate(shelfCode))}, "shelf.png")`);
      await page.getByRole("alert").filter({ hasText: "is not a UDI" }).waitFor();
    });
  });

  async function typedVerdict(page) {
    const [label] = demo.labels;
    await page.getByRole("button", { name: "Type or paste" }).click();
    await page.getByLabel("What the label says").fill(label.scan.replaceAll("\u001d", "<GS>"));
    await page.getByRole("button", { name: "Check it" }).click();
    return page.locator("article.verdict").getAttribute("data-headline");
  }

  /** A page of its own, at an address of its own: nothing is stored for it. */
  async function withApp(headers, run) {
    const [server, page] = await Promise.all([serveApp(demo, headers), browser.context.newPage()]);
    try {
      await run(page, server.url);
    } finally {
      await page.close();
      await server.stop();
    }
  }
});

/** One white pixel. */
const BLANK = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=", "base64");
