// Writes fixtures/symbols.txt: the module matrices the generator prints, made by bwip-js, which shares no code
// with any decoder measured here. Run `npm run symbols` only to change the set; the tests need no Node.
//
// A line is: kind format identifier message-hex width height matrix-hex. A matrix has one bit a module, 1 dark,
// row-major, packed from the high bit, zeros after the last; a 1D symbol is one row. The message keeps inner
// FNC1 as 1d.

import bwip from "bwip-js";

let state = 20261122n;
/** A whole number below `n`, from a 64-bit linear congruential generator: the file is the same every run. */
function below(n) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
  return Number((state >> 33n) % BigInt(n));
}
const pick = (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
const digits = (length) => pick("0123456789", length);
const upper = (length) => pick("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", length);
const base64url = (length) =>
  pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", length);
const date = () => digits(0) + String(24 + below(12)) + String(1 + below(12)).padStart(2, "0") + String(1 + below(28)).padStart(2, "0");

/** `body` with the GS1 modulo 10 check digit behind it. */
function withCheckDigit(body) {
  const sum = [...body].reverse().reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
}
const gtin = () => withCheckDigit(`0${digits(12)}`);

const HIBC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/** A HIBC message: `+`, the data, the modulo 43 check character. */
function hibcMessage(data) {
  const sum = [...`+${data}`].reduce((total, character) => total + HIBC.indexOf(character), 0);
  return `+${data}${HIBC[sum % 43]}`;
}

/** Elements as bwip-js wants them and as the message carries them (FNC1 only after a value of open length). */
function elements(pairs) {
  const open = new Set(["10", "21", "91", "92", "240"]);
  const text = pairs.map(([ai, value]) => `(${ai})${value}`).join("");
  const message = pairs
    .map(([ai, value], at) => ai + value + (open.has(ai) && at + 1 < pairs.length ? "\x1d" : ""))
    .join("");
  return { text, message };
}

const shortUdi = () =>
  elements(
    [
      [["01", gtin()], ["17", date()], ["10", upper(4 + below(6))], ["21", upper(6 + below(6))]],
      [["01", gtin()], ["11", date()], ["17", date()], ["10", upper(5 + below(6))]],
      [["01", gtin()], ["10", upper(6)], ["21", digits(8)]],
      [["01", gtin()], ["17", date()], ["21", upper(10)]],
    ][below(4)],
  );
const signedUdi = () =>
  elements([
    ["01", gtin()], ["17", date()], ["10", upper(4 + below(3))], ["21", upper(5 + below(3))],
    ["91", base64url(10)], ["92", base64url(86)],
  ]);
const hibcData = () => {
  const primary = pick("ABCDEFGHJKLMNPRSTUVWXYZ", 1) + digits(3) + upper(5 + below(8)) + String(below(10));
  return below(2) ? primary : `${primary}/$$3${date()}${upper(5 + below(4))}/S${upper(6)}`;
};

/** One line of the fixture. */
function line(kind, format, identifier, message, options) {
  const raw = bwip.raw(options)[0];
  const [width, height, modules] = raw.pixs
    ? [raw.pixx, raw.pixy, raw.pixs]
    : [raw.sbs.reduce((a, b) => a + b, 0), 1, raw.sbs.flatMap((run, at) => Array(run).fill(at % 2 ? 0 : 1))];
  const bits = modules.join("").padEnd(Math.ceil(modules.length / 8) * 8, "0");
  const packed = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2).toString(16).padStart(2, "0")).join("");
  const hex = Buffer.from(message, "latin1").toString("hex");
  console.log([kind, format, identifier, hex, width, height, packed].join(" "));
}
const times = (n, make) => Array.from({ length: n }, make);

times(32, () => {
  const { text, message } = shortUdi();
  line("gs1-datamatrix", "DataMatrix", "]d2", message, { bcid: "gs1datamatrix", text });
});
times(16, () => {
  const { text, message } = signedUdi();
  line("gs1-datamatrix-signed", "DataMatrix", "]d2", message, { bcid: "gs1datamatrix", text });
});
times(6, () => {
  const { text, message } = elements([["01", gtin()], ["21", digits(4)]]);
  line("gs1-datamatrix-rectangular", "DataMatrix", "]d2", message, { bcid: "gs1datamatrixrectangular", text });
});
times(20, () => {
  const { text, message } = shortUdi();
  line("gs1-qr", "QRCode", "]Q3", message, { bcid: "gs1qrcode", text, eclevel: "LMQ"[below(3)] });
});
times(8, () => {
  const { text, message } = signedUdi();
  line("gs1-qr-signed", "QRCode", "]Q3", message, { bcid: "gs1qrcode", text, eclevel: "LM"[below(2)] });
});
times(24, () => {
  const { text, message } = elements(
    [
      [["01", gtin()], ["17", date()], ["10", upper(4 + below(4))]],
      [["01", gtin()], ["21", digits(8)]],
      [["01", gtin()]],
      [["17", date()], ["10", upper(6)]],
    ][below(4)],
  );
  line("gs1-128", "Code128", "]C1", message, { bcid: "gs1-128", text });
});
times(24, () => {
  const data = hibcData();
  line("hibc-datamatrix", "DataMatrix", "]d1", hibcMessage(data), { bcid: "hibcdatamatrix", text: data });
});
times(6, () => {
  const data = hibcData();
  line("hibc-qr", "QRCode", "]Q1", hibcMessage(data), { bcid: "hibcqrcode", text: data });
});
times(10, () => {
  const data = pick("ABCDEFGHJKLMN", 1) + digits(3) + upper(4 + below(3)) + String(below(10));
  line("hibc-39", "Code39", "]A0", hibcMessage(data), { bcid: "hibccode39", text: data });
});
times(6, () => {
  const data = pick("ABCDEFGHJKLMN", 1) + digits(3) + upper(5 + below(6)) + String(below(10));
  line("hibc-128", "Code128", "]C0", hibcMessage(data), { bcid: "hibccode128", text: data });
});
times(8, () => {
  const text = withCheckDigit(digits(13));
  line("itf-14", "ITF", "]I0", text, { bcid: "itf14", text });
});
times(10, () => {
  const text = withCheckDigit(`9${digits(11)}`);
  line("ean-13", "EAN13", "]E0", text, { bcid: "ean13", text });
});
// What else is printed on a real label: read or not, they must not be taken for something else.
times(6, () => {
  const text = `https://id.example.com/01/${gtin()}/21/${digits(6)}`;
  line("decoy", "QRCode", "]Q1", text, { bcid: "qrcode", text, eclevel: "M" });
});
times(6, () => {
  const text = `LOT-${upper(6)}`;
  line("decoy", "Code128", "]C0", text, { bcid: "code128", text });
});
times(6, () => {
  const text = `REF${digits(5)}`;
  line("decoy", "Code39", "]A0", text, { bcid: "code39", text });
});
times(4, () => {
  const text = withCheckDigit(digits(7));
  line("decoy", "EAN8", "]E4", text, { bcid: "ean8", text });
});
times(4, () => {
  const text = `WH-${digits(4)}-${upper(4)}`;
  line("decoy", "DataMatrix", "]d1", text, { bcid: "datamatrix", text });
});
