/** The core inside the script: no second request, for pages under `connect-src 'none'` and bundlers that lose files. */
import base64 from "udi-verify-wasm-base64";

import { useDefaultSource } from "./loader.ts";

useDefaultSource(() => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));

export * from "./api.ts";
