// The examples, started and used as their readme files say, with the packed package.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

import * as vite from "vite";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { makeClip } from "./support/clip.mjs";
import { demoSet } from "./support/demo.mjs";
import { installPacked } from "./support/packed.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveFolders } from "./support/static.mjs";

/** What docs/web.md asks of a page. */
const HEADERS = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'" };

describe("examples", { skip: tool === undefined && "skipped: build the udi tool first (cargo xtask build)" }, () => {
  const demo = tool === undefined ? undefined : demoSet();
  const packed = tool === undefined ? undefined : installPacked();
  const named = (name) => demo.labels.find((label) => label.name === name);
  const dist = () => join(packed.folder, "node_modules/udi-verify/dist/");
  const data = () => ({ "/repository/": `${demo.repository}/`, "/root.json": join(demo.folder, "root.json") });
  after(() => packed?.remove());

  test("node-service answers every demo label with its headline", async () => {
    await withService("node-service", [join(demo.folder, "root.json"), demo.repository], async (url) => {
      for (const { name, scan, headline } of demo.labels) {
        const response = await fetch(url, { method: "POST", body: scan });
        assert.equal((await response.json()).headline, headline, name);
      }
      const refused = await fetch(url, { method: "POST", body: "x".repeat(9000) });
      assert.equal((await refused.json()).code, "scan_too_long");
    });
  });

  describe("in a browser", { skip: noChromium }, () => {
    const folder = mkdtempSync(join(tmpdir(), "udi-verify-examples-"));
    const clip = join(folder, "camera.mjpeg");
    let browser;

    before(async () => {
      makeClip(join(demo.folder, named("recalled_by_lot").image), clip);
      browser = await openChromium({ clip });
    });

    after(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test("plain-html checks a typed scan and tells the page", async () => {
      await withPage({ "/": at("plain-html/"), "/udi-verify/": dist(), ...data() }, async (page) => {
        await typeScan(page, named("signed_clean"));
        await page.locator("#verdict", { hasText: "signed_no_recall" }).waitFor();
        // In a page that gives it no height the element keeps to its own, and scrolls within.
        const boxOf = (part) => page.locator(part).boundingBox();
        const [host, result, below] = [await boxOf("udi-verify"), await boxOf("udi-verify .result"), await boxOf("#verdict")];
        assert.ok(result.y + result.height <= host.y + host.height, "the result stays in the element");
        assert.ok(host.y + host.height <= below.y + 1, "the element does not lie over what follows it");
      });
    });

    for (const framework of ["react", "vue"]) {
      test(`${framework} builds, checks a typed scan and lists the verdict`, async () => {
        const root = join(packed.folder, framework);
        cpSync(at(framework), root, { recursive: true });
        for (const name of ["react", "react-dom", "vue", "@vitejs"]) link(name);
        await vite.build({ root, logLevel: "error" });
        await withPage({ "/": join(root, "dist/"), ...data() }, async (page) => {
          await typeScan(page, named("expired"));
          await page.locator("li", { hasText: `expired: ${"09501234567891"}` }).waitFor();
        });
      });
    }

    test("iframe: the camera works in the frame of another origin, and the verdict reaches the portal alone", async () => {
      await withFrame({}, async (page, frame) => {
        await frame.locator("udi-verify .scan").click();
        await page.locator("#device", { hasText: "recalled: 09501234567891" }).waitFor();
      });
    });

    test("iframe: where the portal forbids the camera, the frame says so", async () => {
      await withFrame({ "permissions-policy": "camera=()" }, async (page, frame) => {
        await frame.locator("udi-verify .scan").click();
        await frame.getByRole("alert").filter({ hasText: "Permissions-Policy" }).waitFor();
      });
    });

    test("erp-goods-in books what may be booked, and sets the rest aside", async () => {
      const orderFile = at("erp-goods-in/order.json");
      await withService("erp-goods-in", [join(demo.folder, "root.json"), demo.repository, orderFile], async (url) => {
        const { page } = browser;
        await page.goto(url);
        const scan = async (name, answer) => {
          await page.getByLabel("Scan a package").fill((named(name)?.scan ?? name).replaceAll("\u001d", "<GS>"));
          await page.keyboard.press("Enter");
          await page.locator("#answer", { hasText: answer }).waitFor();
        };
        await scan("signed_clean", "Booked: 09501234567891 · LT4107");
        await scan("recalled_by_lot", "Not booked: recalled");
        await scan("unsigned", "Not booked: scanned twice");
        await scan("expired", "Not booked: expired");
        await scan("0109504321000011", "Not booked: half a label");
        assert.deepEqual(await page.locator("#lines tr").first().locator("td").allInnerTexts(), ["09501234567891", "Balloon catheter 6F", "2", "1"]);
        assert.equal(await page.locator("#set-aside li").count(), 4);
      });
    });

    async function withPage(mounts, use) {
      const server = await serveFolders(mounts, HEADERS);
      try {
        await browser.page.goto(server.url);
        await use(browser.page);
      } finally {
        await server.stop();
      }
    }

    /** The portal and the scanner, each on an origin of its own. `headers` are the portal's. */
    async function withFrame(headers, use) {
      const [hostSettings, frameSettings] = ["host.json", "frame.json"].map((name) => join(folder, name));
      const host = await serveFolders({ "/": at("iframe/host/"), "/settings.json": hostSettings }, { "content-security-policy": "default-src 'self'; frame-src http:", ...headers });
      const hostOrigin = new URL(host.url).origin;
      const scanner = await serveFolders({ "/": at("iframe/frame/"), "/udi-verify/": dist(), "/settings.json": frameSettings, ...data() },
        { "content-security-policy": `${HEADERS["content-security-policy"]}; frame-ancestors ${hostOrigin}` });
      writeFileSync(hostSettings, JSON.stringify({ frame: scanner.url }));
      writeFileSync(frameSettings, JSON.stringify({ host: hostOrigin }));
      try {
        await browser.page.goto(host.url);
        await use(browser.page, browser.page.frameLocator("iframe"));
      } finally {
        await host.stop();
        await scanner.stop();
      }
    }
  });

  function at(name) {
    return join(paths.examples, name);
  }

  /** As `npm install` would put it beside the package; the copy of these tests is used. */
  function link(name) {
    const target = join(packed.folder, "node_modules", name);
    rmSync(target, { force: true, recursive: true });
    symlinkSync(paths.at(`pkg-tests/node_modules/${name}`), target, "dir");
  }

  async function typeScan(page, label) {
    await page.getByRole("button", { name: "Type or paste" }).click();
    await page.getByLabel("What the label says").fill(label.scan.replaceAll("\u001d", "<GS>"));
    await page.getByRole("button", { name: "Check it" }).click();
  }

  /** Starts the example's server.mjs with the packed package beside it. */
  async function withService(name, parameters, use) {
    const home = join(packed.folder, name);
    mkdirSync(home, { recursive: true });
    cpSync(at(name), home, { recursive: true });
    const service = spawn(process.execPath, ["server.mjs", ...parameters], {
      cwd: home, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = await once(createInterface(service.stdout), "line");
      await use(JSON.parse(line).url);
    } finally {
      service.kill();
    }
  }
});
