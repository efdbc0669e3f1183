// Six languages with the same codes and gaps, none unused; no view wider than a small phone in any of them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { noChromium, openChromium } from "./support/chromium.mjs";
import { demoSet } from "./support/demo.mjs";
import { bareCodes, tooWide } from "./support/in-page.mjs";
import { LANGUAGES } from "./support/languages.mjs";
import { paths, tool } from "./support/paths.mjs";
import { serveApp } from "./support/static.mjs";
import { eachView } from "./support/views.mjs";

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const textOf = (entry) => (typeof entry === "string" ? entry : entry.text);
const gapsOf = (entry) => [...textOf(entry).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join(" ");

/** Area → language → `{ code: entry }`. */
function areas() {
  const found = {};
  for (const [folder, files] of [["src/messages", readdirSync(paths.at("src/messages"))], ["www/messages", readdirSync(paths.at("www/messages"))]]) {
    for (const file of files.filter((name) => name.endsWith(".json"))) {
      const [language, area = "app"] = file.slice(0, -".json".length).split(".").reverse();
      (found[area] ??= {})[language] = read(paths.at(join(folder, file)));
    }
  }
  return found;
}

describe("the words", () => {
  for (const [area, languages] of Object.entries(areas())) {
    test(`${area}: every language has every code with its gaps, and no other`, () => {
      assert.deepEqual(Object.keys(languages).sort(), [...LANGUAGES].sort());
      for (const [language, words] of Object.entries(languages)) {
        const [own, english] = [Object.keys(words), Object.keys(languages.en)];
        assert.deepEqual(english.filter((code) => !own.includes(code)), [], `${area}.${language} lacks words`);
        assert.deepEqual(own.filter((code) => !english.includes(code)), [], `${area}.${language} has words that English lacks`);
        for (const code of english) {
          assert.equal(gapsOf(words[code]), gapsOf(languages.en[code]), `${area}.${language}: gaps of ${code}`);
          assert.notEqual(textOf(words[code]).trim(), "", `${area}.${language}: ${code}`);
        }
      }
    });
  }

  test("what is to be typed or set as it stands keeps its order between right-to-left words", () => {
    // Signs at the end of Latin letters go to their other side there: “Ctrl+]” would read “[+Ctrl”.
    const signs = /[A-Za-z0-9]+[+\-/]?[[\](){}<>+](?![A-Za-z0-9])/;
    const torn = Object.values(areas()).flatMap(({ ar }) => Object.entries(ar)).filter(([, entry]) => {
      // Facts in gaps are set apart when they are filled in.
      const outside = textOf(entry).replace(/\u2066[^\u2069]*\u2069|\{\w+\}/g, "").replace(/\([^()]*\)/g, "");
      return signs.test(outside);
    });
    assert.deepEqual(torn.map(([code]) => code), []);
  });

  test("everything that can be said has words", () => {
    const known = new Set(Object.values(areas()).flatMap(({ en }) => Object.keys(en)));
    const unworded = [];
    for (const [pattern, prefix, folder] of SAID) {
      for (const [, code] of sourcesIn(paths.at(folder)).join("\n").matchAll(pattern)) {
        if (!known.has(prefix + code) && !FOR_DEVELOPERS.has(code)) unworded.push(prefix + code);
      }
    }
    for (const reason of variantsOf("Because", readFileSync(paths.at("src/recall/mod.rs"), "utf8"))) {
      if (!known.has(`because_${reason}`)) unworded.push(`because_${reason}`);
    }
    assert.deepEqual(unworded, []);
  });

  test("no word is left that nothing says", () => {
    const sources = ["js/src", "www", "src", "cli/src"].flatMap((folder) => sourcesIn(paths.at(folder))).join("\n");
    // `trouble_${code}_do` says every word that begins and ends so, if what stands between is a code of its own.
    const patterns = [...sources.matchAll(/`(\w*)\$\{[^`{}]+\}(\w*)`/g)].filter(([, before, after]) => /_$|^$/.test(before) && /^(_|$)/.test(after) && before + after !== "");
    const compounds = [...new Set(patterns.map(([, before, after]) => `^${before}(\\w+)${after}$`))].map((pattern) => new RegExp(pattern));
    const standing = standingIn(sources);
    const unsaid = Object.values(areas()).flatMap(({ en }) => Object.keys(en)).filter((code) => !isSaid(code, standing, compounds));
    assert.deepEqual(unsaid, []);
  });
});

/** What can be said, as the sources have it: pattern of the code, prefix of its words, where. */
const SAID = [
  [/new UdiVerifyError\(\s*"(\w+)"/g, "error_", "js/src"],
  [/new UdiVerifyError\(\s*"(\w+)"/g, "error_", "www"],
  [/: "(camera_\w+)"/g, "error_", "js/src"],
  [/hint\("(hint_\w+)"/g, "", "js/src/element"],
];
/** Never shown: for the makers of pages and services, or caught by the element itself. */
const FOR_DEVELOPERS = new Set(["camera_closed", "not_loaded", "now", "wasm_source", "canvas", "frame_format", "worker_ended", "scan_too_long"]);

/** Said outright, or put together around a code that stands somewhere by itself. */
function isSaid(code, standing, compounds) {
  return standing.has(code) || compounds.some((compound) => standing.has(compound.exec(code)?.[1] ?? ""));
}

/** Every word that stands alone in the sources: quoted, as the key of an object, or as a variant written in snake case. */
function standingIn(sources) {
  const found = new Set();
  for (const [, word] of sources.matchAll(/(?<=["'`])(\w+)(?=["'`])/g)) found.add(word);
  for (const [, word] of sources.matchAll(/\b(\w+):/g)) found.add(word);
  for (const [, word] of sources.matchAll(/\b([A-Z]\w*)\b/g)) found.add(word.replace(/(?!^)[A-Z]/g, "_$&").toLowerCase());
  return found;
}

/** The variants of a Rust enumeration, in snake case. */
function variantsOf(name, source) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";
  const variants = [...body.matchAll(/^\s*([A-Z]\w*),/gm)].map(([, variant]) => variant.replace(/(?!^)[A-Z]/g, "_$&").toLowerCase());
  assert.notDeepEqual(variants, [], `${name} was not found`);
  return variants;
}

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|rs|mjs|html)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

const skip = noChromium || (tool === undefined && "skipped: build the udi tool first (cargo xtask build)");

/** The others are looked at by accessibility.test.mjs, which opens every view at this width too. */
const HERE = ["en", "zh-Hans", "es"];

describe("at 320 pixels", { skip }, () => {
  for (const language of HERE) {
    test(`${language}: no view is wider than the screen, nothing is cut off, and everything has words`, async () => {
      const demo = demoSet();
      const [server, browser] = await Promise.all([serveApp(demo), openChromium({ locale: language, viewport: { width: 320, height: 640 } })]);
      try {
        const { page } = browser;
        const found = [];
        await eachView(page, server.url, demo, async (name) => {
          assert.equal(await page.evaluate(() => document.documentElement.lang), language, name);
          assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "ltr", name);
          found.push(...(await page.evaluate(tooWide)).map((what) => `${name}: ${what}`));
          found.push(...(await page.evaluate(bareCodes)).map((code) => `${name}: ${code} has no words`));
        });
        assert.deepEqual(found, []);
      } finally {
        await browser.close();
        await server.stop();
      }
    });
  }
});
