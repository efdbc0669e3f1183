/** Camera frames and pictures → the pixels the core takes. Runs where the core runs: in the worker. */
import { UdiVerifyError } from "./errors.ts";
import type { Image } from "./types.ts";

/** Longest side of a still picture, in pixels: larger ones are scaled down to bound memory and time. */
const MAX_STILL_SIDE = 4096;

/** One buffer for all frames: a camera gives the same size every time. */
let reused = new Uint8Array(0);

/** The picture's pixels. Closes the source: a camera has only a few frames to lend. */
export async function pixelsOf(source: VideoFrame | ImageBitmap): Promise<Image> {
  try {
    if (typeof VideoFrame !== "undefined" && source instanceof VideoFrame) return await fromVideoFrame(source);
    return draw(source);
  } finally {
    source.close();
  }
}

async function fromVideoFrame(frame: VideoFrame): Promise<Image> {
  const width = frame.visibleRect?.width ?? frame.codedWidth;
  const height = frame.visibleRect?.height ?? frame.codedHeight;
  if (frame.format === null) return draw(frame);
  const size = frame.allocationSize();
  if (reused.length < size) reused = new Uint8Array(size);
  const [plane] = await frame.copyTo(reused);
  if (plane === undefined) throw new UdiVerifyError("frame_format", "the camera frame has no planes");
  const rows = { bytes: reused.subarray(plane.offset), stride: plane.stride, width, height };
  switch (frame.format) {
    // The first plane of these is the grey image itself.
    case "I420": case "I420A": case "I422": case "I444": case "NV12":
      return { data: packedLuma(rows), width, height };
    case "RGBA": case "RGBX":
      return { data: greyOf(rows, 0, 2), width, height };
    case "BGRA": case "BGRX":
      return { data: greyOf(rows, 2, 0), width, height };
    default:
      return draw(frame);
  }
}

interface Rows {
  bytes: Uint8Array;
  /** Bytes from one row to the next. */
  stride: number;
  width: number;
  height: number;
}

function packedLuma({ bytes, stride, width, height }: Rows): Uint8Array {
  if (stride !== width) {
    for (let y = 1; y < height; y++) bytes.copyWithin(y * width, y * stride, y * stride + width);
  }
  return bytes.subarray(0, width * height);
}

/** BT.601 luma in place: the grey values are written over the front of the buffer they come from. */
function greyOf({ bytes, stride, width, height }: Rows, red: 0 | 2, blue: 0 | 2): Uint8Array {
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let at = y * stride, end = at + width * 4; at < end; at += 4) {
      const grey = bytes[at + red]! * 19595 + bytes[at + 1]! * 38470 + bytes[at + blue]! * 7471;
      bytes[out++] = (grey + 32768) >> 16;
    }
  }
  return bytes.subarray(0, width * height);
}

/** Through a canvas, for pictures and for browsers without frame access. */
function draw(source: VideoFrame | ImageBitmap): Image {
  const naturalWidth = "displayWidth" in source ? source.displayWidth : source.width;
  const naturalHeight = "displayHeight" in source ? source.displayHeight : source.height;
  const scale = Math.min(1, MAX_STILL_SIDE / Math.max(naturalWidth, naturalHeight));
  const width = Math.max(1, Math.round(naturalWidth * scale));
  const height = Math.max(1, Math.round(naturalHeight * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true, alpha: false });
  if (context === null) throw new UdiVerifyError("canvas", "this browser gives no canvas to read the picture with");
  // A picture with a transparent ground is drawn on paper, as it would be printed.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return { data: context.getImageData(0, 0, width, height).data, width, height };
}
