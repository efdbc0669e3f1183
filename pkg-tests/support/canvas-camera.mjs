// A camera that shows what a test puts before it, in any engine: a canvas as the camera's stream.
import { readFileSync } from "node:fs";

/** Replaces the page's camera; it shows white paper until `showToCamera`. Call after the page has been opened. */
export async function useCanvasCamera(page, { capabilities = {}, label = "Back Camera", width = 1280, height = 720 } = {}) {
  await page.evaluate(({ capabilities, label, width, height }) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    const state = { picture: null, opened: 0, applied: [], tracks: [] };
    globalThis.canvasCamera = state;
    // As a phone does that is held the other way.
    state.turn = () => ([canvas.width, canvas.height] = [canvas.height, canvas.width]);
    const draw = () => {
      context.fillStyle = "#e9ecee";
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (state.picture === null) return;
      const scale = Math.min((canvas.width * 0.7) / state.picture.width, (canvas.height * 0.72) / state.picture.height);
      const [width, height] = [state.picture.width * scale, state.picture.height * scale];
      context.drawImage(state.picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    };
    setInterval(draw, 60);
    draw();
    navigator.mediaDevices.enumerateDevices = async () => [{ kind: "videoinput", deviceId: "canvas", label, groupId: "" }];
    navigator.mediaDevices.getUserMedia = async () => {
      state.opened++;
      const stream = canvas.captureStream(15);
      const [track] = stream.getVideoTracks();
      track.getCapabilities = () => capabilities;
      track.applyConstraints = async (constraints) => void state.applied.push(constraints);
      state.tracks.push(track);
      return stream;
    };
    globalThis.showToCanvasCamera = async (url) => {
      const image = url === null ? null : new Image();
      if (image !== null) {
        image.src = url;
        await image.decode();
      }
      state.picture = image;
      // At once: what comes next in a test must not still see the picture before.
      draw();
    };
  }, { capabilities, label, width, height });
}

/** Holds a picture file before the camera; `null` takes it away. */
export async function showToCamera(page, file) {
  const url = file === null ? null : `data:image/png;base64,${readFileSync(file).toString("base64")}`;
  await page.evaluate((picture) => globalThis.showToCanvasCamera(picture), url);
}
