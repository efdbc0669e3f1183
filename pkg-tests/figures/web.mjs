// The app's figures in Chromium, in one run: `cargo xtask bench --web`. On a machine that does other work they come out worse.
import { demoSet } from "../support/demo.mjs";
import { makeClip } from "../support/clip.mjs";
import { coldStarts } from "./cold-start.mjs";
import { scores } from "./lighthouse.mjs";
import { receiving } from "./receiving.mjs";
import { labelTimes } from "./label-times.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, loadavg } from "node:os";
import { join } from "node:path";

const demo = demoSet();
const folder = mkdtempSync(join(tmpdir(), "udi-verify-figures-"));
const clip = join(folder, "camera.mjpeg");
const line = (what, figure, target) => console.log(`${what.padEnd(58)} ${figure.padEnd(44)} target ${target}`);

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const spread = (values) => `median ${Math.round(at(values, 0.5))} ms, 95 % ${Math.round(at(values, 0.95))} ms, slowest ${Math.round(Math.max(...values))} ms`;

try {
  console.log(`load of the machine at the start: ${loadavg()[0].toFixed(1)}`);
  makeClip(join(demo.folder, demo.labels[0].image), clip);
  line("stored app, new browser: page asked for to live camera", spread(await coldStarts(demo, clip, 5)), "700 ms");
  line(`label in view to verdict, ${demo.labels.length} labels`, spread(await labelTimes(demo, clip, { slowdown: 1 })), "150 ms median, 400 ms at 95 %");
  line("the same, page and reader slowed down 4 times", spread(await labelTimes(demo, clip, { slowdown: 4 })), "500 ms median");
  const { shown, counted, twice, seconds } = await receiving(demo);
  line(`receiving, ${shown} different labels in ${seconds} s`, `${counted} counted, ${twice} doubled, ${shown - counted} missed`, "20 in 60 s, none missed or doubled");
  for (const [category, score] of Object.entries(await scores(demo))) line(`Lighthouse, ${category}`, String(score), "100");
  console.log(`load of the machine at the end: ${loadavg()[0].toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
