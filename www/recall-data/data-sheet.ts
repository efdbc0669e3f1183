/** How old the recall data is and what that means, syncing it, and carrying it to devices without a network. */
import { type Words } from "udi-verify/element";

import { toggle } from "../shell/choice.ts";
import { h, icon, present, type IconName } from "../shell/dom.ts";
import { prefer, preferences } from "../shell/preferences.ts";
import { sheet } from "../shell/sheet.ts";
import { download } from "../work/export/files.ts";
import { publisherFingerprint } from "./deployment.ts";
import { askToKeep, isKept } from "./eviction.ts";
import type { Synchronised, SyncStatus } from "./synchronised.ts";

export function openDataSheet(data: Synchronised, words: Words): void {
  const state = h("div", { class: "data" });
  const transfer = h("div", { class: "transfer" });
  const checked = h("div", { class: "data" });
  const show = () => {
    state.replaceChildren(...dates(data.status, words));
    checked.replaceChildren(...integrity(data.status, words));
    showTransfer(transfer, data, words);
  };
  data.addEventListener("change", show);
  show();
  const dialog = sheet(words.text("data_title"), words, state, transfer, checked, choices(data, words), carrying(data, words), keeping(words));
  dialog.addEventListener("close", () => data.removeEventListener("change", show));
}

function dates({ state }: SyncStatus, words: Words): HTMLElement[] {
  const row = (code: string, date: string | null) => [
    h("dt", {}, words.text(code)),
    h("dd", {}, date === null ? words.text("date_never") : words.date(date)),
  ];
  return [
    h("p", { class: `meaning ${state.asOf.freshness}` }, words.text(`data_meaning_${state.asOf.freshness}`)),
    h("dl", {}, ...row("asof_source", state.asOf.source), ...row("asof_snapshot", state.asOf.snapshot), ...row("asof_sync", state.asOf.sync)),
  ];
}

/** What was checked of the bytes themselves, before any of them was used. */
function integrity({ state }: SyncStatus, words: Words): HTMLElement[] {
  if (state.versions.timestamp === null) return [];
  const fingerprint = h("dd", { class: "code", dir: "ltr" });
  void publisherFingerprint().then((text) => (fingerprint.textContent = text));
  return [h("dl", { class: "integrity" },
    h("dt", {}, words.text("integrity")),
    h("dd", {}, icon("check"), words.text("integrity_checked", { version: state.versions.timestamp })),
    h("dt", {}, words.text("integrity_rules")),
    h("dd", {}, words.number(state.rules ?? 0)),
    h("dt", {}, words.text("data_issuers")),
    h("dd", {}, state.issuers.length === 0 ? words.text("data_no_issuers") : words.list(state.issuers.map(({ name }) => name))),
    h("dt", {}, words.text("integrity_publisher")),
    fingerprint)];
}

/** Rebuilt only when what can be pressed changes, so that a button keeps the focus while bytes come in. */
function showTransfer(transfer: HTMLElement, data: Synchronised, words: Words): void {
  const { running, paused, progress } = data.status;
  const kind = `${running ?? "none"}-${paused}`;
  if (transfer.dataset["kind"] !== kind) {
    transfer.dataset["kind"] = kind;
    const button = (code: string, name: IconName, run: () => void, style = "") =>
      h("button", { type: "button", class: style, onclick: run }, icon(name), words.text(code));
    transfer.replaceChildren(
      h("progress", { "aria-label": words.text("sync_progress") }),
      h("p", { class: "status", role: "status" }),
      h("div", { class: "row" }, ...(running === undefined
        ? [button("sync_now", "sync", () => void data.sync(), "primary")]
        : [paused ? button("sync_resume", "play", () => data.resume(), "primary") : button("sync_pause", "pause", () => data.pause()),
          button("sync_stop", "close", () => data.stop())])));
  }
  const bar = transfer.querySelector("progress");
  if (bar !== null) {
    bar.hidden = running === undefined;
    if (progress?.total == null) bar.removeAttribute("value");
    else {
      bar.max = Math.max(1, progress.total);
      bar.value = progress.received;
    }
  }
  const status = transfer.querySelector(".status");
  const text = statusText(data.status, words);
  if (status !== null && status.textContent !== text) status.textContent = text;
}

function statusText({ running, paused, progress, failure, waitsForWifi, state }: SyncStatus, words: Words): string {
  if (running !== undefined) {
    const received = words.size(progress?.receivedInAll ?? 0);
    if (paused) return words.text("sync_paused", { received });
    if (progress === undefined) return words.text("sync_starting");
    return progress.total === null
      ? words.text("sync_running", { received })
      : words.text("sync_running_of", { received, part: words.size(progress.received), total: words.size(progress.total) });
  }
  if (failure !== undefined) return words.text(words.has(`error_${failure}`) ? `error_${failure}` : "error_sync", { code: failure });
  if (waitsForWifi) return words.text("sync_waits_for_wifi");
  return state.lastSync === null ? "" : words.text("sync_done");
}

function choices(data: Synchronised, words: Words): HTMLElement {
  return h("div", {},
    toggle("wifi_only", words, preferences().wifiOnly, (wifiOnly) => {
      prefer({ wifiOnly });
      data.syncUnasked();
    }),
    h("p", { class: "quiet" }, words.text("wifi_only_how")));
}

function carrying(data: Synchronised, words: Words): HTMLElement {
  const file = h("input", { type: "file", id: "repository-file", accept: ".zip,application/zip", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen !== undefined) void data.importFile(chosen);
    file.value = "";
  });
  const save = async () => {
    const packed = await data.pack();
    if (packed === undefined) return;
    download(packed.slice(), "application/zip", `recall-data-${new Date().toISOString().slice(0, 10)}.zip`);
  };
  return h("section", {},
    h("h3", {}, words.text("carry")),
    h("p", { class: "quiet" }, words.text("carry_how")),
    h("div", { class: "row" },
      h("button", { type: "button", onclick: () => file.click() }, icon("upload"), words.text("carry_import")), file,
      h("button", { type: "button", onclick: () => void save() }, icon("download"), words.text("carry_save"))));
}

/** Whether the browser may delete the data unasked, and asking it not to. */
function keeping(words: Words): HTMLElement {
  const section = h("section", { hidden: true });
  const show = async (refused = false) => {
    const kept = await isKept();
    if (kept === undefined) return;
    section.hidden = false;
    section.replaceChildren(...present([
      h("h3", {}, words.text("keeping")),
      h("p", { class: "quiet" }, words.text(kept ? "keeping_kept" : "keeping_not_kept")),
      !kept && h("button", { type: "button", class: "wide", onclick: () => void askToKeep().then((agreed) => show(!agreed)) }, icon("data"), words.text("keeping_ask")),
      refused && h("p", { role: "status" }, words.text("keeping_refused")),
    ]));
  };
  void show();
  return section;
}
