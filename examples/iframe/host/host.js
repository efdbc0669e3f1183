const { frame } = await (await fetch("settings.json")).json();
const { origin } = new URL(frame);

const scanner = document.createElement("iframe");
scanner.title = "Device scanner";
scanner.allow = `camera ${origin}`;
scanner.src = frame;
document.querySelector("#scanner").append(scanner);

addEventListener("message", (event) => {
  if (event.origin !== origin || event.source !== scanner.contentWindow) return;
  if (event.data?.type === "udi-verdict") {
    const { headline, di, serial } = event.data;
    document.querySelector("#device").value = `${headline}: ${di} ${serial ?? ""}`;
  }
});
