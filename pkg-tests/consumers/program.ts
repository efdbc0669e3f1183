// Compiled, never run: the types a customer's program sees.
import { Decoder, IndexedDbStore, UdiVerifyError, Verifier, wasmIntegrity, type Headline, type Store, type Symbol, type Udi, type Verdict } from "udi-verify";
import { Decoder as InlineDecoder } from "udi-verify/inline";
import { UdiVerifyElement, type VerdictDetail } from "udi-verify/element";
import "udi-verify/element/define";
import wasm from "udi-verify/udi_verify_bg.wasm";
import { WorkerVerifier } from "udi-verify/worker";

const store: Store = new IndexedDbStore("portal");

export async function check(trustRoot: Uint8Array, data: Uint8ClampedArray): Promise<Headline[]> {
  const verifier = await Verifier.load({ trustRoot, store, wasm });
  await verifier.sync({ url: "/repository/", onProgress: ({ received, total }) => console.log(received / (total ?? 1)) });
  const symbols: Symbol[] = verifier.decode({ data, width: 1280, height: 720 }, { maxSymbols: 8, tryHarder: false });
  const verdicts: Verdict[] = verifier.verifyAll(symbols, { now: "2026-11-24" });
  return verdicts.map(({ headline }) => headline);
}

export async function read(scan: string): Promise<Udi> {
  const decoder: InlineDecoder | Decoder = await InlineDecoder.load();
  return decoder.parse(scan, { symbologyIdentifier: "]d2" });
}

export async function embed(element: UdiVerifyElement, trustRoot: string): Promise<void> {
  element.verifier = await WorkerVerifier.load({ trustRoot, workerUrl: "/worker.js" });
  element.addEventListener("udi-verdict", ({ detail }: CustomEvent<VerdictDetail>) => console.log(detail.verdict.headline, detail.symbols.length));
  document.querySelector("udi-verify")?.addEventListener("udi-error", ({ detail }) => console.log(detail.code));
}

// @ts-expect-error a headline that does not exist
export const wrong: Headline = "all_clear";
export const refused = new UdiVerifyError("code", wasmIntegrity).code;
