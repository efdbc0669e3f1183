// The application identifiers, ours beside those of bwip-js: which there are, how long each may be, and which
// characters it takes, found by asking both.
//
//   node table.mjs [--udi ../../target/release/udi]

import { parseArgs } from "node:util";
import { bwipJs, readings } from "./ask.mjs";

const here = new URL(".", import.meta.url).pathname;
const { values: options } = parseArgs({
  options: { udi: { type: "string", default: here + "../../target/release/udi" } },
});

const LONGEST = 92;
/** Identifiers bwip-js and we differ on, with the reason. */
const KNOWN = {};
const LENGTH_ERRORS = new Set(["GS1valueTooShort", "GS1valueTooLong", "GS1alphaTooShort", "GS1alphaTooLong"]);
const CHARACTER_ERRORS = new Set(["GS1notNumeric", "GS1badCSET82character", "GS1badCSET64character", "GS1badCSET39character"]);
const OUR_LENGTH = new Set(["value_too_short", "value_too_long", "value_empty"]);

const numbers = (digits) => Array.from({ length: 10 ** digits }, (_, at) => String(at).padStart(digits, "0"));
const candidates = [2, 3, 4].flatMap(numbers);

const bwip = await bwipJs();
const bracketed = (ai, value) => `(${ai})${value}`;
const finds = (udi, codes) => udi.findings.some((finding) => codes.has(finding.code));

/** Asks both about each case; `ours` and `theirs` turn an answer into what is compared. */
function compare(what, cases, ours, theirs) {
  const read = readings(options.udi, cases.map(({ ai, value }) => bracketed(ai, value)));
  const differ = cases.filter(({ ai, value }, at) => ours(read[at], ai) !== theirs(bwip("gs1-128", bracketed(ai, value))));
  return differ.map(({ ai, value }) => `${what}: (${ai})${value}`);
}

const isOurs = (udi, ai) => udi.elements.some((element) => element.id === ai && element.title !== null);
const differences = compare("known", candidates.map((ai) => ({ ai, value: "1" })), isOurs, (error) => error !== "GS1unknownAI");

const all = readings(options.udi, candidates.map((ai) => bracketed(ai, "1")));
const known = candidates.filter((ai, at) => isOurs(all[at], ai));

// Our least and most lengths come from asking ourselves about every length; bwip-js is asked at each edge.
const trials = known.flatMap((ai) => Array.from({ length: LONGEST }, (_, at) => ({ ai, value: "1".repeat(at + 1) })));
const answers = readings(options.udi, trials.map(({ ai, value }) => bracketed(ai, value)));
const fits = trials.map((_, at) => !finds(answers[at], OUR_LENGTH));
const sameIdentifier = (at, other) => trials[other]?.ai === trials[at].ai;
const isEdge = (at) => [at - 1, at + 1].some((other) => sameIdentifier(at, other) && fits[other] !== fits[at]);
const edges = trials.filter((_, at) => isEdge(at));
differences.push(...compare("length", edges, (udi) => !finds(udi, OUR_LENGTH), (error) => !LENGTH_ERRORS.has(error)));

const longest = new Map(trials.filter((_, at) => fits[at]).map(({ ai, value }) => [ai, value]));
const characters = [...longest].flatMap(([ai, value]) =>
  ["A", "a", "#", '"', "@", "_", "~"].flatMap((sign) => [
    { ai, value: sign + value.slice(1) },
    { ai, value: value.slice(0, -1) + sign },
  ]));
const refused = new Set(["character_not_allowed"]);
differences.push(...compare("characters", characters, (udi) => finds(udi, refused), (error) => CHARACTER_ERRORS.has(error)));

const unlisted = differences.filter((difference) => !(difference in KNOWN));
const gone = Object.keys(KNOWN).filter((difference) => !differences.includes(difference));
console.log(JSON.stringify({ identifiers: known.length, lengths: edges.length, characters: characters.length, differences: differences.length }));
for (const difference of unlisted) console.log(`not listed: ${difference}`);
for (const difference of gone) console.log(`listed, but gone: ${difference}`);
process.exitCode = unlisted.length + gone.length > 0 ? 1 : 0;
