/**
 * Keeps the whole app on the device: every file of a build is stored before the build is used, and answered
 * from the store. A new build waits until the person lets it in. Signed data is not this worker's business:
 * the app fetches and stores it, the core checks it.
 */
declare const __BUILD__: string;
declare const __FILES__: string[];

/** Typed by hand: the DOM's library and the worker's cannot be loaded together. */
interface ServiceWorkerScope {
  registration: { scope: string };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install", listener: (event: InstallEvent) => void): void;
  addEventListener(type: "activate", listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(type: "fetch", listener: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

interface InstallEvent {
  waitUntil(work: Promise<unknown>): void;
  /** Static routes: the browser answers by itself, without starting this worker first. Not in every browser. */
  addRoutes?(routes: { condition: object; source: object }): Promise<void>;
}

const worker = self as unknown as ServiceWorkerScope;
const PREFIX = "udi-verify-";
const CACHE = `${PREFIX}${__BUILD__}`;
/** Files here never change under one name: what is stored of any build is right. */
const NAMED_BY_HASH = "assets/";

worker.addEventListener("install", (event) => {
  event.waitUntil(store());
  // Starting a worker takes longer than anything else in a start of the app. Whatever the routes do not know, a file of
  // the build before for one, comes to this worker as ever.
  const route = event.addRoutes?.({
    condition: { or: ["", ...__FILES__].map((path) => ({ urlPattern: { pathname: new URL(path, worker.registration.scope).pathname, search: "" } })) },
    source: { cacheName: CACHE },
  });
  if (route !== undefined) event.waitUntil(route.catch(() => undefined));
});
worker.addEventListener("activate", (event) => event.waitUntil(dropOldBuilds()));

worker.addEventListener("message", ({ data }) => {
  if (data === "use-this-build") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(worker.registration.scope)) return;
  const path = new URL(request.url).pathname.slice(new URL(worker.registration.scope).pathname.length);
  if (request.mode === "navigate" && (path === "" || path === "index.html")) event.respondWith(stored("index.html", request));
  else if (__FILES__.includes(path) || path.startsWith(NAMED_BY_HASH)) event.respondWith(stored(path, request));
});

async function store(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(__FILES__.map((path) => new Request(path, { cache: "reload" })));
  // Under the address that people open, too: routes compare addresses.
  const start = await cache.match("index.html");
  if (start !== undefined) await cache.put(worker.registration.scope, start);
}

/**
 * The build before this one stays: another tab may still run it, and asks for parts of it that it loads late.
 * Cache names come in the order in which they were made.
 */
async function dropOldBuilds(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  for (const name of old.slice(0, -1)) await caches.delete(name);
}

async function stored(path: string, request: Request): Promise<Response> {
  const own = await caches.match(path, { cacheName: CACHE });
  if (own !== undefined) return own;
  const other = path.startsWith(NAMED_BY_HASH) ? await caches.match(request) : undefined;
  return other ?? fetch(request);
}
