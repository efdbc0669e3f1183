/** Sound, vibration and flash for a verdict: told apart without looking, each by the person's choice. */

export type Channel = "sound" | "vibration" | "flash";
/** How a verdict looks and sounds; which one it is follows from the core's headline. */
export type Tone = "stop" | "hold" | "unknown" | "plain" | "clear";

/** Notes in hertz and seconds, one after the other. */
const NOTES: Record<Tone, [frequency: number, duration: number][]> = {
  stop: [[196, 0.18], [0, 0.06], [196, 0.18], [0, 0.06], [196, 0.3]],
  hold: [[392, 0.16], [0, 0.08], [392, 0.16]],
  unknown: [[330, 0.16], [0, 0.08], [330, 0.16]],
  plain: [[880, 0.09]],
  clear: [[784, 0.08], [1175, 0.12]],
};
const PULSES: Record<Tone, number[]> = {
  stop: [180, 60, 180, 60, 300],
  hold: [120, 80, 120],
  unknown: [120, 80, 120],
  plain: [60],
  clear: [60],
};

let audio: AudioContext | undefined;

/** Browsers let a page sound only after a tap: call from one. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    // No sound on this device; the screen says the same.
  }
}

export function give(tone: Tone, channels: ReadonlySet<string>, flashing: HTMLElement): void {
  if (channels.has("sound")) sound(NOTES[tone]);
  if (channels.has("vibration")) navigator.vibrate?.(PULSES[tone]);
  if (channels.has("flash")) flash(tone, flashing);
}

function sound(notes: [number, number][]): void {
  if (audio === undefined || audio.state !== "running") return;
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.value = 0.25;
  let at = audio.currentTime;
  for (const [frequency, duration] of notes) {
    if (frequency > 0) {
      const note = audio.createOscillator();
      note.type = "triangle";
      note.frequency.value = frequency;
      note.connect(gain);
      note.start(at);
      note.stop(at + duration);
    }
    at += duration;
  }
}

/** One slow flash: well below the three a second that can harm. */
function flash(tone: Tone, element: HTMLElement): void {
  element.dataset["tone"] = tone;
  element.animate?.([{ opacity: 0.9 }, { opacity: 0 }], { duration: 600, easing: "ease-out" });
}
