// A hand scanner that types: key events faster than the test's own protocol could send them, no field focused.

/** `separator`: what the scanner sends for FNC1; `suffix`: the key at the end, or null. */
export async function scanByHand(page, scan, { separator = { key: "]", ctrlKey: true }, suffix = "Enter" } = {}) {
  await page.evaluate(({ scan, separator, suffix }) => {
    for (const character of scan) {
      const key = character === "\u001d" ? separator : { key: character };
      if (key !== null) dispatchEvent(new KeyboardEvent("keydown", { ...key, cancelable: true }));
    }
    if (suffix !== null) dispatchEvent(new KeyboardEvent("keydown", { key: suffix, cancelable: true }));
  }, { scan, separator, suffix });
}
