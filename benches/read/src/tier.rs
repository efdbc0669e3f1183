//! How hard a frame is: the ranges its effects are drawn from.

use std::f32::consts::TAU;

use crate::defects::Mark;
use crate::optics::Blur;
use crate::random::Random;
use crate::sensor::Sensor;

/// A range that values are drawn from evenly.
pub type Range = (f32, f32);

/// The tiers of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// 4 to 9 pixels a module, held nearly straight.
    Easy,
    /// 2.6 to 5 pixels a module, 30° tilt, noise, blur.
    Medium,
    /// 2 to 4 pixels a module (1D 1.5 to 2.6), 45° tilt, and one or several things wrong with print or light.
    Hard,
    /// Direct part marks on metal: dot-peened and lasered, 3 to 9 pixels a module.
    Marks,
    /// No symbol at all.
    Empty,
}

/// Every tier, in the order of the tables.
pub const TIERS: [Tier; 5] = [Tier::Easy, Tier::Medium, Tier::Hard, Tier::Marks, Tier::Empty];

impl Tier {
    /// Its name in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
            Self::Marks => "marks",
            Self::Empty => "empty",
        }
    }

    /// The tier of that name.
    pub fn named(name: &str) -> Option<Self> {
        TIERS.into_iter().find(|tier| tier.name() == name)
    }

    /// Frames in one set of the bench.
    pub fn frames(self) -> usize {
        match self {
            Self::Easy | Self::Marks | Self::Empty => 80,
            Self::Medium => 120,
            Self::Hard => 160,
        }
    }
}

/// One frame's effects, drawn from its tier's ranges.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Whether the main symbol is 1D.
    pub linear: bool,
    /// Pixels a module at the symbol's middle, before tilt.
    pub module: f32,
    /// Tilt in radians.
    pub tilt: f32,
    /// Grey levels between paper and ink.
    pub contrast: f32,
    /// Grey level of the paper.
    pub paper: f32,
    /// The lens.
    pub blur: Blur,
    /// The hand, on top of the lens.
    pub motion: Option<Blur>,
    /// The sensor.
    pub sensor: Sensor,
    /// Light marks on dark.
    pub inverted: bool,
    /// Direct part mark.
    pub mark: Option<Mark>,
    /// Half the angle the symbol spans on a cylinder, in radians.
    pub bend: Option<f32>,
    /// Lamps mirrored on the symbol.
    pub glare: usize,
    /// Scratches over the symbol.
    pub scratches: usize,
    /// Dot gain in modules.
    pub gain: f32,
    /// Period (modules) and depth of a halftone screen.
    pub halftone: Option<(f32, f32)>,
    /// Dead elements of a thermal head: how many and how wide in modules.
    pub dead_elements: Option<(usize, f32)>,
    /// Period (modules) and depth of embossed foil.
    pub foil: Option<(f32, f32)>,
    /// Amplitude (modules) and shading of wrinkles.
    pub wrinkles: Option<(f32, f32)>,
    /// Sideways pixels a row.
    pub shutter_skew: f32,
    /// Change of light over the frame.
    pub slope: (f32, f32),
    /// Further symbols of the same kind.
    pub companions: usize,
    /// Other symbols.
    pub decoys: usize,
    /// Things printed that are no symbol.
    pub clutter: usize,
}

/// A range by tier: easy, medium, hard.
fn by_tier<T: Copy>(tier: Tier, easy: T, medium: T, hard: T) -> T {
    match tier {
        Tier::Easy | Tier::Empty => easy,
        Tier::Medium => medium,
        Tier::Hard | Tier::Marks => hard,
    }
}

impl Recipe {
    /// Draws the effects of one frame.
    pub fn draw(tier: Tier, random: &mut Random) -> Self {
        let linear = tier != Tier::Marks && random.chance(by_tier(tier, 0.2, 0.22, 0.15));
        let marks = tier == Tier::Marks || (tier == Tier::Hard && !linear && random.chance(0.06));
        let module = module_size(tier, linear, random);
        let contrast = span(by_tier(tier, (90.0, 190.0), (60.0, 170.0), (25.0, 140.0)), random);
        let hard = |share: f32, random: &mut Random| tier == Tier::Hard && random.chance(share);
        let light_slope = by_tier(tier, 0.2, 0.5, 0.9);
        let mut recipe = Self {
            linear,
            module,
            tilt: random.unit().sqrt() * by_tier(tier, 12.0_f32, 30.0, 45.0).to_radians(),
            contrast,
            paper: random.range(contrast + 22.0, 238.0),
            blur: Blur::Bell(span(
                by_tier(tier, (0.3, 0.8), (0.4, 1.2), (0.4, (0.36 * module).min(1.3))),
                random,
            )),
            motion: None,
            sensor: draw_sensor(tier, random),
            inverted: hard(0.15, random) || (tier == Tier::Marks && random.chance(0.3)),
            mark: None,
            bend: (hard(0.25, random) || (tier == Tier::Medium && random.chance(0.1)))
                .then(|| random.range(0.2, 0.7)),
            glare: if hard(0.25, random) { 1 + random.below(2) } else { 0 },
            scratches: if hard(0.3, random) { 1 + random.below(5) } else { 0 },
            gain: if hard(0.3, random) { random.range(-0.22, 0.25) } else { 0.0 },
            halftone: hard(0.06, random).then(|| (random.range(0.35, 0.9), random.range(0.2, 0.6))),
            dead_elements: hard(0.1, random).then(|| (1 + random.below(3), random.range(0.15, 0.5))),
            foil: hard(0.07, random).then(|| (random.range(2.0, 9.0), random.range(0.15, 0.5))),
            wrinkles: hard(0.08, random).then(|| (random.range(0.1, 0.5), random.range(0.1, 0.5))),
            shutter_skew: if hard(0.08, random) { random.range(-0.12, 0.12) } else { 0.0 },
            slope: (random.range(-light_slope, light_slope), random.range(-light_slope, light_slope)),
            companions: if random.chance(0.1) { 1 + random.below(3) } else { 0 },
            decoys: random.below(by_tier(tier, 2, 3, 4)),
            clutter: random.below(by_tier(tier, 12, 18, 24)),
        };
        if marks {
            recipe.mark_metal(random);
        }
        if hard(0.12, random) {
            recipe.blur = Blur::Disc(random.range(0.6, (0.55 * module).min(2.2)));
        }
        if hard(0.1, random) {
            recipe.motion =
                Some(Blur::Motion(random.range(1.0, (0.9 * module).min(3.5)), random.range(0.0, TAU)));
        }
        recipe
    }

    fn mark_metal(&mut self, random: &mut Random) {
        let peened = random.chance(0.5);
        self.mark = Some(match peened {
            true => Mark::Peen(random.range(0.6, 0.98)),
            false => Mark::Laser(random.range(0.8, 1.08)),
        });
        (self.halftone, self.dead_elements, self.foil, self.gain) = (None, None, None, 0.0);
        (self.companions, self.decoys) = (0, 0);
        self.clutter = random.below(6);
        self.contrast = self.contrast.max(45.0);
        self.paper = self.paper.max(self.contrast + 20.0);
    }
}

fn span(range: Range, random: &mut Random) -> f32 {
    random.range(range.0, range.1)
}

fn module_size(tier: Tier, linear: bool, random: &mut Random) -> f32 {
    let range = match (tier, linear) {
        (Tier::Easy | Tier::Empty, _) => (4.0, 9.0),
        (Tier::Medium, _) => (2.6, 5.0),
        (Tier::Hard, false) => (2.0, 4.0),
        (Tier::Hard, true) => (1.5, 2.6),
        (Tier::Marks, _) => (3.0, 9.0),
    };
    span(range, random)
}

fn draw_sensor(tier: Tier, random: &mut Random) -> Sensor {
    let noise = span(by_tier(tier, (0.5, 2.5), (1.5, 5.0), (2.0, 7.0)), random);
    let coarse = if random.chance(0.4) { 0.5 * noise } else { 0.0 };
    let sharpen = if random.chance(0.3) { random.range(0.2, 0.8) } else { 0.0 };
    let jpeg = random
        .chance(by_tier(tier, 0.1, 0.2, 0.2))
        .then(|| (by_tier(tier, 85, 70, 50) + random.below(10)) as u8);
    Sensor { noise, coarse_noise: coarse, sharpen, jpeg }
}
