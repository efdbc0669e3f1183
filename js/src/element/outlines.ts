/** An outline and a name for every symbol in view, in the frame's own pixels. */
import type { Symbol, Verdict } from "../types.ts";
import type { Checked } from "../worker-verifier.ts";
import { svg } from "./dom.ts";
import { isSourceOf, missingPart } from "./items.ts";
import type { Words } from "./words.ts";

/** What a symbol is to the person who looks for the UDI among the codes of a label. */
type Role = "udi" | "part" | "signature" | "other";

/** How the frame lies on the screen. */
export interface View {
  /** Frame pixels in one pixel of the screen, so that lines and letters keep their size. */
  scale: number;
  /** Width of what is seen of the frame, in the screen's pixels. */
  width: number;
}

/** Mean width of a letter, as a share of its height. */
const LETTER = 0.56;

export function outline(checked: Checked, view: View, words: Words): SVGElement[] {
  return checked.symbols.flatMap((symbol) => {
    const role = roleOf(symbol, checked);
    return [
      svg("polygon", { class: role, points: symbol.corners.map(({ x, y }) => `${x},${y}`).join(" "), "stroke-width": 4 * view.scale }),
      name(symbol, words.text(`code_${role}`), role, checked.width, view),
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

/** Over the symbol, where the hints at the bottom do not cover it; under it where there is no room. */
function name({ corners }: Symbol, text: string, role: Role, frameWidth: number, { scale, width }: View): SVGElement {
  const size = 16 * scale;
  const middle = corners.reduce((sum, corner) => sum + corner.x, 0) / corners.length;
  const room = Math.max(0, (width * scale - text.length * size * LETTER) / 2 - 8 * scale);
  const x = Math.min(frameWidth / 2 + room, Math.max(frameWidth / 2 - room, middle));
  const heights = corners.map((corner) => corner.y);
  const over = Math.min(...heights) - 10 * scale;
  const y = over > 24 * scale ? over : Math.max(...heights) + 22 * scale;
  const label = svg("text", { class: role, x, y, "text-anchor": "middle", "font-size": size, "stroke-width": 5 * scale });
  label.textContent = text;
  return label;
}
