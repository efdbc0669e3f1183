/** An outline and a name for every symbol in view, in the frame's own pixels. */
import type { Symbol, Verdict } from "../types.ts";
import type { Checked } from "../worker-verifier.ts";
import { svg } from "./dom.ts";
import { isSourceOf, missingPart } from "./items.ts";
import type { Words } from "./words.ts";

/** What a symbol is to the person who looks for the UDI among the codes of a label. */
type Role = "udi" | "part" | "signature" | "other";

/** `scale`: frame pixels in one pixel of the screen, so that lines and letters keep their size. */
export function outline(checked: Checked, scale: number, words: Words): SVGElement[] {
  return checked.symbols.flatMap((symbol) => {
    const role = roleOf(symbol, checked);
    return [
      svg("polygon", { class: role, points: symbol.corners.map(({ x, y }) => `${x},${y}`).join(" "), "stroke-width": 4 * scale }),
      name(symbol, words.text(`code_${role}`), role, scale),
    ];
  });
}

function roleOf(symbol: Symbol, { symbols, verdicts }: Checked): Role {
  const verdict = verdicts.find((candidate) => isSourceOf(symbol, candidate));
  if (verdict !== undefined) return missingPart(verdict.udi) === undefined ? "udi" : "part";
  return isOnlyStranger(symbols, verdicts) && verdicts.some(({ signature }) => signature.carrier === "companion") ? "signature" : "other";
}

/** The core says that a companion code was there, not which: where one symbol alone is left over, it is that one. */
function isOnlyStranger(symbols: Symbol[], verdicts: Verdict[]): boolean {
  return symbols.filter((symbol) => !verdicts.some((verdict) => isSourceOf(symbol, verdict))).length === 1;
}

function name({ corners }: Symbol, text: string, role: Role, scale: number): SVGElement {
  const x = corners.reduce((sum, corner) => sum + corner.x, 0) / corners.length;
  const y = Math.max(...corners.map((corner) => corner.y)) + 22 * scale;
  const label = svg("text", { class: role, x, y, "text-anchor": "middle", "font-size": 16 * scale, "stroke-width": 5 * scale });
  label.textContent = text;
  return label;
}
