/**
 * Calls everything the contract names and gives the answers as plain data, the same wherever it runs.
 * `api` is the package, `base` the address of a server with `root.json` and `repository/`.
 */
export async function contract(api, { grey, width, height, scan, now }, base) {
  const { Decoder, MemoryStore, UdiVerifyError, Verifier } = api;
  const image = { data: Uint8Array.from(atob(grey), (character) => character.charCodeAt(0)), width, height };
  const trustRoot = new Uint8Array(await (await fetch(new URL("/root.json", base))).arrayBuffer());

  const decoder = await Decoder.load();
  const [symbol] = decoder.decode(image, { maxSymbols: 4, tryHarder: true });
  const udi = decoder.parse(scan, { now });

  const store = new MemoryStore();
  const verifier = await Verifier.load({ trustRoot, store });
  let progress = 0;
  const sync = (options) => verifier.sync({ url: new URL("/repository/", base), store, now, ...options });
  await sync({ onProgress: ({ receivedInAll }) => (progress = receivedInAll) });
  const again = await Verifier.load({ trustRoot, store });

  const rgba = new Uint8ClampedArray(width * height * 4).map((_, at) => (at % 4 === 3 ? 255 : image.data[at >> 2]));
  const errors = {
    frame: await codeOf(() => decoder.decode({ ...image, width: width + 1 })),
    now: await codeOf(() => decoder.parse(scan, { now: "soon" })),
    root: await nameOf(() => Verifier.load({ trustRoot: "{}" }), UdiVerifyError),
    aborted: await codeOf(() => sync({ signal: AbortSignal.abort() })),
    scanless: await codeOf(() => verifier.verify([], { now })),
  };
  const state = again.state({ now });
  return {
    symbol: { ...symbol, bytes: symbol.bytes.constructor.name },
    sameFromRgba: JSON.stringify(decoder.decode({ data: rgba, width, height })) === JSON.stringify(decoder.decode(image)),
    udi,
    verdict: verifier.verify([symbol], { now }),
    fromText: verifier.verify(scan, { now }).headline,
    checked: again.check(image, { now }),
    // The moment of the sync is the clock's, and differs from place to place.
    state: { versions: state.versions, issuers: state.issuers, rules: state.rules, asOf: { freshness: state.asOf.freshness } },
    progress,
    errors,
    wasmSha256: api.wasmSha256,
  };
}

async function codeOf(call) {
  return Promise.resolve().then(call).then(() => "no error", ({ code }) => code);
}

async function nameOf(call, kind) {
  return Promise.resolve().then(call).then(() => "no error", (error) => (error instanceof kind ? error.name : `a plain ${error}`));
}
