import { readFile } from "node:fs/promises";

import { useDefaultSource } from "./loader.ts";

useDefaultSource(() => readFile(new URL("./udi_verify_bg.wasm", import.meta.url)));

export * from "./api.ts";
