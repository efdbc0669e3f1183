// Asking the tool and bwip-js, for the comparisons in run.mjs and table.mjs.

import { spawnSync } from "node:child_process";

const MAX_OUTPUT = 1 << 30;
/** The clock of every comparison. */
export const NOW = "2026-11-22";

/** Runs a program over lines of input; `null` when it cannot be started. */
export function lines(program, args, input) {
  const run = spawnSync(program, args, { input, encoding: "utf8", maxBuffer: MAX_OUTPUT });
  if (run.error || run.status !== 0) return null;
  return run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A scan as `udi parse` reads it from a line. */
export const escaped = (text) => text.replaceAll("\\", "\\\\").replaceAll("\x1d", "\\x1d");

/** What `udi parse` says of each scan. */
export function readings(udi, scans) {
  const answers = lines(udi, ["parse", "--now", NOW], scans.map((scan) => escaped(scan) + "\n").join(""));
  if (!answers) throw new Error(`cannot run ${udi}: build it with cargo build --release -p udi-cli`);
  return answers;
}

/** A function that has bwip-js encode a text and answers with the name of its error, or `null` for none. */
export async function bwipJs() {
  const { default: bwipjs } = await import("bwip-js/node");
  return (bcid, text, options = {}) => {
    try {
      bwipjs.raw({ bcid, text, ...options });
      return null;
    } catch (error) {
      return /bwipp\.(\w+)/.exec(String(error))?.[1] ?? String(error);
    }
  };
}
