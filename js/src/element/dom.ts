/** Building DOM without markup strings: nothing here can be a script, so Trusted Types has nothing to refuse. */

type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | boolean | number | EventListener | undefined>;

/** An element with attributes (`false` and `undefined` leave one out), `on…` listeners and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Properties = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...present(children));
  return element;
}

export function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false);
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string | number>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Runs once what stands on the page now has been painted; soon in any case, as a hidden page is not painted. */
export function afterPaint(run: () => void): void {
  let todo: (() => void) | undefined = run;
  const once = () => {
    todo?.();
    todo = undefined;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100);
}
