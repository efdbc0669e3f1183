/** A symbol read and answered before the first camera frame: browsers compile wasm well only once it has run. */
import type { DecodeOptions, Image } from "./types.ts";

/** The modules of a GS1 DataMatrix, 22 × 22, a row a number, the left module in the highest bit. */
const ROWS = [
  0x2aaaaa, 0x33d433, 0x2289ba, 0x2cdd11, 0x3b1ab8, 0x295a73, 0x28e75c, 0x3d8d5f, 0x320a74, 0x3b7e89, 0x2edd12,
  0x353a3b, 0x27d1ec, 0x2504e1, 0x382696, 0x2c7bf7, 0x3cef5a, 0x348d79, 0x207fd8, 0x314ed9, 0x321916, 0x3fffff,
];
const SIDE = ROWS.length;
/** Pixels a module, as in a label held before a camera. */
const SCALE = 9;
/** The frame cameras give. */
const WIDTH = 1280;
const HEIGHT = 720;
/** Browsers compile a function well after it has run for a while: so often the frame is read, at most, and for so many milliseconds. */
const ROUNDS = 8;
const BUDGET = 3_000;

/** A picture with that symbol in it. */
export function warmUpImage(): Image {
  const data = new Uint8Array(WIDTH * HEIGHT).fill(230);
  const [left, top] = [(WIDTH - SIDE * SCALE) >> 1, (HEIGHT - SIDE * SCALE) >> 1];
  for (let y = 0; y < SIDE * SCALE; y++) {
    const row = ROWS[Math.floor(y / SCALE)] ?? 0;
    for (let x = 0; x < SIDE * SCALE; x++) {
      const module = SIDE - 1 - Math.floor(x / SCALE);
      if ((row >> module) & 1) data[(y + top) * WIDTH + x + left] = 40;
    }
  }
  return { data, width: WIDTH, height: HEIGHT };
}

/**
 * Has that picture read and answered again and again, a turn of the event loop each, until `stopped` says that real work came
 * in: nobody waits for it, and the first label is answered as fast as the tenth.
 */
export function warmUp(check: (image: Image, options: DecodeOptions) => unknown, stopped: () => boolean): void {
  const image = warmUpImage();
  const begun = performance.now();
  let round = 0;
  const turn = () => {
    if (stopped() || round === ROUNDS || performance.now() - begun > BUDGET) return;
    check(image, { tryHarder: round++ % 2 === 1 });
    setTimeout(turn);
  };
  setTimeout(turn);
}
