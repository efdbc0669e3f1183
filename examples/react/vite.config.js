// The development server answers with the headers a deployment needs, so that what works here works there.
const headers = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'" };

export default { build: { target: "es2022" }, preview: { headers } };
