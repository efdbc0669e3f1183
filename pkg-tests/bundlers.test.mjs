// The packed package built into a page by each common bundler, and the page used in a real browser.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rspack } from "@rspack/core";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { installPacked } from "./support/packed.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveFolders } from "./support/static.mjs";

/** The two lines docs/web.md asks of a page; some bundlers' own loaders do not know Trusted Types. */
const HEADERS = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'" };

/** Name → entry of `consumers/`, and the build of it into `out`. */
const BUNDLERS = {
  vite: ["page", ({ entry, out, root }) => vite.build({
    root, logLevel: "error", configFile: false,
    build: { outDir: out, emptyOutDir: false, target: "es2022", rollupOptions: { input: entry, output: { entryFileNames: "bundle.js" } } },
  })],
  webpack: ["page", ({ entry, out, root }) => compiled(webpack, { entry, out, root })],
  rspack: ["page", ({ entry, out, root }) => compiled(rspack, { entry, out, root })],
  esbuild: ["inline-page", ({ entry, out }) => esbuild.build({
    entryPoints: [entry], outfile: join(out, "bundle.js"), bundle: true, format: "esm", logLevel: "error",
  })],
  rollup: ["inline-page", async ({ entry, out }) => {
    const build = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })], onLog: () => undefined });
    await build.write({ dir: out, entryFileNames: "bundle.js", format: "es" });
    await build.close();
  }],
};

function compiled(bundler, { entry, out, root }) {
  const configuration = {
    context: root, entry, mode: "production", target: "web",
    output: { path: out, filename: "bundle.js", publicPath: "auto", module: true }, experiments: { outputModule: true },
  };
  return new Promise((resolve, reject) => {
    bundler(configuration, (error, stats) => {
      if (error !== null) reject(error);
      else if (stats.hasErrors()) reject(new Error(stats.toString("errors-only")));
      else resolve();
    });
  });
}

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

describe("bundlers", { skip }, () => {
  let browser;
  let packed;
  let demo;

  before(async () => {
    demo = demoSet();
    packed = installPacked();
    cpSync(paths.at("pkg-tests/consumers"), packed.folder, { recursive: true });
    writeFileSync(join(packed.folder, "scan.json"), JSON.stringify({ scan: label().scan }));
    browser = await openChromium();
  });

  after(async () => {
    await browser?.close();
    packed?.remove();
  });

  for (const [name, [page, build]] of Object.entries(BUNDLERS)) {
    test(`${name}: the page it builds verifies on its own thread and in a worker`, async () => {
      const out = join(packed.folder, name);
      mkdirSync(out);
      await build({ entry: join(packed.folder, `${page}.mjs`), out, root: packed.folder });
      writeFileSync(join(out, "index.html"), '<!doctype html><title>consumer</title><script type="module" src="bundle.js"></script>');
      copyFiles(page, out);

      const server = await serveFolders({
        "/": `${out}/`, "/repository/": `${demo.repository}/`, "/root.json": join(demo.folder, "root.json"),
        "/scan.json": join(packed.folder, "scan.json"),
      }, HEADERS);
      try {
        await browser.page.goto(server.url);
        const { wasmSha256, ...outcome } = await browser.page.evaluate(() => globalThis.outcome);
        assert.deepEqual(outcome, { page: label().headline, worker: label().headline, element: true });
        assert.match(wasmSha256, /^[0-9a-f]{64}$/);
      } finally {
        await server.stop();
      }
    });
  }

  const label = () => demo.labels.find(({ name }) => name === "recalled_by_serial");

  /** Where the bundler does not carry files along, the customer copies the two that the package names. */
  function copyFiles(page, out) {
    if (page !== "inline-page") return;
    const dist = join(packed.folder, "node_modules/udi-verify/dist");
    mkdirSync(join(out, "copied"));
    for (const file of ["worker.js", "udi_verify_bg.wasm"]) cpSync(join(dist, file), join(out, "copied", file));
    assert.ok(existsSync(join(out, "copied/worker.js")));
  }
});
