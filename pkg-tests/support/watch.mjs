/**
 * Runs in the page before anything else: notes when the camera first shows a label and when the verdict
 * stands on the screen, without the app knowing. `labelToVerdict()` gives the time between, in milliseconds;
 * `null` where the camera showed no paper first, so that the moment is not known.
 */
export function watchForLabel() {
  /** Paper was seen: a camera's very first picture may be black, and is no label. */
  let paper = false;
  let shown;
  let answered;
  /** One picture after the other, in the order in which they came. */
  let turn = Promise.resolve();
  let pixels = new Uint8Array(0);
  /** Of so many pixels one is looked at, down and across. */
  const EVERY = 20;

  /** Paper is white; a label has ink. The grey plane is copied as it is: a canvas would cost the page more than the app does. */
  async function showsInk(picture) {
    const { codedWidth: width, codedHeight: height } = picture;
    if (pixels.length < picture.allocationSize()) pixels = new Uint8Array(picture.allocationSize());
    const [{ offset, stride }] = await picture.copyTo(pixels);
    picture.close();
    for (let y = 0; y < height; y += EVERY) {
      for (let x = 0; x < width; x += EVERY) if (pixels[offset + y * stride + x] < 128) return true;
    }
    return false;
  }

  function watch(video, root) {
    const frame = (now) => {
      if (answered !== undefined) return;
      video.requestVideoFrameCallback(frame);
      if (shown !== undefined || video.videoWidth === 0) return;
      const picture = new VideoFrame(video);
      turn = turn.then(async () => {
        const ink = await showsInk(picture);
        if (!ink) paper = true;
        else if (paper) shown ??= now;
      });
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
    await turn;
    return shown === undefined ? null : answered - shown;
  };
}
