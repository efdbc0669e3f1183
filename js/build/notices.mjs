// The licences of the libraries whose code is built in: they ask to be passed on with it.
import { readFile, writeFile } from "node:fs/promises";

import { paths } from "./paths.mjs";

/** Writes the licences of `libraries` into `folder`. */
export async function writeNotices(folder, libraries) {
  const notices = await Promise.all(libraries.map(async (name) => {
    const at = `${paths.js}/node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${at}/package.json`, "utf8"));
    return `${name} ${version} (${license})\n\n${(await readFile(`${at}/LICENSE`, "utf8")).trim()}\n`;
  }));
  await writeFile(`${folder}/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${"-".repeat(80)}\n\n`));
}
