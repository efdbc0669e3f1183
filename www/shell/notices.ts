/** What must be seen above everything: one line a subject, each with a button to put it away. */
import type { Words } from "udi-verify/element";

import { h, icon } from "./dom.ts";

export class Notices {
  readonly node = h("div", { class: "notices", role: "status" });
  #closeWord = "";

  speak(words: Words): void {
    this.#closeWord = words.text("close");
  }

  /** Replaces what was said on the subject before. */
  say(subject: string, text: string, action?: { text: string; run: () => void }): void {
    const said = this.node.querySelector(`[data-subject="${subject}"]`);
    if (said?.firstElementChild?.textContent === text) return;
    const notice = h("div", { class: "notice", "data-subject": subject },
      h("p", {}, text),
      action !== undefined && h("button", { type: "button", onclick: action.run }, action.text),
      h("button", { type: "button", class: "round", "aria-label": this.#closeWord, onclick: () => notice.remove() }, icon("close")));
    if (said === null) this.node.append(notice);
    else said.replaceWith(notice);
  }

  drop(subject: string): void {
    this.node.querySelector(`[data-subject="${subject}"]`)?.remove();
  }
}
