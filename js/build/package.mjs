// ../pkg: the npm package.
import { execFileSync } from "node:child_process";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";

import { bundle, bundleWorker } from "./bundle.mjs";
import { customElementsManifest } from "./elements.mjs";
import { writeNotices } from "./notices.mjs";
import { paths } from "./paths.mjs";
import { writeSbom } from "./sbom.mjs";

const ENTRIES = ["index", "node", "inline", "element", "element-define", "worker-verifier"];
/** What the scripts have built in. */
const LIBRARIES = ["fflate"];

export async function buildPackage() {
  const dist = `${paths.pkg}/dist`;
  await bundle({
    entryPoints: ENTRIES.map((name) => `${paths.source}/${name}.ts`),
    outdir: dist,
    splitting: true,
    chunkNames: "chunk-[hash]",
    external: ["node:fs/promises"],
  });
  await bundleWorker(`${dist}/worker.js`);
  await copyFile(paths.wasm, `${dist}/udi_verify_bg.wasm`);
  // TypeScript asks for types of a bare .wasm export too.
  await writeFile(`${dist}/udi_verify_bg.wasm.d.ts`, "declare const url: string;\nexport default url;\n");
  await declarations(dist);
  await customElementsManifest();
  await manifest();
  await copyFile(`${paths.root}/LICENSE`, `${paths.pkg}/LICENSE`);
  await writeNotices(paths.pkg, LIBRARIES);
  await writeSbom(LIBRARIES);
  await copyFile(`${paths.js}/README.md`, `${paths.pkg}/README.md`);
}

async function declarations(dist) {
  const tsc = `${paths.js}/node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [tsc, "-p", `${paths.js}/tsconfig.declarations.json`, "--outDir", dist], { stdio: "inherit" });
  for (const entry of await readdir(dist, { recursive: true })) {
    if (!entry.endsWith(".d.ts")) continue;
    // The compiler leaves the sources' own names in declarations; beside them there are only .js files.
    const text = await readFile(`${dist}/${entry}`, "utf8");
    await writeFile(`${dist}/${entry}`, text.replace(/(from "\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** The manifest without what only the build needs; its version is the crate's. */
async function manifest() {
  const { scripts, devDependencies, ...published } = JSON.parse(await readFile(`${paths.js}/package.json`, "utf8"));
  const cargo = await readFile(`${paths.root}/Cargo.toml`, "utf8");
  const version = /^\[workspace\.package\]\s+version = "([^"]+)"/m.exec(cargo)?.[1];
  if (version !== published.version) {
    throw new Error(`js/package.json is version ${published.version}, Cargo.toml ${version}: make them equal`);
  }
  await writeFile(`${paths.pkg}/package.json`, `${JSON.stringify(published, null, 2)}\n`);
}
