/** Language, appearance, how a verdict makes itself known, hand scanners, and what this app is. */
import { wasmSha256 } from "udi-verify";
import { LANGUAGES, type Words } from "udi-verify/element";

import { choice, toggle } from "./choice.ts";
import { h, icon } from "./dom.ts";
import { installation } from "./install.ts";
import { prefer, preferences, type Preferences } from "./preferences.ts";
import { sheet } from "./sheet.ts";

const APPEARANCES: Preferences["appearance"][] = ["system", "light", "dark"];

export interface SettingsHost {
  words: Words;
  /** Puts a changed choice into effect. */
  apply(): void;
  checkScanner(): void;
}

export function openSettings({ words, apply, checkScanner }: SettingsHost): void {
  const choose = (change: Partial<Preferences>) => {
    prefer(change);
    apply();
  };
  const now = preferences();
  const appearances = Object.fromEntries(APPEARANCES.map((name) => [name, words.text(`appearance_${name}`)]));
  const dialog = sheet(words.text("settings"), words,
    choice("language", words, LANGUAGES, words.language, (language) => {
      dialog.close();
      choose({ language });
    }),
    choice("appearance", words, appearances, now.appearance, (value) => choose({ appearance: value as Preferences["appearance"] })),
    h("h3", {}, words.text("feedback")),
    toggle("feedback_sound", words, now.sound, (sound) => choose({ sound })),
    toggle("feedback_vibration", words, now.vibration, (vibration) => choose({ vibration })),
    toggle("feedback_flash", words, now.flash, (flash) => choose({ flash })),
    h("h3", {}, words.text("scanner")),
    h("button", { type: "button", class: "wide", "data-action": "scanner", onclick: () => {
      dialog.close();
      checkScanner();
    } }, icon("scanner"), words.text("scanner_check")),
    ...installation(words),
    h("h3", {}, words.text("about")),
    h("p", {}, words.text("about_text")),
    h("p", { class: "quiet code" }, words.text("about_build", { build: wasmSha256.slice(0, 12) })));
}
