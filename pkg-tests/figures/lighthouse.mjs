// Lighthouse's scores of the app's start, by the Lighthouse and the newer Node.js that this folder's lockfile names.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { paths } from "../support/paths.mjs";
import { serveApp } from "../support/static.mjs";

/** Lighthouse asks for a newer Node.js than the package itself: npm brings one for the commonest machines. */
const NODE = `node-${process.platform}-${process.arch}/bin/node`;

const inHere = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Category → score of 100; what costs points is named on standard error. */
export async function scores(demo) {
  const profile = mkdtempSync(join(tmpdir(), "udi-verify-lighthouse-"));
  const server = await serveApp(demo);
  try {
    const { stdout } = await promisify(execFile)(existsSync(inHere(NODE)) ? inHere(NODE) : process.execPath, [
      inHere("lighthouse/cli/index.js"), server.url, "--quiet", "--output=json", "--only-categories=accessibility,best-practices",
      `--chrome-flags=${FLAGS.join(" ")} --user-data-dir=${profile}`,
    ], { env: { ...process.env, CHROME_PATH: paths.chromium }, maxBuffer: 1 << 28 });
    const { categories, audits } = JSON.parse(stdout);
    for (const { auditRefs } of Object.values(categories)) {
      for (const { id, weight } of auditRefs) {
        const { score, title } = audits[id];
        if (weight > 0 && score !== null && score < 1) console.error(`Lighthouse: ${id}: ${title}`);
      }
    }
    return Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
  } finally {
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  }
}
