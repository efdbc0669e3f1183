/** What a page can know of the network it is on. */

/** The browser's own word is not in the DOM's type library. */
type Connection = EventTarget & { type?: string };

function connection(): Connection | undefined {
  return (navigator as unknown as { connection?: Connection }).connection;
}

/** "wifi" for anything that is not paid by volume; "unknown" where the browser does not say. */
export function networkKind(): "wifi" | "mobile" | "unknown" {
  const type = connection()?.type;
  if (type === undefined || type === "unknown" || type === "none") return "unknown";
  return type === "cellular" || type === "bluetooth" || type === "wimax" ? "mobile" : "wifi";
}

export function onNetworkChange(run: () => void): void {
  addEventListener("online", run);
  connection()?.addEventListener?.("change", run);
}
