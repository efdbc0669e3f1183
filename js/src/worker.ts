/** The worker: hosts the core off the page's thread. Self-contained; told where the wasm is when it is loaded. */
import { errorCode, UdiVerifyError } from "./errors.ts";
import type { Answer, Calls, Checked, Name, Request } from "./messages.ts";
import { pixelsOf } from "./pixels.ts";
import { IndexedDbStore } from "./store.ts";
import { Verifier, type State } from "./verifier.ts";
import { warmUpImage } from "./warm-up.ts";

let loaded: Verifier | undefined;
let syncing: AbortController | undefined;

type Handlers = { [N in Name]: (input: Calls[N][0], id: number) => Promise<Calls[N][1]> | Calls[N][1] };

const handlers: Handlers = {
  async load({ wasm, trustRoot, database }) {
    loaded = await Verifier.load({ wasm, trustRoot, store: new IndexedDbStore(database) });
    // After the answer: nobody waits for it, and a frame that comes meanwhile is read right behind it.
    setTimeout(() => loaded?.decode(warmUpImage()));
    return loaded.state();
  },
  async check({ source, now, options }): Promise<Checked> {
    const begun = performance.now();
    const image = "data" in source ? source : await pixelsOf(source);
    const symbols = verifier().decode(image, options);
    const verdicts = verifier().verifyAll(symbols, now === undefined ? {} : { now });
    return { symbols, verdicts, width: image.width, height: image.height, elapsed: performance.now() - begun };
  },
  parse: ({ scan, ...options }) => verifier().parse(scan, options),
  verify: ({ scan, ...options }) => verifier().verify(scan, options),
  async sync({ url }, id) {
    syncing = new AbortController();
    const onProgress = (progress: Extract<Answer, { progress: unknown }>["progress"]) => post({ id, progress });
    return verifier().sync({ url, signal: syncing.signal, onProgress });
  },
  abortSync: () => syncing?.abort(),
  async restore(): Promise<State> {
    await verifier().restore();
    return verifier().state();
  },
  state: (options) => verifier().state(options),
};

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
