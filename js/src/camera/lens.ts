/** Which of a phone's cameras looks at the label: browsers often offer the ultra-wide lens, which cannot focus near. */

export interface Lens {
  deviceId: string;
  /** The camera's own name; browsers that change ids from visit to visit keep it. */
  label: string;
}

/** What a name says about a lens, and how much that speaks for it. Names are the phone's, mostly English. */
const NAMES: [RegExp, number][] = [
  [/front|user|facetime|selfie|avant|frontal/i, -100],
  [/depth|infrared|\bir\b|mono|truedepth|desk view|virtual|obs\b|iris/i, -60],
  [/back|rear|environment|rück|arrière|trasera|posterior|后置|后摄|後/i, 20],
  // Apple's cameras that change lenses by themselves come near enough for small symbols.
  [/triple|dual wide/i, 8],
  [/\bdual\b/i, 2],
  [/ultra|0[.,]5/i, -12],
  [/tele/i, -10],
  [/macro/i, -4],
];

/** What a camera says it can do, where it says so before it is opened. */
type Capable = MediaDeviceInfo & { getCapabilities?(): MediaTrackCapabilities & { focusMode?: string[]; torch?: boolean } };

/** Higher is better; below zero is a camera no label should be held before. */
export function scoreOf(device: Pick<Capable, "label" | "getCapabilities">): number {
  let score = NAMES.reduce((sum, [name, weight]) => (name.test(device.label) ? sum + weight : sum), 0);
  // Android numbers its cameras; the main one of a side comes first.
  const number = /camera2? (\d+)/i.exec(device.label)?.[1];
  if (number !== undefined) score -= Number(number) / 10;
  const { facingMode, focusMode, torch } = device.getCapabilities?.() ?? {};
  if (facingMode?.includes("user")) score -= 100;
  if (facingMode?.includes("environment")) score += 20;
  if (focusMode?.includes("continuous")) score += 5;
  if (torch === true) score += 3;
  return score;
}

/** The cameras a label can be held before, best first. Names are empty until the camera was allowed once. */
export async function lenses(): Promise<Lens[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const scored = devices
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map((device) => ({ deviceId: device.deviceId, label: device.label, score: scoreOf(device) }))
    .sort((a, b) => b.score - a.score);
  // A laptop has only a camera that faces the person: better that than none.
  const usable = scored.some(({ score }) => score >= 0) ? scored.filter(({ score }) => score >= 0) : scored;
  return usable.map(({ deviceId, label }) => ({ deviceId, label }));
}

/** The lens to change to, if another than the one the browser gave should be used. */
export function better(given: string | undefined, found: Lens[], chosen: Lens | undefined): Lens | undefined {
  const wanted =
    found.find(({ deviceId }) => deviceId === chosen?.deviceId) ??
    found.find(({ label }) => label !== "" && label === chosen?.label) ??
    clearlyBetter(given, found);
  return wanted?.deviceId === given ? undefined : wanted;
}

/** A lens is changed unasked only where the names leave no doubt: every change costs a second question on some phones. */
function clearlyBetter(given: string | undefined, found: Lens[]): Lens | undefined {
  const [best] = found;
  const current = found.find(({ deviceId }) => deviceId === given);
  if (best === undefined || current === undefined) return undefined;
  return scoreOf(best) - scoreOf(current) >= 10 ? best : undefined;
}

const KEY = "udi-verify-lens";

/** The lens used last on this device, by id and by name. */
export function rememberedLens(): Lens | undefined {
  try {
    const lens = JSON.parse(localStorage.getItem(KEY) ?? "null") as Lens | null;
    return typeof lens?.deviceId === "string" && typeof lens.label === "string" ? lens : undefined;
  } catch {
    return undefined;
  }
}

export function rememberLens(lens: Lens): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(lens));
  } catch {
    // Without storage the choice holds for this page.
  }
}
