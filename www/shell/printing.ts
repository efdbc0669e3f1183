/** Paper: one sheet is put into the page, alone visible to the printer, and taken out again. */

export async function printed(sheet: HTMLElement): Promise<void> {
  document.querySelector(".paper")?.remove();
  const paper = document.createElement("div");
  paper.className = "paper";
  paper.append(sheet);
  document.body.append(paper);
  await new Promise((resolve) => requestAnimationFrame(resolve));
  print();
  // Phones print after the call has returned: the sheet goes when printing has ended, or with the next one.
  addEventListener("afterprint", () => paper.remove(), { once: true });
}
