// The licences of what is built in, crates of the wasm and libraries of the scripts: they ask to be passed on with it.
import { readdir, readFile, writeFile } from "node:fs/promises";

import { linkedCrates } from "./crates.mjs";
import { paths } from "./paths.mjs";

/** Of a choice of licences the MIT licence is taken; what stands beside it for a part of a crate is passed on too. */
const TEXTS = [/^LICENSE-MIT/, /^(LICENSE|LICENCE|COPYING)(\.(txt|md))?$/i];
const OF_A_PART = /^(LICENSE-UNICODE|NOTICE)/;

/** Writes the licences of the npm packages `libraries` and of every crate of the wasm into `folder`. */
export async function writeNotices(folder, libraries) {
  const ofLibraries = libraries.map(async (name) => {
    const at = `${paths.js}/node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${at}/package.json`, "utf8"));
    return notice(name, version, license, at);
  });
  // What no registry has is this project's own, under the project's licence.
  const crates = (await linkedCrates()).filter(({ checksum }) => checksum !== null);
  const ofCrates = crates.map(({ name, version, license, folder: at }) => notice(name, version, license, at));
  const notices = await Promise.all([...ofLibraries, ...ofCrates]);
  await writeFile(`${folder}/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${"-".repeat(80)}\n\n`));
}

async function notice(name, version, license, folder) {
  const files = (await readdir(folder)).sort();
  const main = TEXTS.map((pattern) => files.find((file) => pattern.test(file))).find((file) => file !== undefined);
  if (main === undefined) throw new Error(`${name} ${version} has no licence text in ${folder}`);
  const texts = [main, ...files.filter((file) => OF_A_PART.test(file))].map((file) => readFile(`${folder}/${file}`, "utf8"));
  return `${name} ${version} (${license})\n\n${(await Promise.all(texts)).map((text) => text.trim()).join("\n\n")}\n`;
}
