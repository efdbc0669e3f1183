/** What this deployment points at: the publisher's repository, and the root it is pinned by. */
import { IndexedDbStore, UdiVerifyError } from "udi-verify";

const DATABASE = "udi-verify";
const PINNED_ROOT = "pinned-root";

const store = new IndexedDbStore(DATABASE);

export const deployment = {
  database: DATABASE,
  repository: new URL(named("udi-repository"), document.baseURI),
};

/** The pinned root: the one this device saw first. Fetched once, then kept, so that no later answer replaces it. */
export async function pinnedRoot(): Promise<Uint8Array> {
  const pinned = await store.get(PINNED_ROOT).catch(() => undefined);
  if (pinned !== undefined) return pinned;
  const offered = await offeredRoot();
  if (offered === undefined) throw new UdiVerifyError("root_missing", "no root.json could be fetched");
  await store.put(PINNED_ROOT, offered).catch(() => undefined);
  return offered;
}

/** The pinned root's SHA-256, in groups that people can compare aloud. */
export async function publisherFingerprint(): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", (await pinnedRoot()).slice()));
  const hex = Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/.{4}(?=.)/g, "$& ");
}

/** True when the server's root file is not the one pinned here. */
export async function rootHasChanged(): Promise<boolean> {
  const [pinned, offered] = await Promise.all([store.get(PINNED_ROOT), offeredRoot()]);
  return pinned !== undefined && offered !== undefined && !sameBytes(pinned, offered);
}

/** Forgets the pin; the next start takes the root the server offers then. */
export function forgetRoot(): Promise<void> {
  return store.delete(PINNED_ROOT);
}

async function offeredRoot(): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(named("udi-root"), { cache: "no-cache" });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function named(name: string): string {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  if (content === undefined) throw new UdiVerifyError("root_missing", `index.html has no <meta name="${name}">`);
  return content;
}
