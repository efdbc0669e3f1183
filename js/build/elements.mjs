// ../pkg/custom-elements.json: what the element takes, gives and shows, for editors, Storybook and wrappers.
import { readFile, writeFile } from "node:fs/promises";

import { create, ts } from "@custom-elements-manifest/analyzer";

import { paths } from "./paths.mjs";

const SOURCE = "js/src/element/element.ts";

export async function customElementsManifest() {
  const source = ts.createSourceFile(SOURCE, await readFile(`${paths.root}/${SOURCE}`, "utf8"), ts.ScriptTarget.ES2022, true);
  const manifest = create({ modules: [source], plugins: [], dev: false });
  for (const module of manifest.modules) {
    module.path = "dist/element.js";
    module.declarations = module.declarations.filter(({ customElement }) => customElement);
    module.exports = [
      { kind: "js", name: "UdiVerifyElement", declaration: { name: "UdiVerifyElement", module: module.path } },
      { kind: "custom-element-definition", name: "udi-verify", declaration: { name: "UdiVerifyElement", module: module.path } },
    ];
    for (const declaration of module.declarations) {
      // One function dispatches all events; what it passes on has no name of its own.
      declaration.events = declaration.events.filter(({ name }) => name.startsWith("udi-"));
      // The lifecycle is the browser's business, and private members are nobody's.
      declaration.members = declaration.members.filter(({ name, privacy }) => !name.startsWith("#") && privacy !== "private"
        && !/^(connected|disconnected|attributeChanged)Callback$|^observedAttributes$/.test(name));
    }
  }
  await writeFile(`${paths.pkg}/custom-elements.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
