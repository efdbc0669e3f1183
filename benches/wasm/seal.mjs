// A seal's verification in the wasm that ships, beside @noble/ed25519 and WebCrypto in the same run.

import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as noble from "@noble/ed25519";

import { Core, line, project, scan, update } from "./core.mjs";

/** Milliseconds of processor time a call, all threads of this process: other programs share the machine. */
async function milliseconds(call) {
  for (let warm = 0; warm < 100; warm += 1) await call();
  const start = process.cpuUsage();
  for (let round = 0; round < 1000; round += 1) await call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

console.log("\nSeal verification");
const demo = join(project, "target/demo");
const core = new Core(readFileSync(join(demo, "root.json")));
const now = Date.now();
update(core, join(demo, "repository"), now);
const { scan: signed } = JSON.parse(readFileSync(join(demo, "labels.json"))).find(({ name }) => name === "signed_clean");
const unsigned = signed.split("\x1d").filter((element) => !/^9[12]/.test(element)).join("\x1d");
for (const [text, headline] of [[signed, "signed_no_recall"], [unsigned, "unsigned_no_recall"]]) {
  const found = core.verify([scan(text)], now).headline;
  if (found !== headline) throw new Error(`${text}: ${found}`);
}
const whole = await milliseconds(() => core.verify([scan(signed)], now));
const without = await milliseconds(() => core.verify([scan(unsigned)], now));
line("verdict on a signed label, wasm", `${whole.toFixed(3)} ms`, "");
line("verdict on the same label without its seal", `${without.toFixed(3)} ms`, "");
line("the seal's part of it", `${(whole - without).toFixed(3)} ms`, "at most 1.0 ms");

const [record] = JSON.parse(readFileSync(join(project, "tests/vectors/seal/records.json")));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const [message, publicKey] = [bytes(record.sigStructure), bytes(record.public)];
const signature = bytes(record.cose).slice(-64);
noble.hashes.sha512 = (data) => new Uint8Array(createHash("sha512").update(data).digest());
const byNoble = () => noble.verify(signature, message, publicKey, { zip215: false });
const key = await webcrypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
const byWebCrypto = () => webcrypto.subtle.verify("Ed25519", key, signature, message);
if (!byNoble() || !(await byWebCrypto())) throw new Error("the peers do not verify the record");
line("@noble/ed25519, signature alone", `${(await milliseconds(byNoble)).toFixed(3)} ms`, "peer");
line("WebCrypto, signature alone, key imported before", `${(await milliseconds(byWebCrypto)).toFixed(3)} ms`, "peer; decides no verdict");
