// The demo set: labels, repository and pinned root, as `udi demo` makes them.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { paths, tool } from "./paths.mjs";

/** `{ folder, labels: [{ name, scan, image, headline }], root, repository }`. */
export function demoSet() {
  if (!existsSync(join(paths.demo, "labels.json"))) execFileSync(tool, ["demo", paths.demo], { stdio: ["ignore", "ignore", "inherit"] });
  return {
    folder: paths.demo,
    labels: JSON.parse(readFileSync(join(paths.demo, "labels.json"), "utf8")),
    root: readFileSync(join(paths.demo, "root.json")),
    repository: join(paths.demo, "repository"),
  };
}
