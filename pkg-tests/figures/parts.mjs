// The parts of the app's figures by name: each gives lines of what was measured, the figure, its bound, and whether it is reached.
import { join } from "node:path";

import { makeClip } from "../support/clip.mjs";

/** Cold starts are few, as each begins a browser anew. */
const STARTS = 7;
const PICTURES = 1_000;

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const spread = (values) => `median ${Math.round(at(values, 0.5))} ms, 95 % ${Math.round(at(values, 0.95))} ms, slowest ${Math.round(Math.max(...values))} ms`;

/** The parts import what they need when they run: without Lighthouse the others can still be measured. */
export const PARTS = {
  async "cold-start"(demo, clip) {
    const { coldStarts } = await import("./cold-start.mjs");
    makeClip(join(demo.folder, demo.labels[0].image), clip);
    const times = await coldStarts(demo, clip, STARTS);
    return [{
      what: `stored app, new browser: page asked for to live camera, ${STARTS} starts`, figure: spread(times),
      bound: "700 ms at the median", reached: at(times, 0.5) <= 700,
    }];
  },

  label: (demo, clip) => labels(demo, clip, 1),

  slowed: (demo, clip) => labels(demo, clip, 4),

  async receiving(demo) {
    const { receiving } = await import("./receiving.mjs");
    const { shown, counted, twice, seconds } = await receiving(demo);
    return [{
      what: `receiving, ${shown} different labels in ${seconds} s`, figure: `${counted} counted, ${twice} doubled, ${shown - counted} missed`,
      bound: "20 in 60 s, none missed or doubled", reached: counted === shown && twice === 0,
    }];
  },

  async memory(demo) {
    const { memory } = await import("./memory.mjs");
    const { page, core, coreSize } = await memory(demo, PICTURES);
    const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
    return [{
      what: `memory over ${PICTURES} pictures of the camera`, figure: `page ${megabytes(page)} more, core ${megabytes(core)} more of ${megabytes(coreSize)}`,
      bound: "flat: 2 MB more in each", reached: page < 2e6 && core < 2e6,
    }];
  },

  async lighthouse(demo) {
    const { scores } = await import("./lighthouse.mjs");
    const found = await scores(demo);
    return Object.entries(found).map(([category, score]) => ({ what: `Lighthouse, ${category}`, figure: String(score), bound: "100", reached: score === 100 }));
  },
};

async function labels(demo, clip, slowdown) {
  const { labelTimes } = await import("./label-times.mjs");
  const { labels: found, slower } = await labelTimes(demo, clip, { slowdown });
  const read = found.filter(({ time }) => time !== null);
  const times = read.map(({ time }) => time);
  const slowest = [...read].sort((a, b) => b.time - a.time).slice(0, 3).map(({ name, time, frames }) => `${name} ${Math.round(time)} ms (its last pictures took the reader ${frames.join(", ")} ms)`);
  const unread = found.filter(({ read }) => !read).map(({ name }) => name);
  const slow = slowdown > 1;
  return [{
    what: slow ? `the same, page and reader slowed down ${slower.toFixed(1)} times, measured` : `label in view to verdict, ${read.length} labels`,
    figure: spread(times),
    bound: slow ? "500 ms at the median" : "150 ms at the median, 400 ms at 95 %",
    reached: unread.length === 0 && (!slow || slower > slowdown * 0.9) && (slow ? at(times, 0.5) <= 500 : at(times, 0.5) <= 150 && at(times, 0.95) <= 400),
    more: [`slowest: ${slowest.join("; ")}`, ...(unread.length > 0 ? [`never read: ${unread.join(", ")}`] : [])],
  }];
}
