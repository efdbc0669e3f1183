// Debian's WebKitGTK, the engine nearest to Safari: WebKitWebDriver under a virtual screen, spoken to by plain fetch.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

import { deepQuery } from "./deep-query.mjs";

export const WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver";
export const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/** The name that WebDriver gives a reference to an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const KEYS = { Enter: "\uE007", Tab: "\uE004", Escape: "\uE00C", " ": " " };

export async function openWebKit() {
  const port = await freePort();
  // A session bus and a screen of its own; as a process group, so that all of it can be ended together.
  const driver = spawn("dbus-run-session", ["--", "xvfb-run", "-a", WEBKIT_DRIVER, `--port=${port}`, "--host=127.0.0.1"], {
    detached: true, stdio: "ignore",
  });
  const base = `http://127.0.0.1:${port}`;
  await answers(`${base}/status`, driver);
  const { sessionId } = await command(base, "POST", "/session", {
    capabilities: {
      alwaysMatch: {
        "webkitgtk:browserOptions": {
          binary: MINI_BROWSER,
          args: ["--automation", "--enable-mock-capture-devices=true", "--enable-media-stream=true"],
        },
      },
    },
  });
  const session = (method, path, body) => command(base, method, `/session/${sessionId}${path}`, body);
  await session("POST", "/timeouts", { script: 180_000, pageLoad: 120_000 });

  const execute = async (expression) => {
    const script = `const done = arguments[0]; Promise.resolve().then(() => ${expression})` +
      ".then((value) => done({ value }), (error) => done({ error: `${error?.name}: ${error?.message}` }));";
    const answer = await session("POST", "/execute/async", { script, args: [] });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  };
  return {
    goto: (url) => session("POST", "/url", { url }),
    reload: () => session("POST", "/refresh", {}),
    run: (question, ...details) => execute(`(${question})(...${JSON.stringify(details)})`),
    click: async (selector) => {
      const script = `return (${deepQuery})(${JSON.stringify(selector)})`;
      const element = await session("POST", "/execute/sync", { script, args: [] });
      if (element === null) throw new Error(`there is no ${selector}`);
      await session("POST", `/element/${element[ELEMENT]}/click`, {}).catch(async (error) => {
        // It does not find its way to what lies in a dialog's own layer and has to be scrolled to.
        if (!/element not interactable/.test(error.message)) throw error;
        await session("POST", "/execute/sync", { script: "arguments[0].click()", args: [element] });
      });
    },
    press: async (...keys) => {
      const actions = keys.flatMap((key) => [{ type: "keyDown", value: KEYS[key] ?? key }, { type: "keyUp", value: KEYS[key] ?? key }]);
      await session("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    screenshot: async () => Buffer.from(await session("GET", "/screenshot"), "base64"),
    async close() {
      await session("DELETE", "").catch(() => undefined);
      process.kill(-driver.pid);
      if (driver.exitCode === null && driver.signalCode === null) await once(driver, "exit");
    },
  };
}

async function command(base, method, path, body) {
  const response = await fetch(base + path, {
    method, headers: { "content-type": "application/json" }, ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url, driver) {
  while (driver.exitCode === null) {
    if ((await fetch(url).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`WebKitWebDriver ended with ${driver.exitCode}`);
}
