// The examples, started and used as their readme files say, with the packed package.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { installPacked } from "./support/packed.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveFolders } from "./support/static.mjs";

describe("examples", { skip: tool === undefined && "skipped: build the udi tool first (cargo xtask build)" }, () => {
  const demo = tool === undefined ? undefined : demoSet();
  const packed = tool === undefined ? undefined : installPacked();
  after(() => packed?.remove());

  test("node-service answers every demo label with its headline", async () => {
    copyFileSync(join(paths.examples, "node-service/server.mjs"), join(packed.folder, "server.mjs"));
    const service = spawn(process.execPath, ["server.mjs", join(demo.folder, "root.json"), demo.repository], {
      cwd: packed.folder, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = await once(createInterface(service.stdout), "line");
      const { url } = JSON.parse(line);
      for (const { name, scan, headline } of demo.labels) {
        const response = await fetch(url, { method: "POST", body: scan });
        assert.equal((await response.json()).headline, headline, name);
      }
      const refused = await fetch(url, { method: "POST", body: "x".repeat(9000) });
      assert.equal((await refused.json()).code, "scan_too_long");
    } finally {
      service.kill();
    }
  });

  test("plain-html checks a typed scan and tells the page", { skip: noChromium }, async () => {
    const server = await serveFolders({
      "/": join(paths.examples, "plain-html/"),
      "/udi-verify/": join(packed.folder, "node_modules/udi-verify/dist/"),
      "/repository/": demo.repository,
      "/root.json": join(demo.folder, "root.json"),
    });
    const browser = await openChromium();
    try {
      const [label] = demo.labels;
      await browser.page.goto(server.url, { waitUntil: "commit" });
      await browser.page.getByRole("button", { name: "Type or paste" }).click();
      await browser.page.getByLabel("What the label says").fill(label.scan.replaceAll("\u001d", "<GS>"));
      await browser.page.getByRole("button", { name: "Check it" }).click();
      await browser.page.locator("#verdict", { hasText: label.headline }).waitFor();
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
