// What people do that nobody planned for: a book pasted, two codes pasted at once, the phone turned while it scans.
import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { showToCamera, useCanvasCamera } from "./support/canvas-camera.mjs";

describe("awkward input", { skip: cannotRun }, () => {
  const app = useApp();
  const { scanOf } = app;
  let page;

  before(() => (page = app.page));
  beforeEach(() => app.open());

  test("a book pasted into the page: said to be no label, no gap left in the words, and the next label is answered", async () => {
    await paste("x".repeat(3_000_000));
    await verdict("hold");
    await page.locator("ul.findings").waitFor();
    await page.waitForFunction(() => !document.querySelector("udi-verify").shadowRoot.querySelector("ul.findings li span").textContent.includes("message_too_long"));
    const text = await page.locator("article.verdict").innerText();
    assert.ok(!/[{}]/.test(text), text);
    assert.match(text, /longer than any code on a label/);
    await paste(scanOf("signed_clean"));
    await verdict("signed_no_recall");
  });

  test("a label's codes pasted a line each are one item; two labels pasted are two answers, the gravest first", async () => {
    await paste("(01)09501234567891\r\n(10)RC2201(17)281123(21)SN1\r\n");
    await verdict("recalled");
    await app.open();
    await paste(`${scanOf("signed_clean")}\n${scanOf("unsigned")}\n`);
    await verdict("signed_no_recall");
    await page.locator("udi-verify .others .one-line[data-headline=unsigned_no_recall]").waitFor();
    await app.open();
    await paste(`${scanOf("signed_clean")}\n${scanOf("recalled_by_lot")}\n`);
    await verdict("recalled");
    await page.locator("udi-verify .others .one-line[data-headline=signed_no_recall]").waitFor();
  });

  test("lines typed one under the other are read as those pasted", async () => {
    await page.locator("udi-verify .tool.type").click();
    await page.locator("udi-verify textarea").fill("(01)09501234567891\n(10)RC2201(17)281123(21)SN1");
    await page.locator("udi-verify .typed .primary").click();
    await verdict("recalled");
  });

  test("a phone turned while it scans goes on reading, and its verdict is in view both ways", async () => {
    await useCanvasCamera(page);
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    await page.evaluate(() => globalThis.canvasCamera.turn());
    await page.setViewportSize({ width: 844, height: 390 });
    await showToCamera(page, app.imageOf("recalled_by_lot"));
    await verdict("recalled");
    for (const size of [{ width: 844, height: 390 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(size);
      assert.ok(await page.locator(".banner .act").evaluate((act) => act.getBoundingClientRect().bottom <= act.closest(".result").getBoundingClientRect().bottom));
    }
  });

  function verdict(headline) {
    return page.locator(`article.verdict[data-headline=${headline}]`).waitFor();
  }

  function paste(text) {
    return page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }
});
