/** Installing the app: by a button where the browser offers it, by words on Apple's phones. */
import type { Words } from "udi-verify/element";

import { h, icon, present } from "./dom.ts";

/** Chromium's event, which the DOM's type library lacks. */
type InstallOffer = Event & { prompt(): Promise<unknown> };

let offer: InstallOffer | undefined;

addEventListener("beforeinstallprompt", (event) => {
  // Kept for the button: asked unasked, people decline.
  event.preventDefault();
  offer = event as InstallOffer;
});
addEventListener("appinstalled", () => (offer = undefined));

/** Nothing where the app is installed already, or the browser has no way. */
export function installation(words: Words): HTMLElement[] {
  const isAppleTab = "standalone" in navigator && navigator.standalone === false;
  if (offer === undefined && !isAppleTab) return [];
  return present([
    h("h3", {}, words.text("install")),
    h("p", { class: "quiet" }, words.text(offer === undefined ? "install_apple" : "install_how")),
    offer !== undefined && h("button", { type: "button", class: "wide install", onclick: () => void offer?.prompt() }, icon("download"), words.text("install")),
  ]) as HTMLElement[];
}
