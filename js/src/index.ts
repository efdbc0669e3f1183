import { useDefaultSource } from "./loader.ts";

useDefaultSource(() => new URL("./udi_verify_bg.wasm", import.meta.url));

export * from "./api.ts";
