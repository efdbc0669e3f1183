// Receiving: counted against a list, taken up after a crash, taken back, written to files; storage that refuses.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";

const HIBC = "+A123BJC5D6E71G";

describe("receiving", { skip: cannotRun }, () => {
  const app = useApp();
  const { scanOf } = app;
  let page;

  before(() => (page = app.page));

  test("counts against a list: over, missing, not on the list, scanned twice, to look at", async () => {
    await startWithList("GTIN;Qty;Name\n9501234567891;2;Catheter\n09501234000015;3;Pump\n");
    await scan(scanOf("signed_clean"), "said_counted");
    await scan(scanOf("signed_clean"), "said_duplicate");
    await scan(scanOf("recalled_by_lot"), "said_counted");
    await scan(otherSerial("unsigned", "X1"), "said_over");
    await scan(HIBC, "said_unexpected");
    // Two to look at: the recalled one, and the HIBC code, which is half of a label.
    assert.deepEqual(await tiles(), { counted: "4of 5", exceptions: "2", over: "2", short: "3", duplicates: "1" });
    assert.equal(await page.locator(".line.over .figure").innerText(), "3 of 2");
  });

  test("a page that ends in the middle loses nothing", async () => {
    await page.goto("about:blank");
    await page.goto(app.server.url);
    await page.locator("main[data-mode=receiving] .tile").first().waitFor();
    assert.equal((await tiles()).counted, "4of 5");
  });

  test("the last scan is taken back", async () => {
    await page.locator(".undo").click();
    await page.locator(".said[data-code=said_undone]").waitFor();
    assert.equal((await tiles()).counted, "3of 5");
    await page.reload();
    await page.locator("main[data-mode=receiving] .tile").first().waitFor();
    assert.equal((await tiles()).counted, "3of 5");
    await scan(HIBC, "said_unexpected");
  });

  test("a second tab sees what the first one counts", async () => {
    const other = await page.context().newPage();
    await other.goto(app.server.url);
    await other.locator("main[data-mode=receiving] .tile").first().waitFor();
    await scan("0109501101530003" + "10ZZ9", "said_unexpected");
    await other.locator(".tile", { hasText: "5of 5" }).waitFor();
    await other.close();
  });

  test("the files: CSV harmless to spreadsheets, JSON with its digest, EPCIS of the GS1 items", async () => {
    assert.match(await page.locator(".line.open").first().innerText(), /not all there yet/);
    await page.locator(".panel .actions .primary").click();
    await page.locator(".panel.ended .line.open", { hasText: "missing" }).waitFor();
    const csv = await saved("CSV");
    const rows = csv.trim().split("\r\n");
    assert.equal(rows.length, 1 + 6);
    assert.ok(rows.some((row) => row.includes(`'${HIBC}`)), "a HIBC scan begins with a plus sign");
    assert.ok(!/(^|,)"?[=+\-@]/m.test(csv), "no cell begins like a formula");

    const json = JSON.parse(await saved("JSON"));
    await page.locator(".said", { hasText: "Saved: JSON." }).waitFor();
    assert.equal(createHash("sha256").update(JSON.stringify(json.scans)).digest("hex"), json.scansSha256);
    assert.equal(json.session.listName, "list.csv");

    const { epcisBody, schemaVersion } = JSON.parse(await saved("EPCIS"));
    await page.locator(".said[data-code=said_left_out]").waitFor();
    assert.match(await page.locator(".said").innerText(), /Left out: 1 of 6\b/, "the HIBC item has no form in EPCIS, and the person is told");
    assert.equal(schemaVersion, "2.0");
    assert.equal(epcisBody.eventList.length, 5);
    assert.ok(epcisBody.eventList.every(({ bizStep }) => bizStep === "receiving"));
    assert.ok(epcisBody.eventList.some(({ disposition, epcList }) => disposition === "recalled" && epcList[0].startsWith("https://id.gs1.org/01/09501234567891/21/")));
    assert.deepEqual(epcisBody.eventList.at(-1).quantityList, [{ epcClass: "https://id.gs1.org/01/09501101530003/10/ZZ9", quantity: 1 }]);
  });

  test("the report holds every line and prints", async () => {
    await page.evaluate(() => (globalThis.print = () => (globalThis.printed = document.querySelector(".report").innerText)));
    await page.emulateMedia({ media: "print" });
    await page.locator(".panel .actions .primary").evaluate((button) => button.click());
    await page.waitForFunction(() => globalThis.printed !== undefined);
    const text = await page.evaluate(() => globalThis.printed);
    await page.emulateMedia({ media: "screen" });
    for (const part of ["Catheter", "RC2201", "DEMO-0001", HIBC.slice(1, 9), "SHA-256"]) assert.ok(text.includes(part), part);
  });

  for (const [what, list, sentence] of [
    ["no column for the identifier", "name,qty\nCatheter,1\n", /no column for the device identifier/],
    ["a number a spreadsheet has rounded", "di,qty\n9.5E+12,1\n", /line 2 .* rounded/],
    ["a quantity that is none", "di,qty\n09501234567891,1\n09501234000015,many\n", /line 3 .* whole number/],
    ["nothing in it", "", /list is empty/],
    ["a mistyped number", "di,qty\n09501234567892,1\n", /line 2 .* last digit/],
    ["a workbook's bytes", Buffer.from("PK\u0003\u0004\u0014\0\u0006\0workbook", "latin1"), /workbook, not a list/],
  ]) {
    test(`a list with ${what} is refused with a sentence`, async () => {
      await newSession();
      await chooseList(list);
      await page.locator(".problem", { hasText: sentence }).waitFor();
    });
  }

  test("a list in UTF-16, as spreadsheets write “Unicode text”, is read", async () => {
    await newSession();
    await chooseList(Buffer.from("\ufeffGTIN\tMenge\tBezeichnung\r\n09501234567891\t2\tKanüle\r\n", "utf16le"));
    await page.locator(".line", { hasText: "Kanüle" }).waitFor();
    assert.equal((await tiles()).counted, "0of 2");
  });

  test("what expires first is listed first, whatever came first", async () => {
    await newSession();
    for (const expiry of ["290101", "280301", "281231", "270615"]) await scan(`]d20109501101530003` + `17${expiry}10LOT${expiry}`, "said_counted");
    const shown = await page.locator(".rows", { has: page.locator("h3", { hasText: "First to expire" }) }).locator(".check .code").allInnerTexts();
    assert.deepEqual(shown.map((text) => text.split(" · ")[1]), ["LOT270615", "LOT280301", "LOT281231"]);
  });

  test("what is no device is neither counted nor kept", async () => {
    await newSession();
    await scan("PATIENT JOHN DOE", "said_not_udi");
    assert.equal((await tiles()).counted, "0");
    assert.ok(!JSON.stringify(await stored("scans")).includes("JOHN"));
  });

  test("a store that refuses: counted, said, and stored with the next scan", async () => {
    await page.evaluate(() => {
      globalThis.realAdd = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await scan(scanOf("signed_clean"), "said_counted");
    await page.locator(".notice", { hasText: "counted but not stored" }).waitFor();
    assert.equal((await tiles()).counted, "1");
    await page.evaluate(() => (IDBObjectStore.prototype.add = globalThis.realAdd));
    await scan(scanOf("recalled_by_lot"), "said_counted");
    await page.reload();
    await page.locator("main[data-mode=receiving] .tile").first().waitFor();
    assert.equal((await tiles()).counted, "2");
  });

  test("before a session and after it there is nothing to scan for on the page, and a hand scanner begins one all the same", async () => {
    await newSession();
    const scanner = page.locator("udi-verify .scan");
    assert.equal(await scanner.isVisible(), false);
    await scan(scanOf("signed_clean"), "said_counted");
    assert.equal((await tiles()).counted, "1");
    await page.locator("udi-verify .one-line").waitFor();
    await page.locator(".panel .actions .primary").click();
    await page.locator(".panel.ended").waitFor();
    assert.equal(await page.locator("udi-verify").isVisible(), false);
  });

  test("before the camera each label is counted once, however long it is held", async () => {
    await newSession();
    await useCanvasCamera(page);
    await page.locator(".panel button").last().click();
    await page.locator("udi-verify .scan").click();
    const labels = ["signed_clean", "recalled_by_serial", "signed_day_00"];
    for (const [index, name] of labels.entries()) {
      await showToCamera(page, app.imageOf(name));
      await page.locator("[data-tile=counted]", { hasText: String(index + 1) }).waitFor();
      await page.waitForTimeout(700);
    }
    assert.equal((await tiles()).counted, String(labels.length));
    assert.equal(await page.evaluate(() => globalThis.canvasCamera.opened), 1, "the camera is asked for once");
  });

  async function startWithList(text) {
    await app.open();
    await page.locator(".modes [data-mode=receiving]").click();
    await chooseList(text);
    await page.locator(".tile").first().waitFor();
  }

  async function chooseList(text) {
    await page.locator("#expected-list").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  }

  /** Ends the session there may be, and stands before a new one. */
  async function newSession() {
    await app.open();
    await page.locator(".modes [data-mode=receiving]").click();
    await page.locator(".panel h2").waitFor();
    const finish = page.locator(".panel .actions .primary");
    if (await finish.isVisible()) await finish.click();
    const again = page.locator(".panel .actions button").last();
    if (await again.isVisible()) await again.click();
    await page.locator("#expected-list").waitFor({ state: "attached" });
  }

  async function scan(text, code) {
    await page.evaluate(() => document.querySelector(".said")?.removeAttribute("data-code"));
    await scanByHand(page, text);
    await page.locator(`.said[data-code=${code}]`).waitFor();
  }

  function otherSerial(name, serial) {
    return scanOf(name).replace(/21SN\w+/, `21${serial}`);
  }

  async function tiles() {
    return Object.fromEntries(await page.locator(".tile").evaluateAll((all) =>
      all.map((tile) => [tile.dataset.tile, tile.querySelector("dd").textContent])));
  }

  async function saved(name) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".panel .actions button", { hasText: name }).click()]);
    return readFileSync(await file.path(), "utf8");
  }

  function stored(store) {
    return page.evaluate((name) => new Promise((resolve) => {
      indexedDB.open("udi-verify-work").onsuccess = ({ target }) => {
        target.result.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result);
      };
    }), store);
  }
});
