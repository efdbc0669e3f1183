/** An outline around every symbol in view, in the frame's own pixels. */
import type { Checked } from "../worker-verifier.ts";
import { svg } from "./dom.ts";

/** One polygon a symbol; the one that is a UDI stands out. */
export function outline({ symbols, width }: Checked): SVGElement[] {
  return symbols.map(({ corners }) =>
    svg("polygon", { points: corners.map(({ x, y }) => `${x},${y}`).join(" "), "stroke-width": width / 160 }));
}
