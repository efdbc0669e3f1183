/** The worker: hosts the core off the page's thread. Self-contained; told where the wasm is when it is loaded. */
import { errorCode, UdiVerifyError } from "./errors.ts";
import { filesAsServer } from "./files-as-server.ts";
import type { Answer, Calls, Checked, Name, Request } from "./messages.ts";
import { SyncPause } from "./pausing.ts";
import { pixelsOf } from "./pixels.ts";
import { IndexedDbStore } from "./store.ts";
import type { FetchFile, SyncOptions } from "./sync.ts";
import type { Tracker } from "./tracker.ts";
import type { DecodeOptions, Image, Tracked } from "./types.ts";
import { Verifier, type State } from "./verifier.ts";
import { warmUp } from "./warm-up.ts";

/** The address a repository that came as files is given; nothing is ever fetched from it. */
const FILE_BASE = new URL("repository-file:///");

let loaded: Verifier | undefined;
/** Whether a picture was handed in: then the warm-up is over. */
let checking = false;
let pinned: Uint8Array | undefined;
let syncing = { stop: new AbortController(), pause: new SyncPause() };
/** Of the one video there is: a page has one camera. */
let tracker: Tracker | undefined;

type Handlers = { [N in Name]: (input: Calls[N][0], id: number) => Promise<Calls[N][1]> | Calls[N][1] };

const handlers: Handlers = {
  async load({ wasm, trustRoot, database }) {
    loaded = await Verifier.load({ wasm, trustRoot, store: new IndexedDbStore(database) });
    pinned = trustRoot;
    warmUp((image, options) => loaded?.verifyAll(loaded.decode(image, options)), () => checking);
    return loaded.state();
  },
  async check({ source, now, options, video = false }): Promise<Checked> {
    checking = true;
    const begun = performance.now();
    const { data, width, height } = "data" in source ? source : await pixelsOf(source);
    const image = { data, width, height };
    const { symbols, fresh, guidance } = video ? follow(image, options) : readOnce(image, options);
    const verdicts = verifier().verifyAll(symbols, now === undefined ? {} : { now });
    return { symbols, fresh, verdicts, guidance, width, height, elapsed: performance.now() - begun };
  },
  forget: () => tracker?.reset(),
  parse: ({ scan, ...options }) => verifier().parse(scan, options),
  verify: ({ scan, ...options }) => verifier().verify(scan, options),
  sync: ({ url }, id) => verifier().sync({ url, ...controlled(id) }),
  importFiles: ({ files }, id) => verifier().sync({ url: FILE_BASE, fetch: filesAsServer(files, FILE_BASE), ...controlled(id) }),
  collect: ({ url }, id) => collect(new URL(url), controlled(id)),
  controlSync({ what }) {
    if (what === "stop") syncing.stop.abort();
    else syncing.pause[what]();
  },
  async restore(): Promise<State> {
    await verifier().restore();
    return verifier().state();
  },
  state: (options) => verifier().state(options),
};

/** Progress is told to the page; the page may pause and stop. */
function controlled(id: number): Pick<SyncOptions, "signal" | "pause" | "onProgress"> {
  syncing = { stop: new AbortController(), pause: new SyncPause() };
  return { signal: syncing.stop.signal, pause: syncing.pause, onProgress: (progress) => post({ id, progress }) };
}

/** What a device without any data would fetch, verified on the way. */
async function collect(url: URL, control: ReturnType<typeof controlled>): Promise<Record<string, Uint8Array>> {
  if (pinned === undefined) throw new UdiVerifyError("not_loaded", "load the worker before using it");
  const base = url.pathname.endsWith("/") ? url : new URL(`${url.href}/`);
  const files: Record<string, Uint8Array> = {};
  const fetchAndKeep: FetchFile = async (file, init) => {
    const response = await fetch(file, { ...init, cache: "no-cache", credentials: "same-origin" });
    if (!response.ok) return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    files[decodeURIComponent(file.href.slice(base.href.length))] = bytes;
    return new Response(bytes);
  };
  const fresh = await Verifier.load({ trustRoot: pinned });
  await fresh.sync({ url: base, fetch: fetchAndKeep, ...control });
  return files;
}

function follow(image: Image, options: DecodeOptions = {}): Tracked {
  tracker ??= verifier().tracker(options);
  return tracker.read(image, options);
}

function readOnce(image: Image, options?: DecodeOptions): Tracked {
  const reading = verifier().read(image, options);
  return { ...reading, fresh: reading.symbols };
}

function verifier(): Verifier {
  if (loaded === undefined) throw new UdiVerifyError("not_loaded", "load the worker before using it");
  return loaded;
}

async function answer(request: Request): Promise<Answer> {
  const { id, name, input } = request;
  try {
    const handler = handlers[name] as (input: unknown, id: number) => unknown;
    return { id, ok: true, output: await handler(input, id) };
  } catch (error) {
    return { id, ok: false, code: errorCode(error), message: error instanceof Error ? error.message : String(error) };
  }
}

function post(message: Answer): void {
  self.postMessage(message);
}

self.addEventListener("message", (event: MessageEvent<Request>) => void answer(event.data).then(post));
