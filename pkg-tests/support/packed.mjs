// The package as npm would deliver it: packed, and installed into an empty project.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { paths } from "./paths.mjs";

const quiet = { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };

/** `{ folder, file(path), import(entry), remove() }` of a fresh project with the packed package in it. */
export function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "udi-verify-packed-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--json", "--pack-destination", folder, paths.pkg], quiet));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--offline", `./${filename}`], { ...quiet, cwd: folder });
  // A file of the project, so that imports resolve as a consumer's would.
  const door = join(folder, "door.mjs");
  writeFileSync(door, "export const open = (name) => import(name);\nexport const resolve = (name) => import.meta.resolve(name);\n");
  return {
    folder,
    /** The tarball, in the folder. */
    tarball: filename,
    import: async (name) => (await import(pathToFileURL(door))).open(name),
    resolve: async (name) => (await import(pathToFileURL(door))).resolve(name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
