/** The element's fixed markup, built once a language. What is visible follows the host's `state` attribute. */
import type { Lens } from "../camera/lens.ts";
import { h, svg } from "./dom.ts";
import { icon, type IconName } from "./icons.ts";
import { isSeparator } from "./wedge.ts";
import type { Words } from "./words.ts";

export interface Actions {
  start(): void;
  stop(): void;
  type(): void;
  picture(file: File): void;
  typed(text: string): void;
  paste(): void;
  torch(on: boolean): void;
  zoom(factor: number): void;
}

export interface Parts {
  root: HTMLElement;
  stage: HTMLElement;
  video: HTMLVideoElement;
  outlines: SVGElement;
  flash: HTMLElement;
  hint: HTMLElement;
  notice: HTMLElement;
  result: HTMLElement;
  /** Continuous reading: the last item's verdict in one line. */
  strip: HTMLElement;
  torch: HTMLButtonElement;
  zoom: HTMLElement;
  lens: HTMLSelectElement;
  typed: HTMLTextAreaElement;
  restart: HTMLButtonElement;
}

export function parts(words: Words, actions: Actions): Parts {
  const video = h("video", { part: "video", playsinline: true, muted: true, autoplay: true, "aria-label": words.text("camera_view") });
  video.muted = true;
  const outlines = svg("svg", { class: "outlines", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  const flash = h("div", { class: "flash", "aria-hidden": "true" });
  const hint = h("p", { class: "hint", part: "hint", role: "status" });
  const notice = h("div", { class: "notice", part: "notice", role: "alert" });
  const result = h("div", { class: "result" });
  const strip = h("div", { class: "strip", role: "status" });
  const torch = button("torch", "torch", words, () => torchPressed(torch, actions));
  torch.hidden = true;
  const zoom = h("div", { class: "zoom", role: "group", "aria-label": words.text("zoom") });
  const lens = h("select", { class: "lens", "aria-label": words.text("lens") });
  lens.hidden = true;
  const restart = h("button", { type: "button", class: "restart", part: "button", onclick: actions.start });
  const typed = h("textarea", {
    id: "typed", rows: 4, dir: "ltr", autocapitalize: "off", autocomplete: "off", spellcheck: "false", class: "code",
    placeholder: "(01)09501234560010(17)270131(10)LOT1(21)SN1",
  });

  const stage = h("div", { class: "stage", part: "frame" },
    video, outlines,
    h("div", { class: "aim", "aria-hidden": "true" }),
    h("div", { class: "tools" }, torch, lens, button("close", "stop", words, actions.stop)),
    h("div", { class: "below" }, hint, zoom),
    strip, restart,
    h("div", { class: "welcome" },
      h("button", { type: "button", class: "scan", part: "button scan-button", onclick: actions.start },
        icon("scan"), h("span", {}, words.text("scan"))),
      h("p", { class: "quiet" }, words.text("scan_how"))),
    flash);
  const root = h("div", { class: "root", lang: words.language, dir: words.direction },
    notice, stage, typedForm(words, typed, actions), result, bottomBar(words, actions));
  return { root, stage, video, outlines, flash, hint, notice, result, strip, torch, zoom, lens, typed, restart };
}

/** The steps a camera's range has, the chosen one pressed. */
export function zoomSteps(zoom: HTMLElement, range: { min: number; max: number } | undefined, chosen: number, choose: (factor: number) => void): void {
  const steps = range === undefined ? [] : [1, 2, 3, 5].filter((step) => step >= range.min && step <= range.max);
  zoom.replaceChildren(...(steps.length < 2 ? [] : steps.map((step) =>
    h("button", { type: "button", part: "button", "aria-pressed": String(nearest(steps, chosen) === step), onclick: () => choose(step) }, `${step}×`))));
}

function nearest(steps: number[], factor: number): number | undefined {
  return [...steps].sort((a, b) => Math.abs(a - factor) - Math.abs(b - factor))[0];
}

/** A choice is shown only where there is one. */
export function lensChoice(select: HTMLSelectElement, found: Lens[], used: Lens | undefined, words: Words, choose: (lens: Lens) => void): void {
  select.replaceChildren(...found.map(({ deviceId, label }, index) =>
    h("option", { value: deviceId, selected: deviceId === used?.deviceId }, label === "" ? words.text("lens_number", { number: index + 1 }) : label)));
  select.hidden = found.length < 2;
  select.onchange = () => {
    const lens = found.find(({ deviceId }) => deviceId === select.value);
    if (lens !== undefined) choose(lens);
  };
}

function typedForm(words: Words, typed: HTMLTextAreaElement, actions: Actions): HTMLElement {
  const submit = (event: Event) => {
    event.preventDefault();
    actions.typed(typed.value);
  };
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) submit(event);
    // A field has no key for it: written as people can see it.
    if (isSeparator(event)) {
      event.preventDefault();
      typed.setRangeText("\u241d", typed.selectionStart, typed.selectionEnd, "end");
    }
  });
  return h("form", { class: "typed", onsubmit: submit },
    h("label", { for: "typed" }, words.text("typed_label")),
    typed,
    h("p", { class: "quiet" }, words.text("typed_help")),
    h("div", { class: "pair" },
      button("paste", "paste", words, actions.paste),
      h("button", { type: "submit", class: "primary", part: "button" }, icon("check"), words.text("typed_check"))));
}

function bottomBar(words: Words, actions: Actions): HTMLElement {
  const file = h("input", { type: "file", accept: "image/*", id: "picture", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
  file.addEventListener("change", () => {
    const [picture] = file.files ?? [];
    if (picture !== undefined) actions.picture(picture);
    file.value = "";
  });
  const photo = button("photo", "photo", words, () => file.click());
  const type = button("type", "type", words, actions.type);
  const next = h("button", { type: "button", class: "primary next", part: "button", onclick: actions.start }, icon("scan"),
    h("span", { class: "again" }, words.text("scan_next")), h("span", { class: "first" }, words.text("scan")));
  return h("div", { class: "bar" }, next, photo, type, file);
}

function button(name: IconName, code: string, words: Words, run: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: `tool ${code}`, part: "button", onclick: run }, icon(name), h("span", {}, words.text(code)));
}

function torchPressed(torch: HTMLButtonElement, actions: Actions): void {
  const on = torch.getAttribute("aria-pressed") !== "true";
  torch.setAttribute("aria-pressed", String(on));
  actions.torch(on);
}
