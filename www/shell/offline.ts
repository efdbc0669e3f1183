/** Registers the service worker and says when a new build waits. The person decides when it is used. */
import { scriptUrl } from "udi-verify/worker";

export interface OfflineEvents {
  /** The whole app is stored on this device. */
  onReady(): void;
  /** A new build is stored; `use` swaps to it and opens the page again. */
  onUpdate(use: () => void): void;
  /** The browser stores no app here, as in a private window or behind a certificate it does not trust. */
  onRefused(): void;
}

export async function keepOffline(events: OfflineEvents): Promise<void> {
  if (!("serviceWorker" in navigator)) return events.onRefused();
  const registration = await navigator.serviceWorker.register(scriptUrl("service-worker.js")).catch(() => undefined);
  if (registration === undefined) return unstored(events);
  const first = navigator.serviceWorker.controller === null;
  const waiting = (): void => {
    const next = registration.waiting;
    if (next !== null && !first) events.onUpdate(() => useBuild(next));
  };
  waiting();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", waiting);
  });
  await navigator.serviceWorker.ready;
  events.onReady();
}

/** An app that was stored before goes on working; only a page that has none says so. */
function unstored(events: OfflineEvents): void {
  if (navigator.serviceWorker.controller === null) events.onRefused();
  else events.onReady();
}

function useBuild(next: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  next.postMessage("use-this-build");
}
