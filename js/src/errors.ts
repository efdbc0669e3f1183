/** An error with a stable `code`; the message is for developers, words for people are looked up by the code. */
export class UdiVerifyError extends Error {
  override readonly name = "UdiVerifyError";
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The code of any error: ours, the core's, an abort, or `unexpected`. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  if (error instanceof DOMException && error.name === "AbortError") return "aborted";
  return "unexpected";
}

/**
 * Turns what the core threw into a `UdiVerifyError`. A trap leaves the wasm memory in an unknown state, so it
 * gets a code of its own: whoever sees it must start afresh (a worker is restarted).
 */
export function fromCore(error: unknown): UdiVerifyError {
  if (error instanceof UdiVerifyError) return error;
  if (error instanceof WebAssembly.RuntimeError) {
    return new UdiVerifyError("wasm_trap", "the core stopped unexpectedly; start it again", { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new UdiVerifyError(errorCode(error), message, { cause: error });
}

/** Runs one call of the core; what it throws becomes a `UdiVerifyError`. */
export function call<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw fromCore(error);
  }
}
