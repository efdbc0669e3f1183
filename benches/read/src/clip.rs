//! A second of video: a label before a hand-held camera that finds its focus.

use std::f32::consts::TAU;

use crate::catalogue::Catalogue;
use crate::frame::{LabelFrame, Setup, Size, describe, photograph};
use crate::optics::Blur;
use crate::random::{Random, noise};
use crate::scene::Scene;
use crate::tier::Tier;
use crate::truth::Truth;

/// Frames of a clip, a thirtieth of a second apart.
pub const FRAMES: usize = 30;

/// A clip, whose frames are rendered as they are asked for.
#[derive(Debug)]
pub struct Clip {
    name: String,
    tier: Tier,
    size: Size,
    setup: Setup,
    hand: Hand,
    random: Random,
}

/// How the hand moves and the lens settles.
#[derive(Debug, Clone, Copy)]
struct Hand {
    /// Greatest drift of the label in the view, in pixels.
    drift: f32,
    /// Tremor of 8 to 12 Hz, in pixels.
    tremor: f32,
    /// Greatest turn and tilt, in radians.
    sway: f32,
    /// How much farther away the label is at first, as a fraction.
    approach: f32,
    /// Radius of the first frame's defocus disc, in pixels.
    defocus: f32,
    /// Frames in which the defocus halves.
    settle: f32,
    seed: u64,
}

impl Clip {
    /// The clip of this tier, size and seed.
    pub fn new(catalogue: &Catalogue, tier: Tier, size: Size, seed: u64) -> Self {
        let mut random = Random::new(seed ^ ((tier as u64) << 48)).fork("clip");
        let setup = Setup::draw(catalogue, tier, size, &mut random);
        let hand = Hand {
            drift: random.range(5.0, 60.0),
            tremor: random.range(0.0, 1.5),
            sway: random.range(0.02, 0.2),
            approach: random.range(0.0, 0.4),
            defocus: random.range(0.0, 4.0),
            settle: random.range(2.0, 7.0),
            seed: random.bits(),
        };
        Self { name: format!("clip-{}-{}-{seed:04}", tier.name(), size.1), tier, size, setup, hand, random }
    }

    /// The frame at `at`, counted from 0.
    pub fn frame(&self, at: usize) -> LabelFrame {
        let time = at as f32;
        let velocity = self.velocity(time);
        let mut scene = self.scene(time);
        // Rows are read out over most of a frame's time, the image sliding meanwhile.
        scene.shutter_skew = 0.8 * velocity.0 / self.size.1 as f32;
        let mut recipe = self.setup.recipe.clone();
        let defocus = self.hand.defocus * 0.5_f32.powf(time / self.hand.settle);
        if defocus > 0.6 {
            recipe.blur = Blur::Disc(defocus);
        }
        recipe.motion = smear(velocity);
        let light = scene.render(&self.setup.label.sheet);
        let mut random = self.random.clone().fork(&at.to_string());
        let luma = photograph(light, &recipe, self.size, &mut random);
        let name = format!("{}-{at:02}", self.name);
        let effects = describe(&recipe, &scene, self.setup.module);
        let truth =
            Truth { name, tier: self.tier.name().to_owned(), symbols: self.setup.known(&scene), effects };
        LabelFrame { luma, size: self.size, truth, grid: None }
    }

    /// The pose at a time in frames.
    fn scene(&self, time: f32) -> Scene {
        let hand = self.hand;
        let slow = |which: u64| 2.0 * noise(time / 12.0, 0.0, hand.seed ^ which) - 1.0;
        let quick = |phase: f32| (TAU * (time / 3.0 + phase)).sin();
        let [px, py, depth] = self.setup.scene.place;
        let pixel = depth / self.setup.scene.focal;
        let away = hand.approach * (1.0 - time / FRAMES as f32).max(0.0);
        let shift = [
            (slow(1) * hand.drift + quick(0.0) * hand.tremor) * pixel + px * away,
            (slow(2) * hand.drift + quick(0.3) * hand.tremor) * pixel + py * away,
            depth * away,
        ];
        self.setup.scene.moved(slow(3) * hand.sway, slow(4).abs() * hand.sway, 3.0 * slow(5), shift)
    }

    /// How fast the label moves in the view, in pixels a frame.
    fn velocity(&self, time: f32) -> (f32, f32) {
        let (u, v) = self.setup.scene.anchor;
        let ((x0, y0), (x1, y1)) =
            (self.scene(time - 0.25).project(u, v), self.scene(time + 0.25).project(u, v));
        ((x1 - x0) * 2.0, (y1 - y0) * 2.0)
    }
}

/// What an exposure of a third of the frame's time makes of that velocity.
fn smear((x, y): (f32, f32)) -> Option<Blur> {
    let length = x.hypot(y) / 3.0;
    (length > 0.5).then(|| Blur::Motion(length.min(12.0), y.atan2(x)))
}
