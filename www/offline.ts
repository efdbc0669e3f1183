/** Registers the service worker and says when a new build waits. The person decides when it is used. */
import { scriptUrl } from "udi-verify/worker";

export interface OfflineEvents {
  /** The whole app is stored on this device. */
  onReady(): void;
  /** A new build is stored; `use` swaps to it and opens the page again. */
  onUpdate(use: () => void): void;
}

export async function keepOffline(events: OfflineEvents): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(scriptUrl("service-worker.js"));
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

function useBuild(next: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  next.postMessage("use-this-build");
}
