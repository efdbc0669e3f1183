/** A labelled choice among named values, and a labelled switch. */
import type { Words } from "udi-verify/element";

import { h } from "./dom.ts";

/** `code` names the words of the label. */
export function choice(code: string, words: Words, options: Record<string, string>, chosen: string, onChoice: (value: string) => void): HTMLElement {
  const list = h("select", { id: code }, ...Object.entries(options).map(([value, name]) =>
    h("option", { value, selected: value === chosen }, name)));
  list.addEventListener("change", () => onChoice(list.value));
  return h("p", { class: "choice" }, h("label", { for: code }, words.text(code)), list);
}

export function toggle(code: string, words: Words, on: boolean, onChange: (on: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", role: "switch", id: code, checked: on });
  box.addEventListener("change", () => onChange(box.checked));
  return h("p", { class: "choice" }, h("label", { for: code }, words.text(code)), box);
}
