// A hand scanner that types: key events faster than the test's own protocol could send them, no field focused.

/** `separator`: what the scanner sends for FNC1; `suffix`: the key at the end, or null; `click`: pressed just before, in the same task. */
export async function scanByHand(page, scan, { separator = { key: "]", ctrlKey: true }, suffix = "Enter", click = null } = {}) {
  await page.evaluate(({ scan, separator, suffix, click }) => {
    if (click !== null) document.querySelector(click).click();
    // Five milliseconds apart by their own clock, as a keyboard reports them, however busy the machine is.
    let time = performance.now();
    const press = (key) => {
      const event = new KeyboardEvent("keydown", { ...key, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: (time += 5) });
      dispatchEvent(event);
    };
    for (const character of scan) {
      const key = character === "\u001d" ? separator : { key: character };
      if (key !== null) press(key);
    }
    if (suffix !== null) press({ key: suffix });
  }, { scan, separator, suffix, click });
}
