/** A typed or pasted scan: how people and keyboards write the separator that no keyboard has. */

const SEPARATOR_SPELLINGS = /<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}|~d029|\\x1[dD]|\\u001[dD]|\^\]|␝|\u241d/g;

/** Codes of one label, at most; more lines are no label but a text. */
const MOST_CODES = 8;

/** The codes in a typed or pasted text, a line each: no code on a label has the end of a line in it. */
export function readTypedCodes(text: string): string[] {
  const lines = text.split(/[\r\n]+/).map(readTyped).filter((line) => line !== "");
  return lines.length > MOST_CODES ? [readTyped(text)] : lines;
}

/** The text with every spelling of the group separator as U+001D, without the line's end. */
export function readTyped(text: string): string {
  return text.replace(/[\r\n]+$/g, "").trim().replace(SEPARATOR_SPELLINGS, "\u001d");
}
