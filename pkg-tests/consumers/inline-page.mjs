// The same for bundlers that do not: the core inside the script, and the worker's files where the page puts them.
import { Verifier, wasmSha256 } from "udi-verify/inline";
import { UdiVerifyElement } from "udi-verify/element/define";
import { WorkerVerifier } from "udi-verify/worker";

import { exercise } from "./exercise.mjs";

globalThis.outcome = exercise({
  Verifier, WorkerVerifier, UdiVerifyElement, wasmSha256, workerUrl: "copied/worker.js", wasmUrl: "copied/udi_verify_bg.wasm",
});
