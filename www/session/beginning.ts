/** Before a session: what the mode is for, and for receiving the list of what is expected. */
import { errorCode } from "udi-verify";

import { h, icon, present } from "../shell/dom.ts";
import { ListProblem, readExpected, TEMPLATE } from "../receiving/expected-list.ts";
import { download } from "../work/export/files.ts";
import type { ExpectedLine, ModeName } from "../work/records.ts";
import type { PanelHost } from "./session-panel.ts";

export function beginning(mode: ModeName, host: PanelHost, begin: (expected: ExpectedLine[], listName: string | null) => void): HTMLElement[] {
  const { words } = host;
  const how = h("p", { class: "how" }, words.text(`${mode}_how`));
  const start = h("button", { type: "button", class: mode === "sweep" ? "primary" : "", onclick: () => begin([], null) },
    icon(mode === "sweep" ? "sweep" : "receive"), words.text(`${mode}_start`));
  return present([how, ...(mode === "receiving" ? listChoice(host, begin) : []), start]) as HTMLElement[];
}

function listChoice({ words, verifier }: PanelHost, begin: (expected: ExpectedLine[], listName: string | null) => void): HTMLElement[] {
  const problem = h("p", { class: "problem", role: "alert" });
  const file = h("input", { type: "file", id: "expected-list", accept: ".csv,text/csv,text/plain", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
  const read = async (list: File) => {
    problem.textContent = "";
    try {
      begin(await readExpected(list, (scan) => verifier.parse(scan)), list.name);
    } catch (error) {
      const code = errorCode(error);
      problem.textContent = words.text(words.has(`error_${code}`) ? `error_${code}` : "error_unexpected",
        { code, line: error instanceof ListProblem ? error.line : "" });
    }
  };
  file.addEventListener("change", () => {
    const [list] = file.files ?? [];
    if (list !== undefined) void read(list);
    file.value = "";
  });
  return [
    h("button", { type: "button", class: "primary", onclick: () => file.click() }, icon("list"), words.text("receiving_list")),
    file, problem,
    h("p", { class: "quiet" }, words.text("receiving_list_how"), " ",
      h("button", { type: "button", class: "link", onclick: () => download(TEMPLATE, "text/csv", "expected-list.csv") }, words.text("receiving_template"))),
  ];
}
