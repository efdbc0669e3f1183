export { h, present } from "./element/dom.ts";
export { UdiVerifyElement, type ElementEvents, type ElementState, type VerdictDetail } from "./element/element.ts";
export { icon, type IconName } from "./element/icons.ts";
export { addLaterWords, chooseLanguage, LANGUAGES, loadWords } from "./element/languages.ts";
export { gravity, headlineOf, lookOf } from "./element/verdict-view.ts";
export { readTyped, readTypedCodes } from "./element/typed-scan.ts";
export { allowSound, type Channel, type Tone } from "./element/feedback.ts";
export { daysBetween, Words, type Table } from "./element/words.ts";
export { listenForWedge, type WedgeScan } from "./element/wedge.ts";
