// What a user downloads, held to budgets. Lower a budget when the size falls; raising one needs a reason.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { paths } from "./support/paths.mjs";

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** What → its bytes, how they are sent, and the most they may weigh then. */
const BUDGETS = [
  ["the app's JavaScript until it can scan, gzip", () => firstLoad().map((bytes) => gzip(bytes)), 45_000],
  ["the core, udi_verify_bg.wasm, brotli", () => [brotli(readFileSync(join(paths.pkg, "dist/udi_verify_bg.wasm")))], 400_000],
  ["the app's style sheet, gzip", () => [gzip(asset(/^app-.*\.css$/))], 6_000],
  ["the words of a further language, gzip, at most", () => [Math.max(...languages())], 22_000],
];

for (const [what, measure, most] of BUDGETS) {
  test(what, () => {
    const size = measure().reduce((sum, part) => sum + part, 0);
    console.log(`${what}: ${size} bytes of ${most}`);
    assert.ok(size <= most, `${size} bytes, ${most} are allowed`);
  });
}

/** The scripts that load before the first scan: the page's, those it imports at once, and the worker's. */
function firstLoad() {
  const index = readFileSync(join(paths.site, "index.html"), "utf8");
  const wanted = [/src="assets\/([^"]+\.js)"/.exec(index)[1]];
  for (const name of wanted) {
    const imports = readFileSync(join(paths.site, "assets", name), "utf8").matchAll(/\bfrom\s*"\.\/([^"]+\.js)"|\bimport\s*"\.\/([^"]+\.js)"/g);
    for (const [, from, bare] of imports) if (!wanted.includes(from ?? bare)) wanted.push(from ?? bare);
  }
  const scripts = wanted.map((name) => readFileSync(join(paths.site, "assets", name)));
  return [...scripts, asset(/^worker-.*\.js$/)];
}

function asset(pattern) {
  return readFileSync(join(paths.site, "assets", assets().find((name) => pattern.test(name))));
}

function assets() {
  return readdirSync(join(paths.site, "assets"));
}

/** What each further language brings in all: its words, those of the scanner check, its clauses; compressed. */
function languages() {
  return ["zh-Hans", "de", "fr", "es", "ar"].map((language) => {
    const tables = assets().filter((name) => name.startsWith(`${language}-`) && name.endsWith(".js"));
    assert.notEqual(tables.length, 0, `there are no words in ${language}`);
    return tables.reduce((sum, name) => sum + gzip(readFileSync(join(paths.site, "assets", name))), 0);
  });
}
