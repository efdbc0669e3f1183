//! Frames that hold no symbol: whatever a reader returns for one is a false positive.

use std::f32::consts::TAU;

use crate::background::{Background, TEXTURES};
use crate::frame::{LabelFrame, Size, photograph_sheet};
use crate::label;
use crate::random::Random;
use crate::sensor::{self, Sensor};
use crate::sheet::Sheet;
use crate::truth::Truth;

/// The empty frame this stream of random numbers makes.
pub fn generate(name: String, size: Size, random: &mut Random) -> LabelFrame {
    let (scene, luma) = match random.below(3) {
        0 => ("texture", texture(size, random)),
        1 => ("text", text(size, random)),
        _ => ("clutter", clutter(size, random)),
    };
    let effects = vec![("scene".to_owned(), scene.to_owned())];
    LabelFrame {
        luma,
        size,
        truth: Truth { name, tier: "empty".to_owned(), symbols: Vec::new(), effects },
        grid: None,
    }
}

/// One texture over another, with a straight border between them.
fn texture(size: Size, random: &mut Random) -> Vec<u8> {
    let mut one = || Background {
        texture: *random.pick(&TEXTURES),
        level: sensor::decode(random.range(60.0, 200.0)),
        depth: random.range(0.2, 1.9),
        scale: random.range(2.0, 30.0),
        angle: random.range(0.0, TAU),
        seed: random.bits(),
    };
    let (first, second) = (one(), one());
    let (angle, border) = (random.range(0.0, TAU), random.range(-400.0, 400.0));
    let (sin, cos) = angle.sin_cos();
    let light: Vec<f32> = (0..size.0 * size.1)
        .map(|at| {
            let (x, y) = ((at % size.0) as f32, (at / size.0) as f32);
            let side = (x - size.0 as f32 / 2.0) * cos + (y - size.1 as f32 / 2.0) * sin;
            if side < border { first.at(x, y) } else { second.at(x, y) }
        })
        .collect();
    let sensor = Sensor { noise: random.range(0.5, 7.0), coarse_noise: 0.0, sharpen: 0.0, jpeg: None };
    sensor::expose(&light, size.0, size.1, sensor, random)
}

/// A page of text.
fn text(size: Size, random: &mut Random) -> Vec<u8> {
    let mut sheet = Sheet::paper(260.0, 200.0, 8);
    let height = random.range(5.0, 14.0);
    let mut y = 4.0;
    while y < 200.0 - height {
        let mut x = 4.0;
        while x < 250.0 {
            let words = label::line_of_text(random);
            x += sheet.text(&words, x, y, height, 0.0, random.chance(0.2)) + height;
        }
        y += height * 1.25;
    }
    photograph_sheet(sheet, size, random)
}

/// A label with everything but a symbol.
fn clutter(size: Size, random: &mut Random) -> Vec<u8> {
    let mut sheet = Sheet::paper(240.0, 160.0, 8);
    let mut taken = Vec::new();
    for _ in 0..60 {
        label::clutter(&mut sheet, &mut taken, random);
    }
    photograph_sheet(sheet, size, random)
}
