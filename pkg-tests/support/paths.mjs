import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const paths = {
  at,
  pkg: at("pkg"),
  site: at("target/site"),
  demo: at("target/demo"),
  vectors: at("tests/vectors"),
  examples: at("examples"),
  screens: at("target/screens"),
  chromium: "/usr/bin/chromium",
};

/** The command-line tool, as built for release or else for development. */
export const tool = [at("target/release/udi"), at("target/debug/udi")].find((path) => existsSync(path));
