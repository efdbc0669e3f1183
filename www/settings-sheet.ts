/** Language, appearance, and what this app is. */
import { wasmSha256 } from "udi-verify";
import { LANGUAGES, type Words } from "udi-verify/element";

import { h } from "./dom.ts";
import { prefer, preferences, type Preferences } from "./preferences.ts";
import { sheet } from "./sheet.ts";

const APPEARANCES: Preferences["appearance"][] = ["system", "light", "dark"];

/** `apply` puts a changed choice into effect. */
export function openSettings(words: Words, apply: () => void): void {
  const choose = (change: Partial<Preferences>) => {
    prefer(change);
    apply();
  };
  const appearances = Object.fromEntries(APPEARANCES.map((name) => [name, words.text(`appearance_${name}`)]));
  const dialog = sheet(words.text("settings"), words,
    select("language", words, LANGUAGES, words.language, (language) => {
      dialog.close();
      choose({ language });
    }),
    select("appearance", words, appearances, preferences().appearance, (value) => choose({ appearance: value as Preferences["appearance"] })),
    h("h3", {}, words.text("about")),
    h("p", {}, words.text("about_text")),
    h("p", { class: "quiet code" }, words.text("about_build", { build: wasmSha256.slice(0, 12) })));
}

function select(code: string, words: Words, options: Record<string, string>, chosen: string, onChoice: (value: string) => void): HTMLElement {
  const list = h("select", { id: code }, ...Object.entries(options).map(([value, name]) =>
    h("option", { value, selected: value === chosen }, name)));
  list.addEventListener("change", () => onChoice(list.value));
  return h("p", { class: "choice" }, h("label", { for: code }, words.text(code)), list);
}
