// A camera clip of a label: blank paper first, then the label held still.
import { execFileSync } from "node:child_process";

const SIZE = "1280:720";
const FILTER = [
  // As large as a hand would hold it: the label fills most of the height.
  "scale=1000:560:force_original_aspect_ratio=decrease:flags=area",
  `pad=${SIZE}:(ow-iw)/2:(oh-ih)/2:white`,
  "tpad=start_duration=1.5:start_mode=add:color=white",
  "fps=30",
].join(",");

/** Writes `clip`, a Motion JPEG that Chromium plays as its camera. */
export function makeClip(image, clip) {
  execFileSync("ffmpeg", [
    "-v", "error", "-y", "-loop", "1", "-t", "4", "-i", image,
    "-vf", FILTER, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "3", clip,
  ], { stdio: ["ignore", "ignore", "inherit"] });
}
