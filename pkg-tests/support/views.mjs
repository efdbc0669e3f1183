// Every view of the app, and how a person gets there from the start. By class, not by words, so that it holds in every language.

/** Types a demo label's scan; the verdict is then on the screen. */
async function typed(page, demo, name) {
  const label = demo.labels.find((candidate) => candidate.name === name);
  await page.locator("udi-verify .tool.type").click();
  await page.locator("udi-verify textarea").fill(label.scan.replaceAll("\u001d", "<GS>"));
  await page.locator("udi-verify .typed .primary").click();
  await page.locator("article.verdict").waitFor();
}

const verdict = (name) => (page, demo) => typed(page, demo, name);

export const VIEWS = {
  start: async () => undefined,
  typing: (page) => page.locator("udi-verify .tool.type").click(),
  signed: verdict("signed_clean"),
  unsigned: verdict("unsigned"),
  recalled: verdict("recalled_by_lot"),
  altered: verdict("lot_altered"),
  expired: verdict("expired"),
  hold: verdict("unknown_key"),
  anatomy: async (page, demo) => {
    await typed(page, demo, "signed_clean");
    await page.locator("details.anatomy summary").click();
  },
  denied: async (page) => {
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify [role=alert] p").waitFor();
  },
  history: async (page, demo) => {
    await typed(page, demo, "signed_clean");
    await typed(page, demo, "recalled_by_lot");
    await page.locator("header.top > .round").first().click();
    await page.locator("ul.history button").first().waitFor();
  },
  data: (page) => page.locator(".badge").click(),
  settings: (page) => page.locator("header.top > .round").last().click(),
};

/** Opens each view afresh and calls `look(name)`. */
export async function eachView(page, url, demo, look) {
  for (const [name, open] of Object.entries(VIEWS)) {
    await page.goto(url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
    await open(page, demo);
    await look(name);
  }
}
