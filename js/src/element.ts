export { h } from "./element/dom.ts";
export { UdiVerifyElement, type ElementEvents, type ElementState, type VerdictDetail } from "./element/element.ts";
export { icon, type IconName } from "./element/icons.ts";
export { chooseLanguage, LANGUAGES, loadWords } from "./element/languages.ts";
export { daysBetween, Words, type Table } from "./element/words.ts";
