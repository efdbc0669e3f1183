/** The person's choices on this device. Nothing about scans is kept here. */

export interface Preferences {
  language: string | null;
  appearance: "system" | "light" | "dark";
}

const KEY = "udi-verify-preferences";
const DEFAULTS: Preferences = { language: null, appearance: "system" };

/** Storage may be forbidden (private windows, embedded pages): the defaults hold then. */
export function preferences(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

export function prefer(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  } catch {
    // The choice holds for this page only.
  }
}
