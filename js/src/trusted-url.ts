/** Script addresses under Trusted Types: one named policy, `udi-url`, that passes same-origin URLs only. */

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

let policy: ScriptUrlPolicy | undefined;

/** The URL as `new Worker` and `serviceWorker.register` want it. */
export function scriptUrl(url: string | URL): string {
  policy ??= createPolicy();
  // Typed as a string for the DOM's signatures; under Trusted Types it is a TrustedScriptURL.
  return policy.createScriptURL(String(url)) as string;
}

function createPolicy(): ScriptUrlPolicy {
  const rules = { createScriptURL: sameOrigin };
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes?: { createPolicy(name: string, rules: typeof rulesType): ScriptUrlPolicy };
  };
  return trustedTypes?.createPolicy("udi-url", rules) ?? rules;
}

declare const rulesType: { createScriptURL(url: string): string };

function sameOrigin(url: string): string {
  const { origin, protocol } = new URL(url, location.href);
  if (origin === location.origin || protocol === "blob:") return url;
  throw new TypeError(`scripts come from this origin only, not ${origin}`);
}
