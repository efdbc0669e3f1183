/** Registers `<udi-verify>`; importing it twice does no harm. */
import { UdiVerifyElement } from "./element.ts";

if (globalThis.customElements !== undefined && customElements.get("udi-verify") === undefined) {
  customElements.define("udi-verify", UdiVerifyElement);
}

export { UdiVerifyElement };
