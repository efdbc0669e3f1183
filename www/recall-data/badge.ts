/** The badge that always shows how old the recall data is: icon, words and colour say the same. */
import { daysBetween, type Words } from "udi-verify/element";

import { h, icon } from "../shell/dom.ts";
import type { Synchronised } from "./synchronised.ts";

/** A button for the header; `open` shows what the age means. */
export function dataBadge(data: Synchronised, words: Words, open: () => void): HTMLElement {
  const badge = h("button", { type: "button", class: "badge", onclick: open });
  const show = () => {
    const { state, running } = data.status;
    const { freshness, oldest } = state.asOf;
    badge.dataset["freshness"] = freshness;
    badge.setAttribute("aria-busy", String(running !== undefined));
    const age = oldest === null ? words.text("badge_none") : words.days(daysBetween(new Date().toISOString(), oldest));
    badge.replaceChildren(
      icon(running !== undefined ? "sync" : freshness === "fresh" ? "data" : "warning"),
      h("span", {},
        h("small", {}, words.text(freshness === "hard_stale" ? "badge_too_old" : "badge_label"), h("span", { class: "visually-hidden" }, ": ")),
        h("b", {}, age)));
  };
  data.addEventListener("change", show);
  show();
  return badge;
}
