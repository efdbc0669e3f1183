/** The app's wiring: header, modes, the `<udi-verify>` element, sheets, offline. No rule about labels lives here. */
import { errorCode } from "udi-verify";
import { addLaterWords, chooseLanguage, listenForWedge, loadWords, type Words } from "udi-verify/element";
import "udi-verify/element/define";
import { WorkerVerifier } from "udi-verify/worker";

import { dataBadge } from "./recall-data/badge.ts";
import { forgetRoot, deployment, pinnedRoot, rootHasChanged } from "./recall-data/deployment.ts";
import { Synchronised } from "./recall-data/synchronised.ts";
import { Modes } from "./shell/modes.ts";
import { h, icon } from "./shell/dom.ts";
import "./shell/install.ts";
import { Notices } from "./shell/notices.ts";
import { keepOffline } from "./shell/offline.ts";
import { preferences } from "./shell/preferences.ts";
import { closeSheets } from "./shell/sheet.ts";

declare const __WASM_URL__: string;
declare const __WORKER_URL__: string;

/** Failures of a sync that a changed publisher explains. */
const DISTRUST = /signature|threshold|root|key/;
/** A clock this far behind the publisher's is wrong, not slow; milliseconds. */
const CLOCK_TOLERANCE = 86_400_000;

const element = document.createElement("udi-verify");
const top = h("header", { class: "top" });
const notices = new Notices();
const modes = new Modes(element, { say: (text) => notices.say("work", text), checkScanner: () => void speak().then(checkScanner) });
let data: Synchronised | undefined;
/** What is scanned while it is open is a try, not a label. Its `close` event comes too late to tell: scans are faster. */
let scannerCheck: HTMLDialogElement | undefined;

async function start(): Promise<void> {
  // Asking which cameras there are lets the browser make them ready, while the person still looks at the start.
  void navigator.mediaDevices?.enumerateDevices?.().catch(() => undefined);
  applyChoices();
  const words = await speak();
  draw(words);
  try {
    const verifier = await WorkerVerifier.load({
      trustRoot: await pinnedRoot(),
      database: deployment.database,
      workerUrl: __WORKER_URL__,
      wasmUrl: __WASM_URL__,
    });
    element.verifier = verifier;
    listenForWedge(({ text }) => void heard(text));
    data = new Synchronised(verifier, await verifier.state());
    data.addEventListener("change", () => void lookAtData());
    await modes.begin(verifier, words);
    draw(words);
    if (data.evicted) notices.say("evicted", words.text("data_evicted"));
    void lookAtData();
    data.syncUnasked();
  } catch (error) {
    drawFailure(errorCode(error), words);
  }
  void keepOffline({
    onReady: () => document.documentElement.setAttribute("data-offline", "ready"),
    onUpdate: (use) => void offerUpdate(use),
    onRefused: () => void speak().then((current) => notices.say("offline", current.text("offline_refused"))),
  });
}

function speak(): Promise<Words> {
  return loadWords(chooseLanguage([preferences().language ?? "", ...navigator.languages].filter((tag) => tag !== "")));
}

function draw(words: Words): void {
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  element.lang = words.language;
  notices.speak(words);
  const settings = h("button", { type: "button", class: "round", "data-action": "settings", "aria-label": words.text("settings"), onclick: () => void openSettings(words) },
    icon("settings"));
  top.replaceChildren(
    h("h1", {}, words.text("app_name")),
    data === undefined ? h("span", {}) : dataBadge(data, words, () => void openData(words)),
    settings);
  modes.speak(words);
  // Once in its place the element stays there: moving it would close its camera.
  if (!element.isConnected) document.body.replaceChildren(top, notices.node, modes.main, modes.navigation);
}

/** A hand scanner was heard: its answer must not stand behind something else. */
async function heard(text: string): Promise<void> {
  if (scannerCheck?.open) return;
  closeSheets();
  await modes.toScanning();
  await element.verify(text);
}

async function openData(words: Words): Promise<void> {
  const sheet = await part(words, () => import("./recall-data/data-sheet.ts"));
  if (data !== undefined) sheet?.openDataSheet(data, words);
}

async function openSettings(words: Words): Promise<void> {
  const sheet = await part(words, () => import("./shell/settings-sheet.ts"));
  sheet?.openSettings({ words, apply: applyChanged, checkScanner: () => void checkScanner(words) });
}

async function checkScanner(words: Words): Promise<void> {
  const sheet = await part(words, () => import("./scanner-check/scanner-sheet.ts"));
  scannerCheck = sheet?.openScannerCheck(words);
}

/** A part of the app that is loaded when it is first wanted. */
async function part<T>(words: Words, load: () => Promise<T>): Promise<T | undefined> {
  try {
    const [loaded] = await Promise.all([load(), addLaterWords(words)]);
    return loaded;
  } catch {
    notices.say("part", words.text("error_part"));
    return undefined;
  }
}

function drawFailure(code: string, words: Words): void {
  const known = words.has(`error_${code}`) ? `error_${code}` : "error_unexpected";
  modes.main.replaceChildren(
    h("section", { class: "failure", role: "alert" },
      icon("warning"),
      h("h2", {}, words.text("setup_failed_title")),
      h("p", {}, words.text(known, { code })),
      h("button", { type: "button", class: "primary", onclick: () => location.reload() }, icon("sync"), words.text("setup_retry"))));
}

/** Never in the middle of a session: the counting would go on in a page that is about to end. */
async function offerUpdate(use: () => void): Promise<void> {
  const words = await speak();
  if (await modes.isSessionOpen()) notices.say("update", words.text("update_waits"), { text: words.text("update_use_anyway"), run: use });
  else notices.say("update", words.text("update_ready"), { text: words.text("update_use"), run: use });
}

/** What the data's state asks a person to know or decide. */
async function lookAtData(): Promise<void> {
  const status = data?.status;
  if (status === undefined) return;
  const words = await speak();
  const { issued } = status.state;
  if (issued !== null && Date.parse(issued) - Date.now() > CLOCK_TOLERANCE) notices.say("clock", words.text("clock_wrong", { issued: issued.slice(0, 10) }));
  if (status.state.asOf.freshness !== "none") notices.drop("evicted");
  // A publisher that no longer matches the pin is refused; changing it is the person's decision.
  if (status.failure === undefined || !DISTRUST.test(status.failure) || !(await rootHasChanged())) return;
  notices.say("root", words.text("root_changed"), {
    text: words.text("root_start_over"), run: () => void forgetRoot().then(() => location.reload()),
  });
}

function applyChanged(): void {
  applyChoices();
  void speak().then(draw);
}

function applyChoices(): void {
  const { appearance, sound, vibration, flash } = preferences();
  document.documentElement.dataset["appearance"] = appearance;
  element.setAttribute("feedback", [sound && "sound", vibration && "vibration", flash && "flash"].filter(Boolean).join(" "));
}

void start();

