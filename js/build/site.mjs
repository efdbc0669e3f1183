// ../target/site: the app. Every file the browser may keep for ever carries its hash in its name.
import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, relative } from "node:path";

import { bundle } from "./bundle.mjs";
import { writeNotices } from "./notices.mjs";
import { paths } from "./paths.mjs";

export async function buildSite() {
  const assets = `${paths.site}/assets`;
  await mkdir(assets, { recursive: true });
  const wasm = await hashed(paths.wasm, assets);
  const worker = await hashed(`${paths.pkg}/dist/worker.js`, assets);
  const app = await bundleApp(assets, { wasm, worker });

  await cp(`${paths.www}/icons`, `${paths.site}/icons`, { recursive: true });
  await copyFile(`${paths.www}/manifest.webmanifest`, `${paths.site}/manifest.webmanifest`);
  const html = await readFile(`${paths.www}/index.html`, "utf8");
  const preloads = app.imports.map((script) => `\n  <link rel="modulepreload" href="${script}">`).join("");
  await writeFile(`${paths.site}/index.html`, html.replace("app.ts", app.script).replace("app.css", app.style).replace("\n</head>", `${preloads}\n</head>`));
  await writeNotices(paths.site, ["fflate", "idb", "papaparse"]);
  await bundleServiceWorker();
}

async function bundleApp(assets, { wasm, worker }) {
  const result = await bundle({
    entryPoints: [`${paths.www}/app.ts`],
    outdir: assets,
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    metafile: true,
    define: { __WASM_URL__: JSON.stringify(`assets/${wasm}`), __WORKER_URL__: JSON.stringify(`assets/${worker}`) },
  });
  const { outputs } = result.metafile;
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith("www/app.ts"));
  // All that the entry cannot run without, asked for at once instead of one after the other.
  const needed = [entry];
  for (const file of needed) {
    for (const { path, kind } of outputs[file].imports) if (kind === "import-statement" && !needed.includes(path)) needed.push(path);
  }
  const [script, ...imports] = needed.map((file) => `assets/${basename(file)}`);
  const style = await hashed(`${paths.www}/app.css`, assets);
  return { script, imports, style: `assets/${style}` };
}

/** Copies a file under a name that carries its hash; gives the name. */
async function hashed(file, folder) {
  const bytes = await readFile(file);
  const [name, extension] = basename(file).split(/\.(?=[^.]+$)/);
  const target = `${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.${extension}`;
  await writeFile(`${folder}/${target}`, bytes);
  return target;
}

/** The service worker last: it names every other file with its hash, so any change makes a new build. */
async function bundleServiceWorker() {
  const files = [];
  for (const entry of await readdir(paths.site, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(paths.site, `${entry.parentPath}/${entry.name}`);
    const hash = createHash("sha256").update(await readFile(`${paths.site}/${path}`)).digest("hex");
    files.push([path, hash]);
  }
  files.sort();
  const build = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
  await bundle({
    entryPoints: [`${paths.www}/service-worker.ts`],
    outfile: `${paths.site}/service-worker.js`,
    define: { __BUILD__: JSON.stringify(build), __FILES__: JSON.stringify(files.map(([path]) => path)) },
  });
}
