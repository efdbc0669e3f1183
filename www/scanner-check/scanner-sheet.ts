/** The page that tries out a hand scanner with a code of known content, and the set-up sheet for the wall. */
import { listenForWedge, type Words } from "udi-verify/element";

import { h, icon, present } from "../shell/dom.ts";
import { printed } from "../shell/printing.ts";
import { sheet } from "../shell/sheet.ts";
import { diagnose, type Received, type Trouble } from "./diagnosis.ts";
import testCode from "./test-code.svg";

/** What a scanner must be set to, in the order in which it goes wrong. */
const SETTINGS = ["separator", "layout", "caps", "suffix", "identifier"];

/** While the dialog is open, what is scanned is meant for it and is not to be checked as a label. */
export function openScannerCheck(words: Words): HTMLDialogElement {
  const answer = h("div", { class: "diagnosis", role: "status" }, h("p", { class: "quiet" }, words.text("scanner_waiting")));
  const dialog = sheet(words.text("scanner_check"), words,
    h("p", {}, words.text("scanner_how")),
    testPicture(words),
    answer,
    h("button", { type: "button", class: "wide", onclick: () => void printed(setUpSheet(words)) }, icon("print"), words.text("scanner_print")));
  const ignore = listenForWedge((scan) => answer.replaceChildren(...described(scan, words)));
  dialog.addEventListener("close", ignore);
  // No field has the focus: the keys of the scanner go to the page.
  dialog.querySelector<HTMLElement>("h2")?.focus();
  return dialog;
}

function described(scan: Received, words: Words): HTMLElement[] {
  const troubles = diagnose(scan);
  const grave = troubles.filter((trouble) => trouble !== "identifier_missing" && trouble !== "suffix_missing");
  const verdict = grave.length > 0
    ? h("h3", { class: "bad" }, icon("warning"), words.text("scanner_wrong"))
    : h("h3", { class: "good" }, icon("check"), words.text("scanner_right"));
  return present([
    verdict,
    troubles.length > 0 && h("ul", { class: "troubles" }, ...troubles.map((trouble) => advice(trouble, words))),
    h("p", { class: "quiet" }, words.text("scanner_received")),
    h("p", { class: "code raw", dir: "ltr" }, ...scan.text.split("\u001d").flatMap((part, index) => (index === 0 ? [part] : [h("span", { class: "control" }, "GS"), part]))),
  ]) as HTMLElement[];
}

function advice(trouble: Trouble, words: Words): HTMLElement {
  return h("li", { "data-trouble": trouble }, h("b", {}, words.text(`trouble_${trouble}`)), h("p", {}, words.text(`trouble_${trouble}_do`)));
}

function testPicture(words: Words): HTMLElement {
  return h("img", { class: "test-code", src: new URL(testCode, import.meta.url).href, width: 160, height: 160, alt: words.text("scanner_code") });
}

function setUpSheet(words: Words): HTMLElement {
  return h("article", { class: "report", lang: words.language, dir: words.direction },
    h("h1", {}, words.text("setup_sheet")),
    h("p", {}, words.text("setup_sheet_how")),
    h("ol", {}, ...SETTINGS.map((name) =>
      h("li", {}, h("b", {}, words.text(`setup_${name}`)), h("p", {}, words.text(`setup_${name}_how`))))),
    h("p", {}, words.text("setup_test")),
    testPicture(words));
}
