// Functions that run in the page, in any engine; each stands alone and takes and gives JSON.

/** The headline on the screen, or `null`. */
export function headline() {
  return document.querySelector("udi-verify").shadowRoot.querySelector("article.verdict")?.dataset.headline ?? null;
}

/** Puts a picture before the camera: the page's next camera stream shows it on white paper. */
export async function cameraShows(picture) {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1280, 720];
  const context = canvas.getContext("2d");
  const scale = Math.min(1000 / image.width, 560 / image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  const draw = () => {
    context.fillStyle = "white";
    context.fillRect(0, 0, 1280, 720);
    context.drawImage(image, (1280 - width) / 2, (720 - height) / 2, width, height);
  };
  draw();
  // A stream of a canvas gives a picture whenever the canvas is drawn on.
  setInterval(draw, 50);
  // On the prototype: WebKit may forget what is set on the object itself.
  MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(20);
  return true;
}

/** The camera fails with a `DOMException` of this name. */
export function cameraRefuses(name) {
  MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("broken for a test", name));
  return true;
}

/** Chooses a file (a data URL), as a person does in the dialog that tests cannot reach; the element's picture, unless `selector` says. */
export function chooseFile(file, name, selector) {
  const [, type, base64] = /^data:(.*);base64,(.*)$/s.exec(file);
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], name, { type }));
  const input = selector ? document.querySelector(selector) : document.querySelector("udi-verify").shadowRoot.querySelector("input[type=file]");
  input.files = chosen.files;
  input.dispatchEvent(new Event("change"));
  return true;
}

/** From now on the files the page saves are kept in it too; `savedFile()` gives the last one as a data URL. */
export function keepSavedFiles() {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    globalThis.saved = blob;
    return create.call(URL, blob);
  };
  return true;
}

export function savedFile() {
  if (globalThis.saved === undefined) return null;
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(globalThis.saved);
  });
}

/**
 * The keys of a hand scanner, five milliseconds apart by their own clock as a keyboard reports it, however busy the
 * machine is. `separator` is the key for GS.
 */
export function scannerSends(scan, separator) {
  const begun = performance.now();
  [...scan, "Enter"].forEach((character, index) => {
    const key = character === "\u001d" ? separator : { key: character };
    const event = new KeyboardEvent("keydown", { ...key, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: begun + 5 * index });
    dispatchEvent(event);
  });
  return true;
}

/** Runs in the page: what is wider than the screen, or wider than the box that hides its overflow. */
export function tooWide() {
  const wide = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot !== null) visit(element.shadowRoot);
      const style = getComputedStyle(element);
      // What is hidden from eyes alone is cut off on purpose.
      if (style.visibility === "hidden" || style.clipPath !== "none" || element.closest(".visually-hidden, svg") !== null || element.getClientRects().length === 0) continue;
      const box = element.getBoundingClientRect();
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && style.overflowX !== "visible" && style.display !== "inline";
      if (box.left < -1 || box.right > innerWidth + 1 || cut) {
        wide.push(`${element.localName}.${element.className} ${Math.round(box.left)}..${Math.round(box.right)} ${element.scrollWidth}>${element.clientWidth}: ${element.textContent.slice(0, 40)}`);
      }
    }
  };
  visit(document);
  // What stands in an empty field is cut off without a trace in its measures.
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("input[placeholder]")) {
    const { font, paddingLeft, paddingRight } = getComputedStyle(field);
    pen.font = font;
    const [needs, has] = [pen.measureText(field.placeholder).width, field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)];
    if (has > 0 && needs > has) wide.push(`placeholder ${Math.round(needs)}>${Math.round(has)}: ${field.placeholder}`);
  }
  return wide;
}

/** Presses what a person would who reads these words on the screen, or hears them read; false where nothing says them. */
export function pressWords(words) {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot === null ? [] : all(element.shadowRoot))]);
  const dialog = document.querySelector("dialog[open]");
  const said = (element) => [element.getAttribute("aria-label"), element.innerText].some((text) => text?.replace(/\s+/g, " ").includes(words));
  const found = all(dialog ?? document).find((element) => element.matches("button, summary") && element.getClientRects().length > 0 && said(element));
  found?.click();
  return found !== undefined;
}

/** Whether these words can be read somewhere on the screen. */
export function reads(words) {
  const text = (root) => [...root.querySelectorAll("*")].flatMap((element) => (element.shadowRoot === null ? [] : [text(element.shadowRoot)]))
    .concat(root === document ? [document.body.innerText] : [...root.children].map((child) => child.innerText ?? "")).join("\n");
  return text(document).replace(/\s+/g, " ").includes(words);
}

/** Codes that stand on the screen, or are read out, where their words were not there. */
export function bareCodes() {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot === null ? [] : all(element.shadowRoot))]);
  const said = all(document).flatMap((element) => [
    element.getAttribute("aria-label"), element.title, element.getAttribute("placeholder"),
    ...[...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data),
  ]);
  return said.flatMap((text) => text?.match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ?? []);
}

/** Chooses from the list that has this name; false where there is none. */
export function chooseFrom(name, value) {
  const select = [...document.querySelectorAll("select")].find((candidate) => candidate.labels?.[0]?.innerText.trim() === name);
  if (select === undefined) return false;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return select.value === value;
}

/** A picture of a supplier's own code, *SHELF7* in Code 39, below a label if one is given; data URLs both. */
export async function shelfCode(label) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1000, 620];
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, 1000, 620);
  if (label !== undefined) {
    const image = new Image();
    image.src = label;
    await image.decode();
    const scale = Math.min(900 / image.width, 360 / image.height);
    context.drawImage(image, 40, 20, image.width * scale, image.height * scale);
  }
  context.fillStyle = "black";
  // Nine elements a character, bars and gaps in turn, "w" for the wide ones.
  const characters = ["nwnnwnwnn", "nnwnnnwwn", "wnnnnwwnn", "wnnnwwnnn", "nnwnnnnww", "nnwnwwnnn", "nnnwnnwnw", "nwnnwnwnn"];
  let x = 200;
  for (const character of characters) {
    for (const [index, width] of [...character].entries()) {
      const pixels = width === "w" ? 12 : 4;
      if (index % 2 === 0) context.fillRect(x, 450, pixels, 130);
      x += pixels;
    }
    x += 4;
  }
  return canvas.toDataURL("image/png");
}
