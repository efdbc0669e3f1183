// The words of one language: the core's message files (udi, verdict) and the app's, in one table.
import { readdir, readFile } from "node:fs/promises";

import { paths } from "./paths.mjs";

/** The core's file of what can be wrong with a label. */
const FINDINGS = /\/udi\.[^/]+\.json$/;

/** Languages that have an app file; the core's words may still be missing in some of them. */
export async function languages() {
  const files = await readdir(paths.appMessages);
  return files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
}

/** What only parts of the app say that are loaded when they are first wanted: sessions, history, sheets, the scanner check. */
const LATER = /^(trouble_|setup_(?!failed_title$|retry$)|scanner|receiving_|sweep_|sessions?_|lists?_|tile_|line_|said_|report_|history|filter_|retention_|sync_|integrity|wifi_|carry|keeping|feedback|start_|count_of$|tag_duplicate$|error_list_|appearance|language$|about|install|data_(?!evicted$))/;

/**
 * The words of one language in three parts: `words`, as `Table` in js/src/element/words.ts, which the app cannot start
 * without; `later`, for parts of it that are loaded when they are wanted; and `findings`, as `Findings` there, which
 * only a label with problems needs. A code given twice is a mistake.
 */
export async function table(language) {
  const texts = {};
  const later = {};
  const findings = { texts: {}, rules: {} };
  for (const file of await filesOf(language)) {
    const isOfFindings = FINDINGS.test(file);
    for (const [code, entry] of Object.entries(JSON.parse(await readFile(file, "utf8")))) {
      // For the command line's explanations; the app shows fields and findings instead.
      if (code.startsWith("explain_")) continue;
      if ([texts, later, findings.texts].some((part) => code in part)) throw new Error(`${file}: ${code} is already given by another file`);
      const part = isOfFindings ? findings.texts : LATER.test(code) ? later : texts;
      part[code] = typeof entry === "string" ? entry : entry.text;
      if (isOfFindings && entry.rule) findings.rules[code] = entry.rule;
    }
  }
  return { words: { language, texts }, later, findings };
}

async function filesOf(language) {
  const core = (await readdir(paths.coreMessages)).filter((file) => file.endsWith(`.${language}.json`));
  return [...core.map((file) => `${paths.coreMessages}/${file}`), `${paths.appMessages}/${language}.json`];
}

/** Lets a source file `import table from "words:en"`, `"later:en"` and `"findings:en"`. */
export const wordsPlugin = {
  name: "words",
  setup(build) {
    for (const part of ["words", "later", "findings"]) {
      build.onResolve({ filter: new RegExp(`^${part}:`) }, ({ path }) => ({ path: path.slice(part.length + 1), namespace: part }));
      build.onLoad({ filter: /.*/, namespace: part }, async ({ path }) => ({
        contents: JSON.stringify((await table(path))[part]),
        loader: "json",
        watchFiles: await filesOf(path),
      }));
    }
  },
};
