// The app's figures in Chromium, each beside its bound, in one run: `cargo xtask bench --web`, or the parts that are named.
// Each part is a process of its own with an end: what fails or hangs is said, and the others are measured all the same.
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";

import { PARTS } from "./parts.mjs";

/** A part takes a minute or two; one that takes so many milliseconds hangs. */
const END = 600_000;
const PART = fileURLToPath(new URL("part.mjs", import.meta.url));

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`there is no part ${unknown.join(", ")}; the parts are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

const load = (when) => console.log(`load of the machine at the ${when}: ${loadavg()[0].toFixed(1)}; on a machine that does other work every figure comes out worse`);
const failed = [];
load("start");
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const outcome = await measure(name);
  if (outcome !== 0) failed.push(`${name} (${outcome})`);
}
load("end");
if (failed.length > 0) {
  console.error(`not measured: ${failed.join(", ")}`);
  process.exitCode = 1;
}

/** The exit code of the part's process, or what happened to it. */
function measure(name) {
  return new Promise((resolve) => {
    // A group of its own, so that its browser ends with it.
    const child = spawn(process.execPath, [PART, name], { stdio: "inherit", detached: true });
    const timer = setTimeout(() => {
      console.error(`${name}: no end after ${END / 60_000} minutes, stopped`);
      process.kill(-child.pid, "SIGKILL");
    }, END);
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(signal ?? code);
    });
  });
}
