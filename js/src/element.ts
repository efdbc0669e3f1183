export { h } from "./element/dom.ts";
export { UdiVerifyElement, type ElementEvents, type ElementState, type VerdictDetail } from "./element/element.ts";
export { icon, type IconName } from "./element/icons.ts";
export { chooseLanguage, LANGUAGES, loadWords } from "./element/languages.ts";
export { lookOf } from "./element/verdict-view.ts";
export { daysBetween, Words, type Table } from "./element/words.ts";
export { listenForWedge, type WedgeScan } from "./element/wedge.ts";
