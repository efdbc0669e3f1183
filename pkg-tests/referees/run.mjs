// The parser against independent ones: bwip-js, biip, python-stdnum and zint, on generated scans.
//
//   node run.mjs --udi ../../target/release/udi [--count 20000] [--seed 1] [--python python3] [--every]
//
// Every kind of disagreement must stand in disagreements.json with the reason and the clause that says who is
// right. One that is not listed fails; so does a listed one that no longer occurs, in runs of 20,000 and more.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bwipJs, escaped, lines, readings } from "./ask.mjs";
import { scans } from "./scans.mjs";

const here = new URL(".", import.meta.url).pathname;
const { values: options } = parseArgs({
  options: {
    udi: { type: "string", default: here + "../../target/release/udi" },
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    every: { type: "boolean", default: false },
  },
});
const count = Number(options.count);
function codes(udi, severities) {
  return [...new Set(udi.findings.filter((finding) => severities.includes(finding.severity)).map((finding) => finding.code))].sort();
}

/** bwip-js draws what it accepts; what it says is too large for a symbol it has accepted as data. */
async function byBwipJs(all) {
  const bwip = await bwipJs();
  const attempt = (bcid, text, more) => {
    const error = bwip(bcid, text, more);
    const tooMuchForOneSymbol = error && !error.startsWith("GS1") && /length|long|validSymbol/i.test(error) && !error.startsWith("ean");
    return error && !tooMuchForOneSymbol ? { valid: false, error } : { valid: true };
  };
  return all.map((item) => {
    switch (item.form) {
      case "element_string":
        return attempt("gs1-128", item.bracketed);
      case "digital_link":
        return attempt("gs1dlqrcode", item.scan);
      case "hibc":
        return attempt("hibccode128", item.scan.slice(1), { validatecheck: true });
      case "ean":
        return attempt({ 8: "ean8", 12: "upca", 13: "ean13" }[item.scan.length], item.scan);
    }
  });
}

/** zint, as a program: one run a scan, so it sees one in twenty. */
function byZint(all) {
  if (spawnSync("zint", ["--version"]).error) return null;
  return all.map((item, at) => {
    if (item.form !== "element_string" || at % 20 !== 0 || /[\[\]]/.test(item.bracketed)) return undefined;
    const data = item.bracketed.replace(/\((\d{2,4})\)/g, "[$1]");
    const run = spawnSync("zint", ["--barcode=71", "--gs1", "--werror", "--direct", "--filetype=txt", "-d", data]);
    return { valid: run.status === 0 };
  });
}

/**
 * Disagreements in words that stay the same from run to run. A referee that accepts what we do not has passed
 * over every one of our reasons, so each is a kind of its own.
 */
function kinds(referee, item, udi, theirs) {
  if (theirs.valid) {
    if (udi.valid) return [];
    return codes(udi, ["error", "repair"]).map((code) => `${referee} accepts ${item.form}: ${code}`);
  }
  // Associations are warnings here and errors there.
  const warned = codes(udi, ["warning"]).some((code) => code.startsWith("association_"));
  const association = /missingAIs|exclusiveAIs/.test(theirs.error ?? "");
  return udi.valid && !(warned && association) ? [`${referee} refuses ${item.form}: ${theirs.error ?? "no reason given"}`] : [];
}

/** Values that both read but differently. */
function differing(item, udi, theirs) {
  if (!theirs.valid || !udi.valid || !theirs.fields) return [];
  const wrong = udi.elements.find((element) => theirs.fields[element.id] !== undefined && theirs.fields[element.id] !== element.value
    && udi.elements.filter((other) => other.id === element.id).length === 1);
  return wrong ? [`biip reads another value of (${wrong.id})`] : [];
}

const all = scans(count, Number(options.seed));
const read = readings(options.udi, all.map((item) => item.scan));
const referees = { "bwip-js": await byBwipJs(all), zint: byZint(all) };
const python = lines(options.python, [here + "referees.py"], all.map((item) => JSON.stringify(item) + "\n").join(""));
for (const name of ["biip", "python-stdnum"]) {
  referees[name] = python && python.map((answers) => answers[name]);
}

const found = new Map();
const asked = {};
for (const [referee, answers] of Object.entries(referees)) {
  if (!answers) {
    console.log(`${referee}: not here, so not asked`);
    if (options.every) process.exitCode = 1;
    continue;
  }
  asked[referee] = 0;
  all.forEach((item, at) => {
    const theirs = answers[at];
    if (!theirs) return;
    asked[referee] += 1;
    for (const what of [...kinds(referee, item, read[at], theirs), ...differing(item, read[at], theirs)]) {
      const entry = found.get(what) ?? { count: 0, example: escaped(item.scan) };
      entry.count += 1;
      found.set(what, entry);
    }
  });
}

const listed = JSON.parse(readFileSync(here + "disagreements.json", "utf8"));
const unlisted = [...found].filter(([what]) => !(what in listed));
const gone = Object.keys(listed).filter((what) => !found.has(what) && Object.keys(asked).some((name) => what.startsWith(name)));
console.log(JSON.stringify({ scans: count, asked, kindsOfDisagreement: found.size, listed: Object.keys(listed).length }));
for (const [what, { count, example }] of unlisted) console.log(`not listed (${count} times): ${what}\n    ${example}`);
const counted = count >= 20000;
if (counted) for (const what of gone) console.log(`listed, but gone: ${what}`);
if (unlisted.length > 0 || (counted && gone.length > 0)) process.exitCode = 1;
