import "./udi-verify/element-define.js";
import { WorkerVerifier } from "./udi-verify/worker-verifier.js";

const element = document.querySelector("udi-verify");
const { host } = await (await fetch("settings.json")).json();
const tell = (message) => parent.postMessage(message, host);

element.addEventListener("udi-verdict", ({ detail: { verdict } }) => {
  const { headline, udi: { di, lot, serial }, asOf } = verdict;
  tell({ type: "udi-verdict", headline, di, lot, serial, asOf: asOf.oldest });
});
element.addEventListener("udi-error", ({ detail: { code } }) => tell({ type: "udi-error", code }));

const trustRoot = await (await fetch("root.json")).text();
const verifier = await WorkerVerifier.load({ trustRoot, database: "iframe-example" });
await verifier.sync({ url: "repository/" }).catch(({ code }) => tell({ type: "udi-error", code }));
element.verifier = verifier;
