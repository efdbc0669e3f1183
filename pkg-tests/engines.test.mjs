// The main paths in each of the three engines: camera, photo, typed, hand scanner, sync, network gone, camera denied, update.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { cameraRefuses, cameraShows, chooseFile, headline, keepSavedFiles, savedFile, scannerSends } from "./support/in-page.mjs";
import { demoSet } from "./support/demo.mjs";
import { deepQuery } from "./support/engines/deep-query.mjs";
import { ENGINES, until } from "./support/engines/index.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const noTool = tool === undefined && "skipped: build the udi tool first (cargo xtask build)";

for (const [name, { open, skip }] of Object.entries(ENGINES)) {
  describe(`the app in ${name}`, { skip: noTool || skip }, () => {
    const demo = noTool ? undefined : demoSet();
    const site = mkdtempSync(join(tmpdir(), "udi-verify-site-"));
    let page;
    let server;

    before(async () => {
      cpSync(paths.site, site, { recursive: true });
      [server, page] = await Promise.all([serveApp(demo, {}, { site }), open()]);
      await page.goto(server.url);
    });

    after(async () => {
      await page?.close();
      await server?.stop();
      rmSync(site, { recursive: true, force: true });
    });

    test("starts under the strict policy, syncs, and stores itself for use without a network", async () => {
      await until(page, () => document.documentElement.dataset.offline === "ready");
      await ready();
    });

    test("camera: labels held before it give their verdicts", async () => {
      for (const label of ["signed_clean", "recalled_by_lot", "unsigned"].map(named)) await scan(label);
    });

    test("photo: a picture file gives its verdict", async () => {
      await fresh();
      await page.run(chooseFile, picture(named("lot_altered")), "label.png");
      assert.equal(await until(page, headline), named("lot_altered").headline);
    });

    test("typed: the printed text gives its verdict", async () => {
      await fresh();
      await typed(named("expired"));
    });

    test("a hand scanner that types is heard with no field in focus", async () => {
      const label = named("recalled_by_lot");
      await fresh();
      await page.run(scannerSends, label.scan, { key: "F8" });
      assert.equal(await until(page, headline), label.headline);
    });

    test("sync: asked for by hand, it ends with the data of today", async () => {
      await fresh();
      // Drawn anew whenever a sync moves on: a click at its place may meet none.
      await page.run(() => document.querySelector(".badge").click());
      await press(".transfer .primary");
      await until(page, () => {
        // A sync that the app began by itself just then has its pause where the start was: what was paused goes on.
        document.querySelector(".transfer[data-kind=sync-true] .primary")?.click();
        return document.querySelector(".transfer .status").textContent.includes("Up to date");
      });
    });

    test("receiving: counted, taken up after the page is opened anew, saved as a file", async () => {
      await fresh();
      await page.run(() => document.querySelector(".modes [data-mode=receiving]").click());
      await until(page, () => document.querySelector(".panel.receiving h2") !== null);
      await page.run(chooseFile, list("di,quantity\n09501234567891,2\n"), "list.csv", "#expected-list");
      await until(page, () => document.querySelector(".tile") !== null);
      for (const [count, name] of ["signed_clean", "recalled_by_lot"].entries()) {
        await page.run(scannerSends, named(name).scan, { key: "F8" });
        await until(page, counted, count + 1);
      }
      await page.reload();
      await until(page, counted, 2);
      await page.run(keepSavedFiles);
      await press(".panel .actions .primary");
      await until(page, () => [...document.querySelectorAll(".panel button")].some((button) => button.textContent.includes("CSV")));
      await page.run(() => [...document.querySelectorAll(".panel button")].find((button) => button.textContent.includes("CSV")).click());
      const csv = Buffer.from((await until(page, savedFile)).split(",")[1], "base64").toString();
      for (const part of ["LT4107", "RC2201", "recalled"]) assert.ok(csv.includes(part), csv);
      await page.run(() => document.querySelector(".modes [data-mode=check]").click());
    });

    test("import: the data saved to a file here is taken in from it", async () => {
      await fresh();
      await page.run(keepSavedFiles);
      // Drawn anew whenever a sync moves on: a click at its place may meet none.
      await page.run(() => document.querySelector(".badge").click());
      await until(page, () => document.querySelector("#repository-file ~ button") !== null);
      await page.run(() => document.querySelector("#repository-file ~ button").click());
      const file = await until(page, savedFile);
      await page.run(chooseFile, file.replace(/^data:[^;]*;/, "data:application/zip;"), "recall-data.zip", "#repository-file");
      await until(page, () => document.querySelector(".transfer .status").textContent.includes("Up to date"));
      await page.run(chooseFile, list("no data"), "other.zip", "#repository-file");
      await until(page, () => document.querySelector(".transfer .status").textContent.includes("holds no recall data"));
    });

    test("camera denied: a sentence says so, and typing works", async () => {
      await fresh();
      await page.run(cameraRefuses, "NotAllowedError");
      await press(".scan");
      assert.match(await until(page, () => document.querySelector("udi-verify").shadowRoot.querySelector("[role=alert]").innerText), /not allowed/);
      await typed(named("signed_clean"));
    });

    test("the network gone and the page opened anew: everything still works", async () => {
      server.hangUp();
      await assert.rejects(fetch(server.url));
      await fresh();
      for (const label of ["signed_clean", "recalled_by_lot"].map(named)) await scan(label);
      await typed(named("lot_altered"));
    });

    test("update: a new version waits until the person lets it in, then it runs", async () => {
      const worker = join(site, "service-worker.js");
      writeFileSync(join(site, "index.html"), readFileSync(join(site, "index.html"), "utf8").replace("<title>", "<title>New "));
      writeFileSync(worker, readFileSync(worker, "utf8").replace(/[0-9a-f]{12}(?=["`])/, (build) => build.replace(/./g, "0")));
      server.answerAgain();
      await fresh();
      const title = () => document.title;
      assert.ok(!(await page.run(title)).startsWith("New"), "the stored version is shown until it is replaced");
      await page.run(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()).then(() => true));
      await until(page, () => document.querySelector("[data-subject=update] button") !== null);
      await press("[data-subject=update] button");
      await until(page, () => document.title.startsWith("New")).catch(async (error) => {
        // The page that asked was replaced under the question.
        if (!(await page.run(title)).startsWith("New")) throw error;
      });
      await ready();
      await typed(named("signed_clean"));
    });

    const counted = (wanted) => Number(/\d+/.exec(document.querySelector("[data-tile=counted]")?.innerText ?? "")?.[0]) === wanted;
    const named = (wanted) => demo.labels.find((label) => label.name === wanted);
    const list = (text) => `data:text/csv;base64,${Buffer.from(text).toString("base64")}`;
    const picture = (label) => `data:image/png;base64,${readFileSync(join(demo.folder, label.image), "base64")}`;

    /** Presses what a selector finds, in shadow roots too, once it is there; again, if it was drawn anew under the finger. */
    async function press(selector, tries = 5) {
      await until(page, `(selector) => (${deepQuery})(selector) !== null`, selector);
      await page.click(selector).catch((error) => {
        if (tries === 1) throw error;
        return press(selector, tries - 1);
      });
    }

    async function ready() {
      await until(page, () => document.querySelector("udi-verify")?.getAttribute("state") === "idle"
        && document.querySelector(".badge")?.dataset.freshness === "fresh");
    }

    async function fresh() {
      await page.reload();
      await ready();
    }

    async function scan(label) {
      await fresh();
      await page.run(cameraShows, picture(label));
      await press(".scan");
      assert.equal(await until(page, headline), label.headline, label.name);
    }

    async function typed(label) {
      await page.run((text) => {
        const root = document.querySelector("udi-verify").shadowRoot;
        root.querySelector("article.verdict")?.remove();
        root.querySelector("button.type").click();
        root.querySelector("textarea").value = text;
      }, label.scan.replaceAll("\u001d", "<GS>"));
      await press(".typed .primary");
      assert.equal(await until(page, headline), label.headline, label.name);
    }
  });
}
