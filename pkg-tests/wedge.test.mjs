// A hand scanner that types: its key events, no field focused, the separator as scanners send it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { cannotRun, useApp } from "./support/app.mjs";
import { scannerSends } from "./support/in-page.mjs";

describe("a hand scanner", { skip: cannotRun }, () => {
  const app = useApp();
  beforeEach(() => app.open());

  for (const [name, separator] of [["Ctrl+]", { key: "]", ctrlKey: true }], ["F8", { key: "F8" }]]) {
    test(`sending the separator as ${name} gives the label's verdict`, async () => {
      const label = app.label("recalled_by_lot");
      await app.page.evaluate(`(${scannerSends})(...${JSON.stringify([label.scan, separator])})`);
      assert.equal(await app.page.locator("article.verdict").getAttribute("data-headline"), label.headline);
    });

    test(`into the field for typing, the separator as ${name}: nothing of it is lost`, async () => {
      const { page } = app;
      const label = app.label("recalled_by_lot");
      await page.locator("udi-verify .tool.type").click();
      for (const [index, part] of label.scan.split("\u001d").entries()) {
        if (index > 0) await page.keyboard.press(name === "F8" ? "F8" : "Control+]");
        await page.keyboard.type(part);
      }
      await page.keyboard.press("Enter");
      await page.locator(`article.verdict[data-headline=${label.headline}]`).waitFor();
      await page.locator("details.anatomy summary").click();
      assert.equal(await page.locator(".anatomy .raw .control").count(), label.scan.split("\u001d").length - 1);
    });
  }

  test("sending the separator as Alt+029 on the number pad gives the label's verdict", async () => {
    const label = app.label("recalled_by_lot");
    await app.page.evaluate((scan) => {
      let time = performance.now();
      const press = (type, key) => {
        const event = new KeyboardEvent(type, { ...key, cancelable: true });
        Object.defineProperty(event, "timeStamp", { value: (time += 3) });
        dispatchEvent(event);
      };
      for (const key of scan) {
        if (key !== "\u001d") {
          press("keydown", { key });
          continue;
        }
        for (const digit of "029") press("keydown", { key: digit, altKey: true });
        press("keyup", { key: "Alt" });
      }
      press("keydown", { key: "Enter" });
    }, label.scan);
    await app.page.locator(`article.verdict[data-headline=${label.headline}]`).waitFor();
  });

  test("neither presses the button in focus nor calls the browser's shortcuts; what a person types is no scan", async () => {
    const { page } = app;
    await page.locator(".modes [data-mode=history]").focus();
    const heard = await page.evaluate(({ scan }) => {
      const left = [];
      addEventListener("keydown", ({ key, defaultPrevented }) => !defaultPrevented && left.push(key));
      let time = performance.now();
      const press = (key, pause) => {
        const event = new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true });
        Object.defineProperty(event, "timeStamp", { value: (time += pause) });
        document.activeElement.dispatchEvent(event);
      };
      for (const key of "slowly by hand") press({ key }, 120);
      const byHand = left.splice(0).length;
      time += 1000;
      for (const key of scan) press(key === "\u001d" ? { key: "F8" } : { key }, 5);
      press({ key: "Enter" }, 5);
      return { byHand, left };
    }, app.label("expired"));
    assert.equal(heard.byHand, "slowly by hand".length, "a person's keys are the page's");
    assert.deepEqual(heard.left, [app.label("expired").scan[0]], "of a scan the page hears its first key alone");
    await page.locator("article.verdict[data-headline=expired]").waitFor();
    assert.equal(await page.locator("main").getAttribute("data-mode"), "check");
  });
});
