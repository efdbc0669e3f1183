// A person's first visit in each of the three engines: every mode is found from the start by its words alone, and left again.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { demoSet } from "./support/demo.mjs";
import { ENGINES, until } from "./support/engines/index.mjs";
import { chooseFrom, headline, keepSavedFiles, pressWords, reads, savedFile, scannerSends } from "./support/in-page.mjs";
import { tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";

const noTool = tool === undefined && "skipped: build the udi tool first (cargo xtask build)";

for (const [name, { open, skip }] of Object.entries(ENGINES)) {
  describe(`a first visit in ${name}`, { skip: noTool || skip }, () => {
    const demo = noTool ? undefined : demoSet();
    const scanOf = (label) => demo.labels.find((candidate) => candidate.name === label).scan;
    let page;
    let server;

    before(async () => {
      [server, page] = await Promise.all([serveApp(demo), open()]);
      await page.goto(server.url);
      await until(page, () => document.querySelector("udi-verify")?.getAttribute("state") === "idle"
        && document.querySelector(".badge")?.dataset.freshness === "fresh");
      await page.run(keepSavedFiles);
    });
    after(async () => {
      await page?.close();
      await server?.stop();
    });

    test("one label: scan, photo and typing are offered; what is typed is answered, with its reasons below", async () => {
      await read("Scan a label");
      await read("Photo");
      await press("Type or paste");
      await page.run((text) => {
        document.querySelector("udi-verify").shadowRoot.querySelector("textarea").value = text;
      }, scanOf("recalled_by_lot").replaceAll("\u001d", "<GS>"));
      await press("Check it");
      assert.equal(await until(page, headline), "recalled");
      for (const words of ["Do not use", "Lot RC2201 is recalled", "Established", "Not established", "How old the recall data is"]) await read(words);
      await press("The code, character by character");
      await read("Scan the next one");
    });

    test("receiving: begun, counted, taken back, finished, saved in each form", async () => {
      await press("Receive");
      await read("Choose the expected list");
      await press("Start without a list");
      await scan("signed_clean", "Counted: 1");
      await scan("recalled_by_lot", "Counted: 2");
      await press("Undo last");
      await read("Taken back");
      await scan("recalled_by_lot", "Counted: 2");
      await press("Finish");
      for (const [form, holds] of [["CSV", "RC2201"], ["JSON", "scansSha256"], ["EPCIS", "epcisBody"]]) {
        await press(form);
        await read(`Saved: ${form}`);
        assert.ok((await saved()).includes(holds), form);
      }
      await read("Print report");
      await press("New session");
    });

    test("sweep: what is recalled or expired stands first, and all can be asked again", async () => {
      await press("Sweep");
      await press("Start the sweep");
      await scan("signed_clean", "No recall found");
      await scan("expired", "Stop: expired");
      await press("Finish");
      await press("Check all again");
      await read("All checked again");
      await press("New session");
    });

    test("history: what was done is found, narrowed, saved, and wiped", async () => {
      await press("History");
      await read("5 of 5 checks");
      await page.run(() => {
        const search = document.querySelector("input[type=search]");
        search.value = "rc2201";
        search.dispatchEvent(new Event("input"));
      });
      await read("2 of 5 checks");
      await until(page, chooseFrom, "Show", "clear");
      await read("0 of 5 checks");
      await until(page, chooseFrom, "Show", "stop");
      await press("CSV");
      assert.equal((await saved()).trim().split("\r\n").length, 3);
      await page.run(() => {
        globalThis.confirm = () => true;
      });
      await press("Wipe the history");
      await read("Nothing checked yet");
    });

    test("recall data: its age, a sync paused and gone on with, the way for devices without a network", async () => {
      const letGo = server.hold("/repository/");
      await press("Recall data");
      await press("Sync now");
      await press("Pause");
      await read("Paused after");
      await press("Go on");
      letGo();
      await read("Up to date");
      for (const words of ["This device last synced", "Save to a file", "Import from a file", "Sync by itself on Wi-Fi only"]) await read(words);
      await press("Close");
    });

    test("settings: another language and back; a hand scanner tried out, and its fault named", async () => {
      await press("Settings");
      await until(page, chooseFrom, "Language", "de");
      await until(page, () => document.documentElement.lang === "de");
      await page.run(() => document.querySelector("dialog[open]")?.close());
      await press("Einstellungen");
      await read("Sprache");
      await until(page, chooseFrom, "Sprache", "en");
      await until(page, () => document.documentElement.lang === "en");
      await page.run(() => document.querySelector("dialog[open]")?.close());
      await press("Settings");
      await press("Try out a hand scanner");
      await read("Waiting for the scanner");
      await page.run(scannerSends, "]d2010950110153000310AaZzYy-_21QqWwMm/;", { key: "F8" });
      await read("The separator gets lost");
      await press("Close");
      await press("Check");
      await read("Scan a label");
    });

    const press = (words) => until(page, pressWords, words);
    const read = (words) => until(page, reads, words);

    async function scan(label, answer) {
      await page.run(scannerSends, scanOf(label), { key: "F8" });
      await read(answer);
    }

    async function saved() {
      return Buffer.from((await until(page, savedFile)).split(",")[1], "base64").toString();
    }
  });
}
