/** The app's wiring: header with the age of the data, the `<udi-verify>` element, sheets, offline. No rule lives here. */
import { errorCode } from "udi-verify";
import { chooseLanguage, listenForWedge, loadWords, type Words } from "udi-verify/element";
import "udi-verify/element/define";
import { WorkerVerifier } from "udi-verify/worker";

import { dataBadge } from "./data-sheet.ts";
import { deployment, forgetRoot, pinnedRoot, rootHasChanged } from "./deployment.ts";
import { h, icon } from "./dom.ts";
import { openHistory } from "./history/history-sheet.ts";
import { keep, recordOf } from "./history/records.ts";
import { keepOffline } from "./offline.ts";
import { preferences } from "./preferences.ts";
import { openSettings } from "./settings-sheet.ts";
import { Synchronised } from "./synchronised.ts";

declare const __WASM_URL__: string;
declare const __WORKER_URL__: string;

/** Failures of a sync that a changed publisher explains. */
const DISTRUST = /signature|threshold|root|key/;

const element = document.createElement("udi-verify");
const top = h("header", { class: "top" });
const notices = h("div", { class: "notices", role: "status" });
let data: Synchronised | undefined;

async function start(): Promise<void> {
  applyAppearance();
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
    listenForWedge(({ text }) => void element.verify(text));
    data = new Synchronised(verifier, await verifier.state());
    data.addEventListener("change", () => void offerStartOver());
    draw(words);
    void data.sync();
  } catch (error) {
    drawFailure(errorCode(error), words);
  }
  void keepOffline({
    onReady: () => document.documentElement.setAttribute("data-offline", "ready"),
    onUpdate: (use) => void speak().then((current) => notify("update_ready", "update_use", use, current)),
    onRefused: () => void speak().then((current) => say(current.text("offline_refused"))),
  });
}

function speak(): Promise<Words> {
  return loadWords(chooseLanguage([preferences().language ?? "", ...navigator.languages].filter((tag) => tag !== "")));
}

function draw(words: Words): void {
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  element.lang = words.language;
  const settings = h("button", { type: "button", class: "round", "aria-label": words.text("settings"), onclick: () => openSettings(words, applyChoices) },
    icon("settings"));
  const history = h("button", { type: "button", class: "round", "aria-label": words.text("history"), onclick: () => void openHistory(words, ({ scan }) => void element.verify(scan)) },
    icon("history"));
  top.replaceChildren(
    h("h1", {}, words.text("app_name")),
    data === undefined ? h("span", {}) : dataBadge(data, words),
    history,
    settings);
  // Once in its place the element stays there: moving it would close its camera.
  if (!element.isConnected) document.body.replaceChildren(top, notices, h("main", {}, element));
}

function drawFailure(code: string, words: Words): void {
  const known = words.has(`error_${code}`) ? `error_${code}` : "error_unexpected";
  document.querySelector("main")?.replaceChildren(
    h("section", { class: "failure", role: "alert" },
      icon("warning"),
      h("h2", {}, words.text("setup_failed_title")),
      h("p", {}, words.text(known, { code })),
      h("button", { type: "button", class: "primary", onclick: () => location.reload() }, icon("sync"), words.text("setup_retry"))));
}

function say(text: string): void {
  notices.replaceChildren(h("div", { class: "notice" }, h("p", {}, text)));
}

function notify(text: string, action: string, run: () => void, words: Words): void {
  notices.replaceChildren(h("div", { class: "notice" },
    h("p", {}, words.text(text)),
    h("button", { type: "button", onclick: run }, words.text(action))));
}

/** A publisher that no longer matches the pin is refused; changing it is the person's decision. */
async function offerStartOver(): Promise<void> {
  const failure = data?.status.failure;
  if (failure === undefined || !DISTRUST.test(failure) || !(await rootHasChanged())) return;
  notify("root_changed", "root_start_over", () => void forgetRoot().then(() => location.reload()), await speak());
}

function applyChoices(): void {
  applyAppearance();
  void speak().then(draw);
}

function applyAppearance(): void {
  document.documentElement.dataset["appearance"] = preferences().appearance;
}

element.addEventListener("udi-verdict", ({ detail }) => {
  keep(recordOf(detail.verdict)).catch(() => void speak().then((words) => say(words.text("error_history"))));
});

void start();
