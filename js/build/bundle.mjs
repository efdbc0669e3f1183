// What every bundle has in common.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import * as esbuild from "esbuild";

import { paths } from "./paths.mjs";
import { wordsPlugin } from "./words.mjs";

const corePlugin = {
  name: "core",
  setup(build) {
    build.onResolve({ filter: /^udi-verify-glue$/ }, () => ({ path: paths.glue }));
    build.onResolve({ filter: /^udi-verify-wasm-base64$/ }, () => ({ path: paths.wasm, namespace: "base64" }));
    build.onLoad({ filter: /.*/, namespace: "base64" }, async ({ path }) => ({
      contents: (await readFile(path)).toString("base64"),
      loader: "text",
    }));
  },
};

/** A style sheet as text, for `CSSStyleSheet.replaceSync`. */
const stylePlugin = {
  name: "style",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text", watchFiles: [path] };
    });
  },
};

/** Runs esbuild; `options` name the entries and the place of the output. */
export async function bundle(options) {
  const digest = createHash("sha256").update(await readFile(paths.wasm)).digest();
  return esbuild.build({
    absWorkingDir: paths.root,
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    minify: true,
    // package.json speaks of the built files; here the sources themselves are bundled.
    ignoreAnnotations: true,
    loader: { ".svg": "file" },
    plugins: [corePlugin, stylePlugin, wordsPlugin],
    tsconfig: `${paths.js}/tsconfig.json`,
    ...options,
    define: {
      __WASM_SHA256__: JSON.stringify(digest.toString("hex")),
      __WASM_INTEGRITY__: JSON.stringify(`sha256-${digest.toString("base64")}`),
      ...options.define,
    },
  });
}

/** The worker: one self-contained script, since bundlers copy it as a file. */
export function bundleWorker(outfile) {
  return bundle({ entryPoints: [`${paths.source}/worker.ts`], outfile });
}
