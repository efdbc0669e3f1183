// The bill of materials of the npm package, as CycloneDX 1.6: every crate in the wasm, every library in the scripts. It says
// nothing of time or machine, so that the same sources give the same bill.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

import { linkedCrates, rustVersion } from "./crates.mjs";
import { paths } from "./paths.mjs";

const WASM = "dist/udi_verify_bg.wasm";

/** Writes `sbom.cdx.json` into the package; `libraries` are the npm packages bundled into its scripts. */
export async function writeSbom(libraries) {
  const { name, version, license } = await json(`${paths.pkg}/package.json`);
  const crates = await linkedCrates();
  const bundled = await Promise.all(libraries.map(npmComponent));
  const wasm = await readFile(`${paths.pkg}/${WASM}`);
  const core = coreComponent(wasm);
  const rust = rustComponent();
  const ofRust = standardLibrarysOwn(wasm, crates);
  const self = `pkg:npm/${name}@${version}`;
  const linked = crates.map(({ ref, dependsOn }, index) => ({ ref: crateRef(ref), dependsOn: [...dependsOn.map(crateRef), ...(index === 0 ? [rust["bom-ref"]] : [])] }));
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "library", "bom-ref": self, name, version, licenses: [{ expression: license }], purl: self },
      tools: { components: await tools() },
    },
    components: [core, ...crates.map(crateComponent), rust, ...ofRust, ...bundled],
    dependencies: [
      { ref: self, dependsOn: [core["bom-ref"], ...bundled.map((component) => component["bom-ref"])] },
      { ref: core["bom-ref"], dependsOn: [linked[0].ref] },
      ...linked,
      { ref: rust["bom-ref"], dependsOn: ofRust.map((component) => component["bom-ref"]) },
      ...[...ofRust, ...bundled].map((component) => ({ ref: component["bom-ref"], dependsOn: [] })),
    ],
  };
  await writeFile(`${paths.pkg}/sbom.cdx.json`, `${JSON.stringify(bill, null, 1)}\n`);
}

/** The very bytes that are shipped. */
function coreComponent(wasm) {
  const content = createHash("sha256").update(wasm).digest("hex");
  return { type: "file", "bom-ref": WASM, name: WASM, hashes: [{ alg: "SHA-256", content }] };
}

function crateComponent({ ref, name, version, license, checksum }) {
  return {
    type: "library", "bom-ref": crateRef(ref), name, version,
    // What no registry has (this crate itself, a stand-in for another) must not be taken for what one has under that name.
    ...(checksum === null
      ? { description: "From this repository's own sources" }
      : { hashes: [{ alg: "SHA-256", content: checksum }], purl: `pkg:cargo/${name}@${version}` }),
    licenses: [{ expression: license }],
  };
}

function crateRef(ref) {
  return `crate:${ref}`;
}

function rustComponent() {
  const version = rustVersion();
  return { type: "library", "bom-ref": `rust-std@${version}`, name: "rust-std", version, licenses: [{ expression: "MIT OR Apache-2.0" }] };
}

/**
 * What the standard library is built from comes with it compiled and stands in no lock file of ours. What of that can panic
 * has left its source file's name in the wasm, below a folder with its version.
 */
function standardLibrarysOwn(wasm, crates) {
  const named = [...wasm.toString("latin1").matchAll(/\/([a-z][a-z0-9_-]*)-(\d+\.\d+\.\d+)\/src\//g)].map(([, name, version]) => `${name}@${version}`);
  const foreign = [...new Set(named)].filter((name) => !crates.some(({ ref }) => ref === name)).sort();
  return foreign.map((ref) => {
    const [name, version] = ref.split("@");
    return { type: "library", "bom-ref": `rust-std:${ref}`, name, version, description: "Part of the Rust standard library", purl: `pkg:cargo/${ref}` };
  });
}

async function npmComponent(name) {
  const { version, license } = await json(`${paths.js}/node_modules/${name}/package.json`);
  const { integrity } = (await json(`${paths.js}/package-lock.json`)).packages[`node_modules/${name}`];
  const [, content] = /^sha512-(.+)$/.exec(integrity);
  const purl = `pkg:npm/${name}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, hashes: [{ alg: "SHA-512", content: Buffer.from(content, "base64").toString("hex") }], licenses: [{ expression: license }], purl };
}

async function tools() {
  const npm = await Promise.all(["binaryen", "esbuild"].map(async (name) => [name, (await json(`${paths.js}/node_modules/${name}/package.json`)).version]));
  return [["rustc", rustVersion()], ...npm].map(([name, version]) => ({ type: "application", name, version }));
}

async function json(file) {
  return JSON.parse(await readFile(file, "utf8"));
}
