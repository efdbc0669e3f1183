// Every view of the app, and how a person gets there from the start. By class, not by words, so that it holds in every language.
import { join } from "node:path";

import { showToCamera, useCanvasCamera } from "./canvas-camera.mjs";
import { scanByHand } from "./hand-scanner.mjs";

/** Types a demo label's scan; the verdict is then on the screen. */
async function typed(page, demo, name) {
  const label = demo.labels.find((candidate) => candidate.name === name);
  await page.locator("udi-verify .tool.type").click();
  await page.locator("udi-verify textarea").fill(label.scan.replaceAll("\u001d", "<GS>"));
  await page.locator("udi-verify .typed .primary").click();
  await page.locator("article.verdict").waitFor();
}

const verdict = (name) => (page, demo) => typed(page, demo, name);

async function mode(page, name) {
  await page.locator(`.modes [data-mode=${name}]`).click();
  // A session may still be open from the view before.
  await page.locator(`.panel.${name} h2`).waitFor();
  if (await page.locator(".panel .actions").isVisible()) {
    await page.locator(".panel .actions .primary").click();
    // Only then does another session begin where this one was ended.
    await page.locator(".panel.ended").waitFor();
    await page.locator(".panel .actions button").last().click();
  }
}

function scanOf(demo, name) {
  return demo.labels.find((label) => label.name === name).scan;
}

async function counted(page, scan) {
  const before = await page.locator(".rows .check").count();
  await scanByHand(page, scan);
  await page.waitForFunction((count) => document.querySelectorAll(".rows .check").length > count, before);
}

const LIST = "di,quantity,name\n09501234567891,3,Balloon catheter 6F\n09501234000015,2,Infusion pump\n";

async function receive(page, demo) {
  await mode(page, "receiving");
  await page.locator("#expected-list").setInputFiles({ name: "delivery-4711.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await page.locator(".tile").first().waitFor();
  for (const name of ["signed_clean", "recalled_by_lot", "signed_clean", "expired"]) await counted(page, scanOf(demo, name));
}

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
    await page.locator(".modes [data-mode=history]").click();
    await page.locator("ul.history button").first().waitFor();
  },
  paused: async (page) => {
    await useCanvasCamera(page);
    await page.locator("udi-verify .scan").click();
    await page.locator("udi-verify[state=scanning]").waitFor();
    // A phone that takes the camera away: the track is ended, and says so.
    await page.evaluate(() => {
      const [track] = globalThis.canvasCamera.tracks;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await page.locator("udi-verify[state=paused]").waitFor();
  },
  scanning: async (page, demo) => {
    await useCanvasCamera(page, { capabilities: { torch: true, zoom: { min: 1, max: 4, step: 0.1 } } });
    await mode(page, "receiving");
    await page.locator("#expected-list").setInputFiles({ name: "delivery-4711.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
    await page.locator("udi-verify .scan").click();
    await showToCamera(page, join(demo.folder, demo.labels[0].image));
    await page.locator("udi-verify .outlines text").first().waitFor();
  },
  half: async (page) => {
    await scanByHand(page, "0109501101530003");
    await page.locator("button.second").waitFor();
  },
  receiving_start: (page) => mode(page, "receiving"),
  receiving: (page, demo) => receive(page, demo),
  received: async (page, demo) => {
    await receive(page, demo);
    await page.locator(".panel .actions .primary").click();
    await page.locator(".panel.ended").waitFor();
  },
  sweep_start: (page) => mode(page, "sweep"),
  sweep: async (page, demo) => {
    await mode(page, "sweep");
    await page.locator(".panel .primary").click();
    for (const name of ["unsigned", "expired", "recalled_by_lot", "unknown_key", "signed_clean"]) await counted(page, scanOf(demo, name));
  },
  scanner: async (page) => {
    await page.locator("[data-action=settings]").click();
    await page.locator("[data-action=scanner]").click();
    await page.locator(".test-code").waitFor();
  },
  scanner_trouble: async (page) => {
    await VIEWS.scanner(page);
    await scanByHand(page, "010950110153000310AaYyZz-_21QqWwMm/;", { suffix: null });
    await page.locator("[data-trouble]").first().waitFor();
  },
  data: async (page) => {
    await page.locator(".badge").click();
    await page.locator(".sheet .transfer .primary").waitFor();
  },
  settings: async (page) => {
    await page.locator("[data-action=settings]").click();
    await page.locator(".sheet").waitFor();
  },
};

/** Opens each view afresh and calls `look(name)`. */
export async function eachView(page, url, demo, look) {
  for (const [name, open] of Object.entries(VIEWS)) {
    await page.goto(url);
    await page.locator(".badge[data-freshness=fresh]").waitFor();
    // A session that a view before left open is taken up again by itself.
    await page.locator(".modes [data-mode=check]").click();
    await open(page, demo);
    await look(name);
  }
}
