/** Runs in the page: the first element with this selector, in the document or in an open shadow root below it. */
export function deepQuery(selector, root = document) {
  const found = root.querySelector(selector);
  if (found !== null) return found;
  for (const host of root.querySelectorAll("*")) {
    if (host.shadowRoot === null) continue;
    const inner = deepQuery(selector, host.shadowRoot);
    if (inner !== null) return inner;
  }
  return null;
}
