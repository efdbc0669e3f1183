/** The badge that always shows how old the recall data is, and the sheet behind it. */
import { daysBetween, type Words } from "udi-verify/element";

import { h, icon } from "./dom.ts";
import { sheet } from "./sheet.ts";
import type { Synchronised, SyncStatus } from "./synchronised.ts";

/** A button in the header: icon, words and colour say the same. */
export function dataBadge(data: Synchronised, words: Words): HTMLElement {
  const badge = h("button", { type: "button", class: "badge", onclick: () => openDataSheet(data, words) });
  const show = () => {
    const { state, running } = data.status;
    badge.dataset["freshness"] = state.asOf.freshness;
    badge.toggleAttribute("aria-busy", running);
    badge.replaceChildren(icon(running ? "sync" : badgeIcon(state.asOf.freshness)), h("span", {}, badgeText(data.status, words)));
  };
  data.addEventListener("change", show);
  show();
  return badge;
}

function badgeIcon(freshness: string): "data" | "warning" {
  return freshness === "fresh" ? "data" : "warning";
}

function badgeText({ state }: SyncStatus, words: Words): string {
  const { oldest } = state.asOf;
  const age = oldest === null ? "" : words.days(daysBetween(new Date().toISOString(), oldest));
  return words.text(`badge_${state.asOf.freshness}`, { age });
}

function openDataSheet(data: Synchronised, words: Words): void {
  const body = h("div", { class: "data" });
  const show = () => body.replaceChildren(...content(data, words));
  data.addEventListener("change", show);
  show();
  const dialog = sheet(words.text("data_title"), words, body);
  dialog.addEventListener("close", () => data.removeEventListener("change", show));
}

function content(data: Synchronised, words: Words): (Node | string)[] {
  const { state, running } = data.status;
  const row = (code: string, date: string | null) => [
    h("dt", {}, words.text(code)),
    h("dd", {}, date === null ? words.text("date_never") : words.date(date)),
  ];
  const press = h("button", { type: "button", class: "primary", onclick: () => (running ? data.stop() : void data.sync()) },
    icon(running ? "close" : "sync"), words.text(running ? "sync_stop" : "sync_now"));
  return [
    h("p", { class: `meaning ${state.asOf.freshness}` }, words.text(`data_meaning_${state.asOf.freshness}`)),
    h("dl", {}, ...row("asof_source", state.asOf.source), ...row("asof_snapshot", state.asOf.snapshot), ...row("asof_sync", state.asOf.sync)),
    h("p", { class: "status", role: "status" }, statusText(data.status, words)),
    press,
    h("h3", {}, words.text("data_issuers")),
    h("p", {}, state.issuers.length === 0 ? words.text("data_no_issuers") : words.list(state.issuers.map(({ name }) => name))),
  ];
}

function statusText({ running, progress, failure, state }: SyncStatus, words: Words): string {
  if (running && progress !== undefined) {
    return words.text("sync_running", { received: size(progress.receivedInAll, words), path: progress.path });
  }
  if (running) return words.text("sync_starting");
  if (failure !== undefined) return words.text(words.has(`error_${failure}`) ? `error_${failure}` : "error_unexpected", { code: failure });
  return state.lastSync === null ? "" : words.text("sync_done");
}

function size(bytes: number, words: Words): string {
  const unit = bytes < 1_000_000 ? "kilobyte" : "megabyte";
  const format = new Intl.NumberFormat(words.language, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / (unit === "kilobyte" ? 1_000 : 1_000_000));
}
