/** Verifies a scan on the page and in a worker; gives what came of it as plain data. */
export async function exercise({ Verifier, WorkerVerifier, UdiVerifyElement, wasmSha256, workerUrl, wasmUrl }) {
  const trustRoot = await (await fetch("/root.json")).text();
  const { scan } = await (await fetch("/scan.json")).json();
  const verifier = await Verifier.load({ trustRoot });
  await verifier.sync({ url: "/repository/" });
  const worker = await WorkerVerifier.load({ trustRoot, workerUrl, wasmUrl });
  await worker.sync({ url: "/repository/" });
  return {
    page: verifier.verify(scan).headline,
    worker: (await worker.verify(scan)).headline,
    element: document.createElement("udi-verify") instanceof UdiVerifyElement,
    wasmSha256,
  };
}
