// What a customer's page does with the package, for bundlers that carry along the files a package names.
import { Verifier, wasmSha256 } from "udi-verify";
import { UdiVerifyElement } from "udi-verify/element/define";
import { WorkerVerifier } from "udi-verify/worker";

import { exercise } from "./exercise.mjs";

globalThis.outcome = exercise({ Verifier, WorkerVerifier, UdiVerifyElement, wasmSha256 });
