/** A typed or pasted scan: how people and keyboards write the separator that no keyboard has. */

const SEPARATOR_SPELLINGS = /<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}|~d029|\\x1[dD]|\\u001[dD]|\^\]|␝|\u241d/g;

/** The text with every spelling of the group separator as U+001D, without the line's end. */
export function readTyped(text: string): string {
  return text.replace(/[\r\n]+$/g, "").trim().replace(SEPARATOR_SPELLINGS, "\u001d");
}
