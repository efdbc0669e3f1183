import "./udi-verify/element-define.js";
import { WorkerVerifier } from "./udi-verify/worker-verifier.js";

const trustRoot = await (await fetch("root.json")).text();
const verifier = await WorkerVerifier.load({ trustRoot, database: "plain-html-example" });
await verifier.sync({ url: "repository/" });

const element = document.querySelector("udi-verify");
element.verifier = verifier;
element.addEventListener("udi-verdict", ({ detail: { verdict } }) => {
  document.querySelector("#verdict").value = `${verdict.headline}: ${verdict.udi.di}`;
});
