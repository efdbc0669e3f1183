/**
 * Runs in the page before anything else: notes when the camera first shows a label and when the verdict
 * stands on the screen, without the app knowing. `labelToVerdict()` gives the time between, in milliseconds.
 */
export function watchForLabel() {
  /** Paper was seen: a camera's very first picture may be black, and is no label. */
  let paper = false;
  let shown;
  let answered;
  const look = new OffscreenCanvas(64, 36).getContext("2d", { willReadFrequently: true });

  /** Paper is white; a label has ink. */
  function showsInk(video) {
    look.drawImage(video, 0, 0, 64, 36);
    const { data } = look.getImageData(0, 0, 64, 36);
    return data.some((value, index) => index % 4 === 0 && value < 128);
  }

  function watch(video, root) {
    const frame = (now) => {
      if (shown === undefined && video.videoWidth > 0) {
        if (!showsInk(video)) paper = true;
        else if (paper) shown = now;
      }
      if (answered === undefined) video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
    new MutationObserver(() => {
      if (answered === undefined && root.querySelector("article.verdict") !== null) {
        // After the next paint it is on the screen.
        requestAnimationFrame(() => setTimeout(() => (answered = performance.now())));
      }
    }).observe(root, { childList: true, subtree: true });
  }

  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    const wait = new MutationObserver(() => {
      const video = root.querySelector("video");
      if (video === null) return;
      wait.disconnect();
      watch(video, root);
    });
    wait.observe(root, { childList: true, subtree: true });
    return root;
  };

  globalThis.labelToVerdict = async () => {
    while (answered === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    if (shown === undefined) throw new Error("no picture of the label after one of paper was seen");
    return answered - shown;
  };
}
