// The bill of materials in the package: in the form of CycloneDX, and true to Cargo.lock, to the wasm and to the scripts.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

import { paths } from "./support/paths.mjs";

const text = readFileSync(join(paths.pkg, "sbom.cdx.json"), "utf8");
const bill = JSON.parse(text);
const wasm = readFileSync(join(paths.pkg, "dist/udi_verify_bg.wasm"));
const crates = bill.components.filter(({ "bom-ref": ref }) => ref.startsWith("crate:"));
const nameAndVersion = ({ name, version }) => `${name} ${version}`;

test("keeps the schema of CycloneDX 1.6 to the letter", async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  assert.notEqual(await validator.validate(text.replace('"library"', '"librarie"')), null, "the validator looks");
});

test("every crate is the one of Cargo.lock, by version and checksum", () => {
  const locked = new Map(readFileSync(paths.at("Cargo.lock"), "utf8").split("[[package]]").slice(1).map((entry) => {
    const field = (name) => new RegExp(`^${name} = "([^"]+)"`, "m").exec(entry)?.[1];
    return [nameAndVersion({ name: field("name"), version: field("version") }), field("checksum")];
  }));
  for (const crate of crates) {
    assert.ok(locked.has(nameAndVersion(crate)), `${nameAndVersion(crate)} is not in Cargo.lock`);
    assert.equal(crate.hashes?.[0].content, locked.get(nameAndVersion(crate)), nameAndVersion(crate));
  }
  const own = crates.filter(({ purl }) => purl === undefined).map(({ name }) => name).sort();
  assert.deepEqual(own, ["encoding_rs", "udi-verify", "udi-verify-reader"], "what no registry has says so");
});

test("no crate that left its name in the wasm is missing", () => {
  // Panics name their source file, below the folder of the crate with its version.
  const left = [...wasm.toString("latin1").matchAll(/([\w./-]*)\/([a-z][a-z0-9_-]*)-(\d+\.\d+\.\d+)\/src\//g)];
  const ours = new Set(left.filter(([, folder]) => folder.includes("registry/src/")).map(([, , name, version]) => `${name} ${version}`));
  assert.ok(ours.size > 3, `only ${[...ours].join(", ")} left a name`);
  const listed = crates.map(nameAndVersion);
  assert.deepEqual([...ours].filter((crate) => !listed.includes(crate)), []);
  const all = bill.components.map(nameAndVersion);
  assert.deepEqual(left.map(([, , name, version]) => `${name} ${version}`).filter((crate) => !all.includes(crate)), [], "the standard library's own");
});

test("names the very wasm that is shipped, and every library in the scripts", () => {
  const [{ hashes: [{ content }] }] = bill.components.filter(({ type }) => type === "file");
  assert.equal(content, createHash("sha256").update(wasm).digest("hex"));
  const sources = readdirSync(paths.at("js/src"), { recursive: true }).filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(paths.at(`js/src/${name}`), "utf8")).join("\n");
  const imported = new Set([...sources.matchAll(/(?:from|import)\s*\(?"([a-z@][^":]*)"/g)].map(([, name]) => name).filter((name) => !name.startsWith("udi-verify-")));
  const listed = bill.components.filter(({ purl }) => purl?.startsWith("pkg:npm/")).map(({ name }) => name);
  assert.deepEqual([...imported].sort(), listed.sort());
});

test("every reference leads to a component, and every component is reached from the package", () => {
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = [bill.metadata.component["bom-ref"]];
  for (const ref of reached) reached.push(...edges.get(ref).filter((next) => !reached.includes(next)));
  assert.deepEqual([...new Set(reached)].sort(), [bill.metadata.component, ...bill.components].map(({ "bom-ref": ref }) => ref).sort());
});

test("every crate and library has its licence text beside it", () => {
  const licences = readFileSync(join(paths.pkg, "THIRD-PARTY-LICENSES.txt"), "utf8");
  const listed = bill.components.filter(({ licenses, purl }) => licenses !== undefined && purl !== undefined);
  assert.deepEqual(listed.map(nameAndVersion).filter((name) => !licences.includes(`${name} (`)), []);
});
