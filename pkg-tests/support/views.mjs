// Every view of the app, and how a person gets there from the start.

/** Types a demo label's scan; the verdict is then on the screen. */
async function typed(page, demo, name) {
  const label = demo.labels.find((candidate) => candidate.name === name);
  await page.getByRole("button", { name: "Type or paste" }).click();
  await page.getByLabel("What the label says").fill(label.scan.replaceAll("\u001d", "<GS>"));
  await page.getByRole("button", { name: "Check it" }).click();
  await page.locator("article.verdict").waitFor();
}

const verdict = (name) => (page, demo) => typed(page, demo, name);

export const VIEWS = {
  start: async () => undefined,
  typing: (page) => page.getByRole("button", { name: "Type or paste" }).click(),
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
  history: async (page, demo) => {
    await typed(page, demo, "signed_clean");
    await typed(page, demo, "recalled_by_lot");
    await page.getByRole("button", { name: "History" }).click();
    await page.locator("ul.history button").first().waitFor();
  },
  data: (page) => page.locator(".badge").click(),
  settings: (page) => page.getByRole("button", { name: "Settings" }).click(),
};
