import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "udi-verify/element/define";
import { WorkerVerifier } from "udi-verify/worker";

/** One verifier for the page: its worker keeps keys and recalls, and syncs in the background. */
async function loadVerifier() {
  const trustRoot = await (await fetch("root.json")).text();
  const verifier = await WorkerVerifier.load({ trustRoot, database: "react-example" });
  // Without a network what was stored before is used; every verdict says how old that is.
  await verifier.sync({ url: "repository/" }).catch(({ code }) => console.warn(`not synced: ${code}`));
  return verifier;
}

function Page() {
  const [verifier, setVerifier] = useState();
  const [checked, setChecked] = useState([]);

  useEffect(() => {
    let loaded;
    void loadVerifier().then((made) => setVerifier((loaded = made)));
    return () => loaded?.terminate();
  }, []);

  const add = ({ detail: { verdict } }) => setChecked((before) => [...before, { headline: verdict.headline, di: verdict.udi.di }]);

  return (
    <main>
      <h1>Ward stock</h1>
      <udi-verify verifier={verifier} onudi-verdict={add} />
      <ol>{checked.map(({ headline, di }, index) => <li key={index}>{headline}: {di}</li>)}</ol>
    </main>
  );
}

createRoot(document.querySelector("#page")).render(<Page />);
