/** Why there is no camera picture, each reason with a code of its own. */
import { UdiVerifyError } from "../errors.ts";

/** What can be told without asking: the person is not shown a question whose answer cannot help. */
export function refusedBeforeAsking(): void {
  if (!globalThis.isSecureContext) throw new UdiVerifyError("camera_insecure", "cameras need HTTPS or localhost");
  const policy = (document as unknown as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  if (policy?.allowsFeature("camera") === false) {
    throw new UdiVerifyError("camera_policy", "the page or the frame around it forbids the camera (Permissions-Policy, allow=\"camera\")");
  }
  if (navigator.mediaDevices?.getUserMedia === undefined) {
    throw new UdiVerifyError("camera_unsupported", "this browser gives pages no camera");
  }
}

const CODES: Record<string, string> = {
  NotAllowedError: "camera_denied",
  SecurityError: "camera_policy",
  NotFoundError: "camera_none",
  OverconstrainedError: "camera_none",
  NotReadableError: "camera_in_use",
  AbortError: "camera_in_use",
};

export function cameraError(error: unknown): UdiVerifyError {
  if (error instanceof UdiVerifyError) return error;
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  return new UdiVerifyError(CODES[name] ?? "camera_failed", `the camera did not start: ${name}`, { cause: error });
}
