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
  lens: ["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 8.3a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4z"],
  paste: ["M8.5 5H5v16h14V5h-3.5", "M8.5 3h7v4h-7zM8.5 12h7M8.5 16h7"],
  restart: ["M20 12a8 8 0 1 1-2.6-5.9", "M20 3.5v4.8h-4.8"],
  receive: ["M3.5 9.5V20h17V9.5", "M3.5 9.5l3-5h11l3 5M12 3v10M8.5 10l3.5 3.5 3.5-3.5"],
  sweep: ["M3.5 3v18M20.5 3v18M3.5 10.5h17M3.5 19h17", "M6.5 5.5h4v5h-4zM13 7h4.5v3.5H13zM7 14h3v5H7zM13 13.5h4.5V19H13z"],
  scanner: ["M4 6.5h11.5a3 3 0 0 1 0 6H9.5L8 20H4.5L6 12.5H4z", "M20 5.5l2-1M20.5 9.5h2M20 13.5l2 1"],
  undo: ["M8.5 5L4 9.5 8.5 14", "M4 9.5h10a5.5 5.5 0 0 1 0 11h-4"],
  print: ["M7 8V3.5h10V8M7 17H3.5V8h17v9H17", "M7 14h10v6.5H7z"],
  download: ["M12 3.5v12M7.5 11l4.5 4.5 4.5-4.5", "M4 20.5h16"],
  upload: ["M12 16V4M7.5 8.5L12 4l4.5 4.5", "M4 20.5h16"],
  pause: ["M8.5 5v14M15.5 5v14"],
  play: ["M8 5l11 7-11 7z"],
  trash: ["M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5L7.5 20.5h9l1-14", "M10.2 10.5l.4 6.5M13.8 10.5l-.4 6.5"],
  more: ["M9 6l6 6-6 6"],
  history: ["M12 3.5a8.5 8.5 0 1 1-8 5.7", "M3.5 3.5v5.7h5.7M12 7.5V12l3.5 2.2"],
} as const;

export type IconName = keyof typeof PATHS;

/** Hidden from assistive technology: the words beside it say the same. */
export function icon(name: IconName): SVGElement {
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon", focusable: "false" };
  return svg("svg", attributes, ...PATHS[name].map((d) => svg("path", { d })));
}
