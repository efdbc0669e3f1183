// A camera clip of a label: blank paper first, then the label held still.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";

/** As large as a hand would hold it: the label fills most of the height. */
const HELD = "scale=1000:560:force_original_aspect_ratio=decrease:flags=area,pad=1280:720:(ow-iw)/2:(oh-ih)/2:white";
/** Chromium plays a Motion JPEG at 30 pictures a second, over and over. */
const [PAPER_PICTURES, LABEL_PICTURES] = [27, 60];

let paper;

/**
 * Writes `clip`, a Motion JPEG that Chromium plays as its camera: nothing but JPEG pictures, one after another. `held` is how
 * the label lies in the picture, as a filter of ffmpeg.
 */
export function makeClip(image, clip, held = HELD) {
  paper ??= jpeg(["-f", "lavfi", "-i", "color=white:size=1280x720"]);
  const label = jpeg(["-i", image, "-vf", held]);
  // In one step: a camera that still rests on the clip before reads on in that; cut short under it, it takes Chromium down.
  writeFileSync(`${clip}.new`, Buffer.concat([...Array(PAPER_PICTURES).fill(paper), ...Array(LABEL_PICTURES).fill(label)]));
  renameSync(`${clip}.new`, clip);
}

function jpeg(input) {
  return execFileSync("ffmpeg", ["-v", "error", ...input, "-frames:v", "1", "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", "-"],
    { maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] });
}
