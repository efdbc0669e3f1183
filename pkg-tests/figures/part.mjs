// One part of the figures: `node part.mjs NAME` prints its lines, each figure beside its bound.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { demoSet } from "../support/demo.mjs";
import { PARTS } from "./parts.mjs";

const [name] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "udi-verify-figures-"));
try {
  for (const { what, figure, bound, reached, more = [] } of await PARTS[name](demoSet(), join(folder, "camera.mjpeg"))) {
    console.log(`${reached ? "reached" : "MISSED "} ${what.padEnd(58)} ${figure.padEnd(46)} bound ${bound}`);
    for (const line of more) console.log(`        ${line}`);
  }
} catch (error) {
  console.error(`${name}: ${error.stack ?? error}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
