// What the benches of the shipped wasm share: the core, started, and their output.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const project = new URL("../../", import.meta.url).pathname;
export const { Core, initSync } = await import(join(project, "target/bindgen/udi_verify.js"));

/** The wasm of the package that ships; its exports, memory among them. */
export const wasm = initSync({ module: readFileSync(join(project, "pkg/dist/udi_verify_bg.wasm")) });

export function line(what, measured, bound) {
  console.log(`  ${what.padEnd(54)} ${measured.padStart(24)}   ${bound}`);
}

export const scan = (text) => ({ bytes: new TextEncoder().encode(text), symbologyIdentifier: "]d2" });

/** Drives one update of a core from a folder; gives the state to store. */
export function update(core, folder, now) {
  core.startRefresh(now);
  for (let wanted = core.nextFetch(); wanted !== undefined; wanted = core.nextFetch()) {
    const file = join(folder, wanted.path);
    core.supply(existsSync(file) ? readFileSync(file) : undefined);
  }
  const stored = core.finishRefresh();
  core.commitRefresh();
  return stored;
}
