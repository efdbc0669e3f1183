const WORDS = {
  recalled: "recalled: do not use", altered: "label altered", used_or_stolen: "already used or reported stolen", expired: "expired",
  hold: "check by hand", cannot_check_recalls: "recalls cannot be checked", not_on_order: "not on this order",
  reason_device_alone: "half a label, scan its other code too", scanned_twice: "scanned twice", more_than_ordered: "more than ordered",
};
const field = document.querySelector("#scan");
const answer = document.querySelector("#answer");

document.querySelector("#receipt").addEventListener("submit", async (event) => {
  event.preventDefault();
  // No keyboard has the separator: many scanners are set to write <GS> for it.
  const scan = field.value.replaceAll("<GS>", "\u001d");
  field.value = "";
  if (scan === "") return;
  const response = await fetch("receipts", { method: "POST", body: scan });
  const { booked, reason, code, di, lot, serial } = await response.json();
  answer.className = booked ? "" : "refused";
  answer.textContent = booked ? `Booked: ${[di, lot, serial].filter(Boolean).join(" · ")}` : `Not booked: ${WORDS[reason] ?? reason ?? code}`;
  await show();
});

async function show() {
  const { number, lines, setAside } = await (await fetch("order")).json();
  document.querySelector("#number").textContent = number;
  document.querySelector("#lines").replaceChildren(...lines.map(({ di, name, ordered, received }) => row([di, name, ordered, received])));
  document.querySelector("#set-aside").replaceChildren(...setAside.map(({ di, serial, reason }) => item(`${di} ${serial ?? ""}: ${WORDS[reason] ?? reason}`)));
}

function row(cells) {
  const line = document.createElement("tr");
  line.append(...cells.map((cell) => Object.assign(document.createElement("td"), { textContent: cell })));
  return line;
}

function item(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}

await show();
