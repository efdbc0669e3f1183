/** The element's fixed markup, built once a language. What is visible follows the host's `state` attribute. */
import { h, svg } from "./dom.ts";
import { icon, type IconName } from "./icons.ts";
import type { Words } from "./words.ts";

export interface Actions {
  start(): void;
  stop(): void;
  type(): void;
  picture(file: File): void;
  typed(text: string): void;
  torch(on: boolean): void;
}

export interface Parts {
  root: HTMLElement;
  video: HTMLVideoElement;
  outlines: SVGElement;
  hint: HTMLElement;
  notice: HTMLElement;
  result: HTMLElement;
  torch: HTMLButtonElement;
  typed: HTMLTextAreaElement;
}

export function parts(words: Words, actions: Actions): Parts {
  const video = h("video", { part: "video", playsinline: true, muted: true, autoplay: true, "aria-label": words.text("camera_view") });
  video.muted = true;
  const outlines = svg("svg", { class: "outlines", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  const hint = h("p", { class: "hint", part: "hint", role: "status" });
  const notice = h("div", { class: "notice", part: "notice", role: "alert" });
  const result = h("div", { class: "result", "aria-live": "polite" });
  const torch = button("torch", "torch", words, () => torchPressed(torch, actions));
  torch.hidden = true;
  const typed = h("textarea", {
    id: "typed", rows: 4, dir: "ltr", autocapitalize: "off", autocomplete: "off", spellcheck: "false", class: "code",
    placeholder: "(01)09501234560010(17)270131(10)LOT1(21)SN1",
  });

  const root = h("div", { class: "root", lang: words.language, dir: words.direction },
    notice,
    h("div", { class: "stage", part: "frame" },
      video, outlines,
      h("div", { class: "aim", "aria-hidden": "true" }),
      hint,
      h("div", { class: "tools" }, torch, button("close", "stop", words, actions.stop)),
      h("div", { class: "welcome" },
        h("button", { type: "button", class: "scan", part: "button scan-button", onclick: actions.start },
          icon("scan"), h("span", {}, words.text("scan"))),
        h("p", { class: "quiet" }, words.text("scan_how")))),
    typedForm(words, typed, actions),
    result,
    bottomBar(words, actions));
  return { root, video, outlines, hint, notice, result, torch, typed };
}

function typedForm(words: Words, typed: HTMLTextAreaElement, actions: Actions): HTMLElement {
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.value.trim() !== "") actions.typed(typed.value);
  };
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) submit(event);
  });
  return h("form", { class: "typed", onsubmit: submit },
    h("label", { for: "typed" }, words.text("typed_label")),
    typed,
    h("p", { class: "quiet" }, words.text("typed_help")),
    h("button", { type: "submit", class: "primary", part: "button" }, icon("check"), words.text("typed_check")));
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
  const next = h("button", { type: "button", class: "primary next", part: "button", onclick: actions.start }, icon("scan"), words.text("scan_next"));
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
