/** Browsers delete a page's data unasked: after days without use, or when space is short. A mark tells that there was some. */

const KEY = "udi-verify-had-data";

export function noteData(): void {
  try {
    localStorage.setItem(KEY, new Date().toISOString());
  } catch {
    // Without storage there is nothing that could be deleted later.
  }
}

/** There was data here before, and it is gone. */
export function wasEvicted(hasData: boolean): boolean {
  try {
    return !hasData && localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Whether the browser has promised to keep the data; `undefined` where it makes no such promise. */
export async function isKept(): Promise<boolean | undefined> {
  return navigator.storage?.persisted?.().catch(() => undefined);
}

/** Asks for that promise; some browsers ask the person, so call it from a tap. */
export async function askToKeep(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}
