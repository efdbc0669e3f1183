/**
 * A hand scanner that types: its keys come faster than a person's, with no field focused. The separator that
 * no keyboard has arrives as Ctrl+], F8, Alt+029 on the number pad, or as the character itself.
 */

/** Longest pause between two keys of one scan, in milliseconds. People need 80 and more. */
const PAUSE = 50;
/** Fewer keys are a person's. */
const FEWEST = 6;
const GS = "\u001d";

export interface WedgeScan {
  text: string;
  /** The keyboard's caps lock was on: letters may arrive in the other case. */
  capsLock: boolean;
  /** The key that ended the scan; `null` where it only fell silent. */
  suffix: "Enter" | "Tab" | null;
}

/** Hears scans anywhere in the page; typing in a field is left alone. Gives the function that ends it. */
export function listenForWedge(onScan: (scan: WedgeScan) => void): () => void {
  let text = "";
  let altCode = "";
  let last = 0;
  let capsLock = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const finish = (suffix: WedgeScan["suffix"]) => {
    clearTimeout(timer);
    const scan = { text, capsLock, suffix };
    text = "";
    if (scan.text.length >= FEWEST) onScan(scan);
  };
  const add = (event: KeyboardEvent, characters: string) => {
    if (event.timeStamp - last > PAUSE) text = "";
    last = event.timeStamp;
    text += characters;
    capsLock = event.getModifierState("CapsLock");
    clearTimeout(timer);
    timer = setTimeout(() => finish(null), 3 * PAUSE);
    // From the second key on it is a scan, and the page's own shortcuts must not hear it.
    if (text.length > 1) event.preventDefault();
  };
  const down = (event: KeyboardEvent) => {
    if (isEditable(event.composedPath()[0])) return;
    if (event.altKey && /^[0-9]$/.test(event.key)) altCode += event.key;
    else if (isSeparator(event)) add(event, GS);
    else if (event.key === "Enter" || event.key === "Tab") {
      if (text.length < FEWEST || event.timeStamp - last > PAUSE) return;
      event.preventDefault();
      finish(event.key);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) add(event, event.key);
  };
  const up = (event: KeyboardEvent) => {
    if (event.key !== "Alt") return;
    if (/^0*29$/.test(altCode)) add(event, GS);
    altCode = "";
  };

  addEventListener("keydown", down, { capture: true });
  addEventListener("keyup", up, { capture: true });
  return () => {
    clearTimeout(timer);
    removeEventListener("keydown", down, { capture: true });
    removeEventListener("keyup", up, { capture: true });
  };
}

/** A key that stands for the separator, which no keyboard has. */
export function isSeparator({ key, ctrlKey }: KeyboardEvent): boolean {
  return key === GS || key === "F8" || (ctrlKey && key === "]");
}

function isEditable(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
