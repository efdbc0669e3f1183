/** What a hand scanner sent for a code whose content is known, and what that says about its settings. */

import { readTyped } from "udi-verify/element";

/** The content of `test-code.svg`, as a scanner should send it: letters of both cases, signs, a separator. */
export const EXPECTED = "010950110153000310AaZzYy-_\u001d21QqWwMm/;";

/** AIM identifier of a GS1 DataMatrix. */
const IDENTIFIER = /^\]d2/i;

export type Trouble =
  | "caps_lock" | "separator_lost" | "separator_changed" | "layout_german" | "layout_french" | "layout_other"
  | "suffix_missing" | "identifier_missing" | "other_code";

export interface Received {
  text: string;
  capsLock: boolean;
  /** The key that ended the scan. */
  suffix: "Enter" | "Tab" | null;
}

/** Everything found, the gravest first; nothing where the scanner is set up as it should be. */
export function diagnose({ text, capsLock, suffix }: Received): Trouble[] {
  const hasIdentifier = IDENTIFIER.test(text);
  const found = contentTroubles(hasIdentifier ? text.slice(3) : text, capsLock);
  // Of another code nothing can be told.
  if (found.includes("other_code")) return found;
  if (suffix === null) found.push("suffix_missing");
  if (!hasIdentifier) found.push("identifier_missing");
  return found;
}

function contentTroubles(sent: string, capsLock: boolean): Trouble[] {
  // Written out, as in <GS>, the separator arrives, but as something other software may not know.
  const content = readTyped(sent);
  const withSeparator = content.length === EXPECTED.length;
  const wanted = withSeparator ? EXPECTED : EXPECTED.replace("\u001d", "");
  if (content.length !== wanted.length) return ["other_code"];
  const troubles: Trouble[] = [];
  if (!withSeparator) troubles.push("separator_lost");
  else if (content !== sent || content[EXPECTED.indexOf("\u001d")] !== "\u001d") troubles.push("separator_changed");

  const letters = /[A-Za-z]/;
  const swapped = capsLock || countEqual(swapCase(content), wanted, letters) > countEqual(content, wanted, letters);
  if (swapped) troubles.push("caps_lock");
  const plain = swapped ? swapCase(content) : content;
  const differing = [...wanted].map((character, at) => [character, plain[at] ?? ""] as const)
    .filter(([character, got]) => character !== got && character !== "\u001d");
  if (differing.length > wanted.length / 2) return ["other_code"];
  if (differing.length > 0) troubles.push(layoutOf(differing));
  return troubles;
}

/** Layouts are told by the letters they exchange. */
function layoutOf(differing: (readonly [string, string])[]): Trouble {
  const typed = (wanted: string, got: string) => differing.some(([one, other]) => one === wanted && other === got);
  if (typed("Z", "Y") && typed("Y", "Z")) return "layout_german";
  if (typed("A", "Q") && typed("Z", "W")) return "layout_french";
  return "layout_other";
}

function countEqual(one: string, other: string, among: RegExp): number {
  return [...one].filter((character, at) => among.test(other[at] ?? "") && character === other[at]).length;
}

function swapCase(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()));
}
