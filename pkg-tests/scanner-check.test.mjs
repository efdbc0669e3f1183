// Trying out a hand scanner: what each wrong setting is named, and that the try is not taken for a label.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { scanByHand } from "./support/hand-scanner.mjs";

const CONTENT = "010950110153000310AaZzYy-_\u001d21QqWwMm/;";
const swapCase = (text) => text.replace(/[a-z]/gi, (letter) => (/[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase()));
/** What the keys of a US keyboard write on another one. */
const onKeyboard = (pairs) => (text) => [...text].map((character) => pairs[character] ?? character).join("");
const german = onKeyboard({ y: "z", z: "y", Y: "Z", Z: "Y", "-": "ß", _: "?", "/": "-", ";": "ö" });
const french = onKeyboard({ a: "q", q: "a", A: "Q", Q: "A", z: "w", w: "z", Z: "W", W: "Z", m: ",", M: "?", "-": ")", _: "°", "/": "!", ";": "m" });

describe("trying out a hand scanner", { skip: cannotRun }, () => {
  const app = useApp();
  let page;

  before(async () => {
    page = app.page;
    await app.open();
    await page.locator("[data-action=settings]").click();
    await page.locator("[data-action=scanner]").click();
    await page.locator(".test-code").waitFor();
  });

  for (const [what, sent, options, troubles] of [
    ["everything as it should be", `]d2${CONTENT}`, {}, []],
    ["no identifier and no Enter", CONTENT, { suffix: null }, ["suffix_missing", "identifier_missing"]],
    ["the separator lost", `]d2${CONTENT}`, { separator: null }, ["separator_lost"]],
    ["the separator written out", `]d2${CONTENT.replace("\u001d", "<GS>")}`, {}, ["separator_changed"]],
    ["caps lock", `]D2${swapCase(CONTENT)}`, {}, ["caps_lock"]],
    ["a German keyboard", `]d2${german(CONTENT)}`, {}, ["layout_german"]],
    ["a French keyboard", `]d2${french(CONTENT)}`, {}, ["layout_french"]],
    ["a German keyboard, and the separator lost", german(CONTENT), { separator: null, suffix: "Tab" }, ["separator_lost", "layout_german", "identifier_missing"]],
    ["one character changed", `]d2${CONTENT.replace("_", "'")}`, {}, ["layout_other"]],
    ["another code", "0109501234567891", {}, ["other_code"]],
  ]) {
    test(`${what}: ${troubles.join(", ") || "nothing is found"}`, async () => {
      await page.evaluate(() => document.querySelector(".diagnosis").replaceChildren());
      await scanByHand(page, sent, options);
      await page.locator(".diagnosis h3").waitFor();
      const found = await page.locator("[data-trouble]").evaluateAll((all) => all.map(({ dataset }) => dataset.trouble));
      assert.deepEqual(found, troubles);
    });
  }

  test("the set-up sheet is printed with the code", async () => {
    await page.evaluate(() => (globalThis.print = () => (globalThis.printed = document.querySelector(".paper").innerHTML)));
    await page.locator(".sheet > .wide").click();
    await page.waitForFunction(() => globalThis.printed !== undefined);
    const sheet = await page.evaluate(() => globalThis.printed);
    assert.ok(sheet.includes("ASCII 29") && sheet.includes("test-code"));
  });

  test("the code in the picture is the one that is expected", async () => {
    const read = await page.evaluate(async () => {
      const image = document.querySelector(".test-code");
      await image.decode();
      const canvas = new OffscreenCanvas(640, 640);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, 640, 640);
      const { data } = context.getImageData(0, 0, 640, 640);
      const { symbols } = await document.querySelector("udi-verify").verifier.check({ data, width: 640, height: 640 });
      return symbols.map(({ symbologyIdentifier, text }) => symbologyIdentifier + text);
    });
    assert.deepEqual(read, [`]d2${CONTENT}`]);
  });

  test("afterwards a scan is a label's again", async () => {
    assert.equal(await page.locator("article.verdict").count(), 0);
    await scanByHand(page, "0109501234567891", { click: ".sheet header button" });
    await page.locator("article.verdict").waitFor();
  });
});
