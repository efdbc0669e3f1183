/** Fingers on the camera picture: a tap focuses there, two taps change the zoom, two fingers set it. */

export interface GestureEvents {
  /** Where on the element, in shares of its width and height. */
  onTap(x: number, y: number): void;
  onDoubleTap(): void;
  /** The fingers' distance, as a multiple of that at their first touch; `begins` at that touch. */
  onPinch(ratio: number, begins: boolean): void;
}

/** Longest time between two taps that count as one gesture, in milliseconds. */
const DOUBLE = 300;

export function listenForGestures(target: HTMLElement, events: GestureEvents): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let spread = 0;
  let lastTap = 0;
  let pinched = false;

  target.addEventListener("pointerdown", ({ pointerId, clientX, clientY, target: touched }) => {
    // A press on a button is the button's.
    if (touched instanceof Element && touched.closest("button, select") !== null) return;
    fingers.set(pointerId, { x: clientX, y: clientY });
    if (fingers.size === 2) {
      spread = distance(fingers);
      pinched = true;
      events.onPinch(1, true);
    }
  });
  target.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (!fingers.has(pointerId)) return;
    fingers.set(pointerId, { x: clientX, y: clientY });
    if (fingers.size === 2 && spread > 0) events.onPinch(distance(fingers) / spread, false);
  });
  const lifted = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
    if (pinched || event.type === "pointercancel") {
      pinched = false;
      return;
    }
    const { left, top, width, height } = target.getBoundingClientRect();
    if (event.timeStamp - lastTap < DOUBLE) {
      lastTap = 0;
      return events.onDoubleTap();
    }
    lastTap = event.timeStamp;
    events.onTap((event.clientX - left) / width, (event.clientY - top) / height);
  };
  target.addEventListener("pointerup", lifted);
  target.addEventListener("pointercancel", lifted);
}

function distance(fingers: Map<number, { x: number; y: number }>): number {
  const [one = { x: 0, y: 0 }, other = { x: 0, y: 0 }] = [...fingers.values()];
  return Math.hypot(one.x - other.x, one.y - other.y);
}
