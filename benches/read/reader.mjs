// A reader in Node's wasm that answers frames on standard input: `node reader.mjs zxing-wasm|ours`.
//
// A frame is two little-endian u32 (width, height) and width × height bytes of luma. The answer is one line of
// JSON: { milliseconds, readings: [{ format, identifier, bytesHex, text }] }. Only the call itself is timed.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const engines = {
  async "zxing-wasm"() {
    const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
    const wasmBinary = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
    prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer } });
    const options = {
      formats: [], tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true, tryDenoise: true,
      maxNumberOfSymbols: 255, textMode: "Plain",
    };
    return {
      // zxing-wasm takes RGBA: it is made before the clock starts.
      prepare: (luma, width, height) => ({ data: rgba(luma), width, height, colorSpace: "srgb" }),
      read: (image) => readBarcodes(image, options),
      plain: ({ format, symbologyIdentifier, bytes, text }) => ({
        format: FORMATS[format] ?? format, identifier: symbologyIdentifier, bytes, text,
      }),
    };
  },
  async ours() {
    const { Decoder } = await import(process.env.UDI_VERIFY_PACKAGE ?? "../../pkg/dist/node.js");
    const decoder = await Decoder.load();
    return {
      prepare: (luma, width, height) => ({ data: luma, width, height }),
      read: (image) => decoder.decode(image),
      plain: ({ format, symbologyIdentifier, bytes, text }) => ({ format, identifier: symbologyIdentifier, bytes, text }),
    };
  },
};

/** zxing's names where they are not ours. */
const FORMATS = { "EAN-13": "EAN13", "EAN-8": "EAN8", "UPC-A": "UPCA", "UPC-E": "UPCE" };

function rgba(luma) {
  const data = new Uint8ClampedArray(luma.length * 4);
  const pixels = new Uint32Array(data.buffer);
  for (let at = 0; at < luma.length; at++) pixels[at] = (luma[at] * 0x010101) | 0xff000000;
  return data;
}

/** The frames of standard input, one by one. */
async function* frames() {
  let chunks = [];
  let held = 0;
  let wanted = 8;
  let size;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      const part = all.subarray(0, wanted);
      const rest = all.subarray(wanted);
      chunks = [rest];
      held = rest.length;
      if (size) {
        const [width, height] = size;
        size = undefined;
        wanted = 8;
        yield { luma: new Uint8Array(part), width, height };
      } else {
        size = [part.readUInt32LE(0), part.readUInt32LE(4)];
        wanted = size[0] * size[1];
      }
    }
  }
}

const engine = await engines[process.argv[2]]();
for await (const { luma, width, height } of frames()) {
  const image = engine.prepare(luma, width, height);
  const start = performance.now();
  const results = await engine.read(image);
  const milliseconds = performance.now() - start;
  const readings = results.map((result) => {
    const { format, identifier, bytes, text } = engine.plain(result);
    return { format, identifier, bytesHex: Buffer.from(bytes).toString("hex"), text };
  });
  console.log(JSON.stringify({ milliseconds, readings }));
}
