// The memory that 58,000 rules take in the wasm that ships. `cargo bench --bench recall` writes them, as a repository
// on two days. `node memory.mjs first` syncs the first day and stores it; `node memory.mjs next` starts from what was
// stored and brings in the second: memory of wasm only ever grows, so each part has a process of its own.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Core, line, project, scan, update, wasm } from "./core.mjs";

const folder = join(project, "target/bench");
const published = Date.parse("2026-11-20T12:00:00Z");
const recalled = scan(readFileSync(join(folder, "recalled.txt"), "utf8"));
const core = new Core(readFileSync(join(folder, "root.json")));

function report(what, bound = "at most 16.00 MB") {
  line(what, `${(wasm.memory.buffer.byteLength / 1e6).toFixed(2)} MB`, bound);
}

function check() {
  const { headline } = core.verify([recalled], published);
  if (headline !== "recalled") throw new Error(`${headline} instead of recalled`);
}

if (process.argv[2] === "first") {
  console.log("\n58,000 rules in wasm");
  report("memory before any data", "");
  writeFileSync(join(folder, "state.bin"), update(core, join(folder, "first"), published));
  check();
  report("after the first sync and a verdict");
} else {
  core.restore(readFileSync(join(folder, "state.bin")));
  check();
  report("after reading the stored state and a verdict");
  update(core, join(folder, "next"), published);
  check();
  report("after the next day's update by a delta");
}
