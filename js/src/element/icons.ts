/** Line icons on a 24-unit grid. Verdict icons differ in outline, so they tell apart without colour. */
import { svg } from "./dom.ts";

const PATHS = {
  // Verdicts: octagon, triangle, shield, circles.
  stop: ["M8.2 2.5h7.6l5.7 5.7v7.6l-5.7 5.7H8.2l-5.7-5.7V8.2z", "M8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4"],
  calendar: ["M4 5.5h16v15H4z", "M4 10h16M8.5 3v4M15.5 3v4", "M9.5 13l5 5M14.5 13l-5 5"],
  hold: ["M12 3L22 20.5H2z", "M12 9.5v5.2M12 17.4v.2"],
  unknown: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M9.3 9.3c.2-3.4 5.6-3.4 5.4 0-.1 2-2.7 2.1-2.7 4.4M12 17v.2"],
  signed: ["M12 2.5l8.5 3v6c0 5-3.6 8.4-8.5 10-4.9-1.6-8.5-5-8.5-10v-6z", "M8 12.2l2.9 2.9 5.3-5.6"],
  unsigned: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M12 11v6M12 7.4v.2"],
  // Actions.
  scan: ["M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5", "M7.5 8v8M10.5 8v8M13 8v8M16.5 8v8"],
  photo: ["M3 7h4l1.8-2.5h6.4L17 7h4v13H3z", "M12 9.5a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4z"],
  type: ["M2.5 6h19v12h-19z", "M6 10h.2M10 10h.2M14 10h.2M18 10h.2M7.5 14h9"],
  torch: ["M7 3h10l-1 5-2 2v11h-4V10L8 8z", "M12 13v2"],
  zoom: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.5 15.5L21 21M10.5 7.7v5.6M7.7 10.5h5.6"],
  close: ["M5.5 5.5l13 13M18.5 5.5l-13 13"],
  check: ["M5 12.5l4.7 4.7L19.5 7"],
  dash: ["M6 12h12"],
  copy: ["M8.5 8.5h12v12h-12z", "M15.5 8.5v-5h-12v12h5"],
  data: ["M12 3c4.7 0 8 1.2 8 3s-3.3 3-8 3-8-1.2-8-3 3.3-3 8-3z", "M4 6v6c0 1.8 3.3 3 8 3s8-1.2 8-3V6", "M4 12v6c0 1.8 3.3 3 8 3s8-1.2 8-3v-6"],
  sync: ["M20 5v5h-5M4 19v-5h5", "M19.3 10A8 8 0 0 0 5.5 7.5M4.7 14a8 8 0 0 0 13.8 2.5"],
  settings: ["M4 7h9M17 7h3M4 17h3M11 17h9", "M15 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM9 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"],
  back: ["M14.5 5l-7 7 7 7"],
  warning: ["M12 3L22 20.5H2z", "M12 9.5v5.2M12 17.4v.2"],
  device: ["M4 8l8-4.5L20 8v8l-8 4.5L4 16z", "M4 8l8 4.5L20 8M12 12.5v8"],
  list: ["M9 6h11M9 12h11M9 18h11", "M4 6h.5M4 12h.5M4 18h.5"],
  history: ["M12 3.5a8.5 8.5 0 1 1-8 5.7", "M3.5 3.5v5.7h5.7M12 7.5V12l3.5 2.2"],
} as const;

export type IconName = keyof typeof PATHS;

/** Hidden from assistive technology: the words beside it say the same. */
export function icon(name: IconName): SVGElement {
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon", focusable: "false" };
  return svg("svg", attributes, ...PATHS[name].map((d) => svg("path", { d })));
}
