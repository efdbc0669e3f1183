// `udi serve`: the app and the demo repository, with the headers a deployment has.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { paths, tool } from "./paths.mjs";

/** `{ url, stop() }`; after `stop` nothing answers at the address any more. `options`: more of `udi serve`'s own. */
export async function serve(demo, options = []) {
  const child = spawn(tool, ["serve", demo.folder, "--site", paths.site, "--port", "0", ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(createInterface(child.stdout), "line");
  return {
    url: JSON.parse(line).url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}
