/** A dialog that rises from the bottom, within reach of a thumb. */
import type { Words } from "udi-verify/element";

import { h, icon } from "./dom.ts";

/** Opens at once; the person closes it with its button, Escape, or a tap beside it. */
export function sheet(title: string, words: Words, ...children: (Node | string)[]): HTMLDialogElement {
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "sheet-title" },
    h("header", {},
      h("h2", { id: "sheet-title", tabindex: "-1" }, title),
      h("button", { type: "button", class: "round", "aria-label": words.text("close"), onclick: () => dialog.close() }, icon("close"))),
    ...children);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** For a scan that comes while a sheet is open: the answer must not stand behind it. */
export function closeSheets(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog.sheet")) dialog.close();
}
