// Slows a browser's pages down as a slower processor would: their processes, workers and compilers with them, run for a share of
// the time only. What browsers offer slows down a page's own thread and leaves its workers as fast as they were.
import { readdirSync, readFileSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** One turn of running and standing still, in milliseconds: shorter than a picture of the camera. */
const TURN = 16;

/** The processes of pages of the browser that uses this profile. */
export function pageProcesses(profile) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      // Chromium writes its own command lines anew, with spaces between the arguments.
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      const parent = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1].split(" ")[1];
      return [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
  const known = new Set(processes.filter(({ command }) => command.includes(`--user-data-dir=${profile}`)).map(({ pid }) => pid));
  for (let before = -1; before !== known.size;) {
    before = known.size;
    for (const { pid, parent } of processes) if (known.has(parent)) known.add(pid);
  }
  const found = processes.filter(({ pid, command }) => known.has(pid) && command.includes("--type=renderer")).map(({ pid }) => pid);
  if (found.length === 0) throw new Error(`no page's process was found below the browser with ${profile}`);
  return found;
}

/** Lets the processes run for one of `times` parts of the time, until the function it gives is called. */
export function slowDown(pids, times) {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: { pids, times, state } });
  return async () => {
    Atomics.store(state, 0, 1);
    await new Promise((resolve) => worker.once("exit", resolve));
  };
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended; the others go on.
    }
  }
}

if (!isMainThread) {
  const { pids, times, state } = workerData;
  const wait = (milliseconds) => Atomics.wait(state, 1, 0, milliseconds);
  // How long they still have to stand still for what they ran: no turn is as long as was asked for.
  let owed = 0;
  let ran = performance.now();
  while (Atomics.load(state, 0) === 0) {
    wait(TURN / times);
    signal(pids, "SIGSTOP");
    const stopped = performance.now();
    owed += (stopped - ran) * (times - 1);
    if (owed > 0) wait(owed);
    ran = performance.now();
    owed -= ran - stopped;
    signal(pids, "SIGCONT");
  }
}
