// `--lan`: the app over HTTPS, as a phone in the same network meets it.
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { makeClip } from "./support/clip.mjs";
import { demoSet } from "./support/demo.mjs";
import { tool } from "./support/paths.mjs";
import { serve } from "./support/serve.mjs";

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("the app in the local network", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "udi-verify-lan-"));
  const clip = join(folder, "camera.mjpeg");
  const demo = skip ? undefined : demoSet();
  const [label] = demo?.labels ?? [];
  let server;
  let authority;

  before(async () => {
    makeClip(join(demo.folder, label.image), clip);
    server = await serve(demo, ["--lan"]);
    // What a phone downloads before it trusts anything.
    authority = (await fetchTls(`${server.url}trial-authority.crt`, { rejectUnauthorized: false })).body;
  });

  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("who trusts the trial authority gets the app over a trusted connection", async () => {
    const { status, peer } = await fetchTls(server.url, { ca: authority });
    assert.equal(status, 200);
    const days = (new Date(peer.validTo) - Date.now()) / 86_400_000;
    assert.ok(days > 29 && days < 825, `${days} days`);
    assert.equal(new X509Certificate(authority).ca, true);
    assert.equal(peer.ca, false);
  });

  test("who only accepts the warning gets the verdict, and is told that nothing is stored", async () => {
    await inBrowser({ ignoreHTTPSErrors: true }, async (page) => {
      await page.getByText("does not let the app be stored here").waitFor();
      await scan(page);
    });
  });

  test("who trusts the certificate gets the verdict with the server gone", async () => {
    const { peer } = await fetchTls(server.url, { ca: authority });
    const spki = createHash("sha256").update(peer.publicKey.export({ type: "spki", format: "der" })).digest("base64");
    await inBrowser({ flags: [`--ignore-certificate-errors-spki-list=${spki}`] }, async (page) => {
      await page.locator("html[data-offline=ready]").waitFor();
      await page.locator(".badge[data-freshness=fresh]").waitFor();
      await server.stop();
      await page.reload();
      await scan(page);
    });
  });

  async function inBrowser(options, run) {
    const browser = await openChromium({ clip, ...options });
    try {
      await browser.page.goto(server.url);
      await run(browser.page);
    } finally {
      await browser.close();
    }
  }

  async function scan(page) {
    await page.getByRole("button", { name: "Scan a label" }).click();
    assert.equal(await page.locator("article.verdict").getAttribute("data-headline"), label.headline);
  }
});

/** `{ status, body, peer }` of a GET; a certificate that does not lead to `ca` is an error. */
function fetchTls(url, options) {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ...options, agent: false }, (answer) => {
      const peer = answer.socket.getPeerX509Certificate();
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(chunks), peer }));
    });
    request.on("error", reject);
  });
}
