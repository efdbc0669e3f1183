import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Every place the build reads from or writes to. */
export const paths = {
  root: at("."),
  js: at("js"),
  source: at("js/src"),
  www: at("www"),
  glue: at("target/bindgen/udi_verify.js"),
  wasm: at("target/bindgen/udi_verify_bg.wasm"),
  pkg: at("pkg"),
  site: at("target/site"),
  coreMessages: at("src/messages"),
  appMessages: at("www/messages"),
};
