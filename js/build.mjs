// Builds ../pkg (the npm package) and ../target/site (the app) from ../target/bindgen (the wasm core).
import { mkdir, rm } from "node:fs/promises";

import { buildPackage } from "./build/package.mjs";
import { paths } from "./build/paths.mjs";
import { buildSite } from "./build/site.mjs";

for (const out of [paths.pkg, paths.site]) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
}
await buildPackage();
await buildSite();
