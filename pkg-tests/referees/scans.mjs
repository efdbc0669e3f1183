// Generated scans: right ones of every form, and the same with one thing changed.

/** A small seeded generator (mulberry32), so that a run can be repeated. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  const text = (alphabet, from, to) =>
    Array.from({ length: from + below(to - from + 1) }, () => pick(alphabet)).join("");
  return { next, below, pick, text };
}

const DIGITS = [..."0123456789"];
const CAPITALS = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const SET_82 = [..."!\"%&'*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"];
const HIBC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

export function checkDigit(body) {
  const sum = [...body].reverse().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

export function hibcCheck(text) {
  return HIBC[[...text].reduce((sum, character) => sum + HIBC.indexOf(character), 0) % 43];
}

const two = (number) => String(number).padStart(2, "0");

/** Dates right and wrong, days 00 and 29 February among them. */
function yymmdd(chance) {
  const day = chance.below(12) === 0 ? 0 : 1 + chance.below(31);
  return two(chance.below(100)) + two(chance.below(20) === 0 ? chance.below(100) : 1 + chance.below(12)) + two(day);
}

/** The application identifiers labels carry, each with a way to make a value. */
const VALUES = {
  "01": (chance) => withCheck(chance, 13),
  "10": (chance) => chance.text(SET_82, 1, 20),
  "11": yymmdd,
  "13": yymmdd,
  "17": yymmdd,
  "20": (chance) => chance.text(DIGITS, 2, 2),
  "21": (chance) => chance.text(SET_82, 1, 20),
  "22": (chance) => chance.text(SET_82, 1, 20),
  "240": (chance) => chance.text(SET_82, 1, 30),
  "241": (chance) => chance.text(SET_82, 1, 30),
  "30": (chance) => chance.text(DIGITS, 1, 8),
  "422": (chance) => chance.pick(["276", "840", "156", "000", chance.text(DIGITS, 3, 3)]),
  "710": (chance) => chance.text(SET_82, 1, 20),
  "7003": (chance) => yymmdd(chance) + two(chance.below(26)) + two(chance.below(62)),
  "8008": (chance) => yymmdd(chance) + two(chance.below(25)) + chance.pick(["", two(chance.below(61))]),
  "8012": (chance) => chance.text(SET_82, 1, 20),
  "91": (chance) => chance.text(SET_82, 1, 90),
};
const PREDEFINED = new Set(["01", "11", "13", "17", "20"]);

function withCheck(chance, length) {
  const body = chance.text(DIGITS, length, length);
  return body + (chance.below(15) === 0 ? chance.pick(DIGITS) : checkDigit(body));
}

function elements(chance) {
  const ids = ["01"];
  for (let more = chance.below(5); more > 0; more--) {
    ids.push(chance.pick(Object.keys(VALUES)));
  }
  return ids.map((id, at) => {
    const value = VALUES[id](chance);
    // A predefined length too short or too long borrows from its neighbour, which brackets would not show.
    const alone = !PREDEFINED.has(id) || at === ids.length - 1;
    return [id, alone ? damaged(chance, value) : value];
  });
}

/** A value with, now and then, a character too many, too few or out of place. */
function damaged(chance, value) {
  const at = chance.below(value.length);
  switch (chance.below(40)) {
    case 0:
      return value.slice(0, at) + value.slice(at + 1);
    case 1:
      return value.slice(0, at) + chance.pick([..." #$@ABC019"]) + value.slice(at);
    default:
      return value;
  }
}

function elementString(chance) {
  const all = elements(chance);
  const last = all.length - 1;
  const text = all.map(([id, value], at) => id + value + (PREDEFINED.has(id) || at === last ? "" : "\x1d")).join("");
  return { form: "element_string", scan: "]d2" + text, bracketed: all.map(([id, value]) => `(${id})${value}`).join("") };
}

function digitalLink(chance) {
  const gtin = chance.pick([withCheck(chance, 13), withCheck(chance, 13), withCheck(chance, 12)]);
  const escape = (value) => encodeURIComponent(value).replace(/[!'()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16));
  let path = `/01/${gtin}`;
  const qualifiers = chance.below(8) === 0 ? ["21", "10"] : ["22", "10", "21"];
  for (const id of qualifiers) {
    if (chance.below(2)) path += `/${id}/${escape(damaged(chance, VALUES[id](chance)))}`;
  }
  const query = ["17", "11", "240", "30", "10", "8008", "91"].filter(() => chance.below(5) === 0);
  const search = query.map((id) => `${id}=${escape(damaged(chance, VALUES[id](chance)))}`).join("&");
  const scheme = chance.pick(["https", "https", "http", "HTTPS", "Https"]);
  const stem = chance.pick(["", "", "/shop", "/01/x"]);
  return { form: "digital_link", scan: `${scheme}://example.com${stem}${path}${search && "?" + search}` };
}

function hibc(chance) {
  const di = chance.pick([..."ABCDEFGHJKLMNPQRSTUVWXYZ"]) + chance.text(CAPITALS, 4, 15) + chance.pick(DIGITS);
  const lot = chance.text(CAPITALS, 1, 18);
  const secondary = chance.pick(["", `/$${lot}`, `/$$3270630${lot}`, `/$$7${lot}`, `/$$0627${lot}`]);
  const body = `+${di}${secondary}`;
  return { form: "hibc", scan: body + (chance.below(3) ? hibcCheck(body) : chance.pick([...HIBC].filter((c) => c !== " "))) };
}

function ean(chance) {
  const length = chance.pick([8, 12, 13]);
  const body = chance.text(DIGITS, length - 1, length - 1);
  return { form: "ean", scan: body + (chance.below(3) ? checkDigit(body) : chance.pick(DIGITS)) };
}

/** `count` scans, each with its form; the same for the same seed. */
export function scans(count, seed) {
  const chance = random(seed);
  const forms = [elementString, elementString, elementString, digitalLink, digitalLink, hibc, ean];
  return Array.from({ length: count }, () => chance.pick(forms)(chance));
}
