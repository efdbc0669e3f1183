/** The person's choices on this device. Nothing about scans is kept here. */

export interface Preferences {
  language: string | null;
  appearance: "system" | "light" | "dark";
  sound: boolean;
  vibration: boolean;
  flash: boolean;
  /** Large syncs wait for Wi-Fi. */
  wifiOnly: boolean;
  /** Days for which checks are kept; none at 0. */
  retentionDays: number;
}

export const RETENTIONS = [0, 7, 30, 90, 365];

const KEY = "udi-verify-preferences";
const DEFAULTS: Preferences = {
  language: null, appearance: "system", sound: true, vibration: true, flash: false, wifiOnly: false, retentionDays: 30,
};

/** Storage may be forbidden (private windows, embedded pages): the choices hold for this page then. */
let unstored: Partial<Preferences> = {};

export function preferences(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>), ...unstored };
  } catch {
    return { ...DEFAULTS, ...unstored };
  }
}

export function prefer(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  } catch {
    unstored = { ...unstored, ...change };
  }
}
