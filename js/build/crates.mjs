// The crates that the wasm is linked from: as Cargo resolves the core for that target, without what only builds it.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

import { paths } from "./paths.mjs";

const TARGET = "wasm32-unknown-unknown";
const CORE = "udi-verify";

let resolved;

/** `[{ ref, name, version, license, checksum, folder, dependsOn }]`, the core first; `checksum` is null where no registry has it. */
export function linkedCrates() {
  return (resolved ??= resolve());
}

async function resolve() {
  const tree = linesOf(cargo("tree", "--locked", "--package", CORE, "--target", TARGET, "--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "|{p}"));
  const { packages } = JSON.parse(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET));
  const checksums = await checksumsOf(`${paths.root}/Cargo.lock`);
  const crates = new Map();
  const above = [];
  for (const line of tree) {
    const [, depth, name, version] = /^(\d+)\|(\S+) v(\S+)/.exec(line);
    const ref = `${name}@${version}`;
    if (!crates.has(ref)) {
      const { license, manifest_path } = packages.find((candidate) => candidate.name === name && candidate.version === version);
      crates.set(ref, { ref, name, version, license, checksum: checksums.get(ref) ?? null, folder: dirname(manifest_path), dependsOn: new Set() });
    }
    above.length = Number(depth);
    above.at(-1)?.dependsOn.add(ref);
    above.push(crates.get(ref));
  }
  return [...crates.values()].map(({ dependsOn, ...crate }) => ({ ...crate, dependsOn: [...dependsOn].sort() }));
}

/** `rustc`'s own version, which is also that of the standard library in the wasm. */
export function rustVersion() {
  return /^rustc (\S+)/.exec(execFileSync(process.env.RUSTC ?? "rustc", ["--version"], { encoding: "utf8" }))[1];
}

async function checksumsOf(lock) {
  const entries = (await readFile(lock, "utf8")).split("[[package]]").slice(1);
  const field = (entry, name) => new RegExp(`^${name} = "([^"]+)"`, "m").exec(entry)?.[1];
  return new Map(entries.map((entry) => [`${field(entry, "name")}@${field(entry, "version")}`, field(entry, "checksum")]));
}

function cargo(...given) {
  return execFileSync(process.env.CARGO ?? "cargo", given, { cwd: paths.root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] });
}

function linesOf(text) {
  return text.split("\n").filter((line) => line !== "");
}
