/** One symbol read before the first camera frame: browsers compile wasm well only once it has run. */
import type { Image } from "./types.ts";

/** The modules of a GS1 DataMatrix, 22 × 22, a row a number, the left module in the highest bit. */
const ROWS = [
  0x2aaaaa, 0x33d433, 0x2289ba, 0x2cdd11, 0x3b1ab8, 0x295a73, 0x28e75c, 0x3d8d5f, 0x320a74, 0x3b7e89, 0x2edd12,
  0x353a3b, 0x27d1ec, 0x2504e1, 0x382696, 0x2c7bf7, 0x3cef5a, 0x348d79, 0x207fd8, 0x314ed9, 0x321916, 0x3fffff,
];
const SIDE = ROWS.length;
/** Pixels a module, and modules of white around the symbol. */
const SCALE = 12;
const MARGIN = 4;

/** A picture with that symbol in it. */
export function warmUpImage(): Image {
  const side = (SIDE + 2 * MARGIN) * SCALE;
  const data = new Uint8Array(side * side).fill(230);
  for (let y = 0; y < SIDE * SCALE; y++) {
    const row = ROWS[Math.floor(y / SCALE)] ?? 0;
    for (let x = 0; x < SIDE * SCALE; x++) {
      const module = SIDE - 1 - Math.floor(x / SCALE);
      if ((row >> module) & 1) data[(y + MARGIN * SCALE) * side + x + MARGIN * SCALE] = 40;
    }
  }
  return { data, width: side, height: side };
}
