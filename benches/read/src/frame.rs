//! One frame, from its tier, size and seed.

use std::f32::consts::TAU;

use udi_verify::symbol::Point;

use crate::background::{Background, TEXTURES, Texture};
use crate::catalogue::{Catalogue, Matrix};
use crate::label::{self, Label, Layout, Placed};
use crate::optics::Blur;
use crate::oracle::Grid;
use crate::random::Random;
use crate::scene::{Glare, Scene, Surface, Wrinkles, rotation};
use crate::sheet::{Area, Sheet};
use crate::tier::{Recipe, Tier};
use crate::truth::{Known, Truth};
use crate::{defects, optics, sensor};

/// Width and height of a frame in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize, pub usize);

/// 1280 × 720.
pub const HD: Size = Size(1280, 720);

/// 1920 × 1080.
pub const FULL_HD: Size = Size(1920, 1080);

/// A frame and what it holds.
#[derive(Debug)]
pub struct LabelFrame {
    /// 8-bit grey, row-major.
    pub luma: Vec<u8>,
    /// Its size.
    pub size: Size,
    /// What it holds.
    pub truth: Truth,
    /// Where the main symbol's modules are, where there is one.
    pub grid: Option<Grid>,
}

fn random_of(tier: Tier, seed: u64) -> Random {
    Random::new(seed ^ ((tier as u64) << 48)).fork(tier.name())
}

/// Whether the main symbol of the frame of this tier and seed is 1D, without making the frame.
pub fn is_linear(tier: Tier, seed: u64) -> bool {
    tier != Tier::Empty && Recipe::draw(tier, &mut random_of(tier, seed).fork("recipe")).linear
}

/// The frame of this tier, size and seed.
pub fn generate(catalogue: &Catalogue, tier: Tier, size: Size, seed: u64) -> LabelFrame {
    let mut random = random_of(tier, seed);
    let name = format!("{}-{}-{seed:06}", tier.name(), size.1);
    if tier == Tier::Empty {
        return crate::empty::generate(name, size, &mut random);
    }
    let setup = Setup::draw(catalogue, tier, size, &mut random);
    let luma = setup.photograph(&setup.scene, size, &mut random);
    let symbols = setup.known(&setup.scene);
    let effects = describe(&setup.recipe, &setup.scene, setup.module);
    let grid = Some(grid(&setup.label.symbols[0], &setup.scene, setup.recipe.inverted));
    LabelFrame { luma, size, truth: Truth { name, tier: tier.name().to_owned(), symbols, effects }, grid }
}

/// A label before a camera: what one frame or a clip is taken of.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) recipe: Recipe,
    pub(crate) label: Label,
    pub(crate) scene: Scene,
    /// Pixels a module that the pose came to.
    pub(crate) module: f32,
}

impl Setup {
    /// Draws recipe, label and pose.
    pub(crate) fn draw(catalogue: &Catalogue, tier: Tier, size: Size, random: &mut Random) -> Self {
        let recipe = Recipe::draw(tier, &mut random.fork("recipe"));
        let main = choose(catalogue, &recipe, random);
        let label = print(catalogue, main, &recipe, random);
        let (scene, module) = stage(&label, &recipe, size, random);
        Self { recipe, label, scene, module }
    }

    /// The luma of the label seen in `scene`, which is this setup's or one moved from it.
    fn photograph(&self, scene: &Scene, size: Size, random: &mut Random) -> Vec<u8> {
        photograph(scene.render(&self.label.sheet), &self.recipe, size, random)
    }

    /// The symbols as `scene` shows them.
    pub(crate) fn known(&self, scene: &Scene) -> Vec<Known> {
        self.label.symbols.iter().map(|placed| known(placed, scene)).collect()
    }
}

/// The main symbol: the shares of each kind among what labels of devices carry.
fn choose<'a>(catalogue: &'a Catalogue, recipe: &Recipe, random: &mut Random) -> &'a Matrix {
    let shares: &[(&str, f32)] = match (recipe.mark.is_some(), recipe.linear) {
        (true, _) => &[("gs1-datamatrix", 0.6), ("hibc-datamatrix", 0.3), ("gs1-datamatrix-signed", 0.1)],
        (_, true) => {
            &[("gs1-128", 0.6), ("hibc-128", 0.1), ("hibc-39", 0.1), ("itf-14", 0.1), ("ean-13", 0.1)]
        }
        _ => &[
            ("gs1-datamatrix", 0.32),
            ("gs1-datamatrix-signed", 0.15),
            ("gs1-datamatrix-rectangular", 0.04),
            ("gs1-qr", 0.2),
            ("gs1-qr-signed", 0.05),
            ("hibc-datamatrix", 0.19),
            ("hibc-qr", 0.05),
        ],
    };
    let mut left = random.unit();
    let kind = shares.iter().find(|(_, share)| {
        left -= share;
        left < 0.0
    });
    let kind = kind.map_or(shares[0].0, |(kind, _)| kind);
    let matrices = catalogue.of(kind);
    matrices[random.below(matrices.len())]
}

/// Prints the label and harms it as the recipe says.
fn print(catalogue: &Catalogue, main: &Matrix, recipe: &Recipe, random: &mut Random) -> Label {
    let layout = Layout {
        companions: recipe.companions,
        decoys: recipe.decoys,
        clutter: recipe.clutter,
        scale: 8,
        inverted: recipe.inverted && recipe.mark.is_none(),
        mark: recipe.mark,
        slack: random.range(0.0, 4.0),
    };
    let mut label = label::compose(catalogue, main, layout, &mut random.fork("label"));
    let near = label.symbols[0].area;
    let sheet = &mut label.sheet;
    let random = &mut random.fork("defects");
    if recipe.gain != 0.0 {
        defects::dot_gain(sheet, recipe.gain);
    }
    if let Some((period, depth)) = recipe.halftone {
        defects::halftone(sheet, period, depth);
    }
    if let Some((count, width)) = recipe.dead_elements {
        let vertical = random.chance(0.5);
        defects::dead_elements(sheet, count, width, vertical, near, random);
    }
    if recipe.mark.is_some() {
        defects::metal(sheet, random.range(0.1, 0.5), random.range(0.0, TAU), random.bits());
    }
    if let Some((period, depth)) = recipe.foil {
        defects::foil(sheet, period, depth, random.bits());
    }
    defects::scratches(sheet, recipe.scratches, near, random);
    defects::grain(sheet, random.range(0.0, 0.12), random.bits());
    label
}

/// Poses the camera so that the main symbol is wholly in view: the scene and the pixels a module it came to.
fn stage(label: &Label, recipe: &Recipe, size: Size, random: &mut Random) -> (Scene, f32) {
    let random = &mut random.fork("stage");
    let (paper, ink) = (recipe.paper, recipe.paper - recipe.contrast);
    let swap = recipe.inverted && recipe.mark.is_some();
    let (paper, ink) = if swap { (ink, paper) } else { (paper, ink) };
    let main = label.symbols[0].area;
    let mut scene = Scene {
        width: size.0,
        height: size.1,
        focal: size.0 as f32 * random.range(0.9, 1.4),
        rotation: rotation(random.range(0.0, TAU), recipe.tilt, random.range(0.0, TAU)),
        place: [0.0; 3],
        anchor: main.centre(),
        surface: surface(main, recipe, random),
        wrinkles: recipe.wrinkles.map(|(amplitude, shading)| Wrinkles {
            amplitude,
            period: random.range(12.0, 50.0),
            shading,
            seed: random.bits(),
        }),
        shutter_skew: recipe.shutter_skew,
        paper: sensor::decode(paper),
        ink: sensor::decode(ink),
        slope: recipe.slope,
        glare: (0..recipe.glare).map(|_| glare(main, recipe, random)).collect(),
        background: behind(random),
    };
    let module = place(&mut scene, &label.symbols[0], recipe.module, random);
    (scene, module)
}

fn surface(main: Area, recipe: &Recipe, random: &mut Random) -> Surface {
    let Some(half_angle) = recipe.bend else { return Surface::Flat };
    let lying = random.chance(0.5);
    let across = if lying { main.h } else { main.w };
    Surface::Cylinder { radius: (across / (2.0 * half_angle)).max(12.0), lying }
}

/// A lamp's reflection near the symbol: on a cylinder a streak along it.
fn glare(main: Area, recipe: &Recipe, random: &mut Random) -> Glare {
    let side = main.w.max(main.h);
    let (cx, cy) = main.centre();
    let stretch = if recipe.bend.is_some() { random.range(3.0, 8.0) } else { random.range(1.0, 3.0) };
    let narrow = side * random.range(0.06, 0.3);
    Glare {
        centre: (cx + main.w * random.range(-0.6, 0.6), cy + main.h * random.range(-0.6, 0.6)),
        radius: (narrow, narrow * stretch),
        angle: random.range(0.0, TAU),
        strength: random.range(0.2, 1.3),
    }
}

fn behind(random: &mut Random) -> Background {
    let textures: &[Texture] = if random.chance(0.7) { &TEXTURES[..3] } else { &TEXTURES };
    Background {
        texture: *random.pick(textures),
        level: sensor::decode(random.range(40.0, 220.0)),
        depth: random.range(0.1, 1.0),
        scale: random.range(3.0, 24.0),
        angle: random.range(0.0, TAU),
        seed: random.bits(),
    }
}

/// Moves the camera until the symbol and its quiet zone are inside the frame; backs off where they never are.
fn place(scene: &mut Scene, main: &Placed, wanted: f32, random: &mut Random) -> f32 {
    let (w, h) = (scene.width as f32, scene.height as f32);
    let (quiet_x, quiet_y) = main.matrix.quiet_zone();
    let Area { x, y, w: across, h: down } = main.area;
    let needed = [
        (x - quiet_x, y - quiet_y),
        (x + across + quiet_x, y - quiet_y),
        (x + across + quiet_x, y + down + quiet_y),
        (x - quiet_x, y + down + quiet_y),
    ];
    let mut module = wanted;
    loop {
        for _ in 0..30 {
            let depth = scene.focal / module;
            let (px, py) = (w * random.range(0.12, 0.88), h * random.range(0.12, 0.88));
            scene.place = [(px - w / 2.0) / scene.focal * depth, (py - h / 2.0) / scene.focal * depth, depth];
            let inside = |&(u, v): &(f32, f32)| {
                let (px, py) = scene.project(u, v);
                px > 5.0 && py > 5.0 && px < w - 5.0 && py < h - 5.0
            };
            if needed.iter().all(inside) {
                return module;
            }
        }
        module *= 0.93;
    }
}

/// Lens, hand and sensor.
pub(crate) fn photograph(light: Vec<f32>, recipe: &Recipe, size: Size, random: &mut Random) -> Vec<u8> {
    let Size(width, height) = size;
    let mut light = optics::apply(&light, width, height, recipe.blur);
    if let Some(motion) = recipe.motion {
        light = optics::apply(&light, width, height, motion);
    }
    sensor::expose(&light, width, height, recipe.sensor, &mut random.fork("sensor"))
}

/// Where the modules of a symbol appear.
fn grid(placed: &Placed, scene: &Scene, inverted: bool) -> Grid {
    let matrix = placed.matrix.clone();
    let (rows, Area { x, y, w, h }) = (Grid::rows_of(&matrix), placed.area);
    let part = |at: usize, of: usize| (at as f32 + 0.5) / of as f32;
    let places = (0..rows).flat_map(|row| (0..matrix.width).map(move |column| (column, row)));
    let centres = places
        .map(|(column, row)| scene.locate(x + w * part(column, matrix.width), y + h * part(row, rows)))
        .collect();
    Grid { rows, centres, inverted, matrix }
}

/// The truth of one symbol; those partly out of view are allowed but not asked for.
fn known(placed: &Placed, scene: &Scene) -> Known {
    let Area { x, y, w, h } = placed.area;
    let corner = |u: f32, v: f32| {
        let (x, y) = scene.project(u, v);
        Point { x, y }
    };
    let corners = [corner(x, y), corner(x + w, y), corner(x + w, y + h), corner(x, y + h)];
    let (width, height) = (scene.width as f32, scene.height as f32);
    let in_view = corners.iter().all(|p| p.x > 5.0 && p.y > 5.0 && p.x < width - 5.0 && p.y < height - 5.0);
    let faces_camera = match scene.surface {
        Surface::Flat => true,
        Surface::Cylinder { radius, lying } => {
            let (near, far) = if lying { (y, y + h) } else { (x, x + w) };
            let anchor = if lying { scene.anchor.1 } else { scene.anchor.0 };
            (near - anchor).abs().max((far - anchor).abs()) / radius < 0.75
        }
    };
    Known {
        kind: placed.matrix.kind.0.to_owned(),
        format: placed.matrix.format,
        symbology_identifier: placed.matrix.identifier,
        bytes: placed.matrix.bytes.clone(),
        corners,
        asked: placed.asked && in_view && faces_camera,
    }
}

/// The effects in words, for the truth file and the breakdown.
pub(crate) fn describe(recipe: &Recipe, scene: &Scene, module: f32) -> Vec<(String, String)> {
    let mut effects = vec![
        ("module".to_owned(), format!("{module:.2}")),
        ("tilt".to_owned(), format!("{:.0}", recipe.tilt.to_degrees())),
        ("contrast".to_owned(), format!("{:.0}", recipe.contrast)),
        ("noise".to_owned(), format!("{:.1}", recipe.sensor.noise)),
        (
            "blur".to_owned(),
            match recipe.blur {
                Blur::Bell(sigma) => format!("bell {sigma:.2}"),
                Blur::Disc(radius) => format!("disc {radius:.2}"),
                Blur::Motion(length, _) => format!("motion {length:.2}"),
            },
        ),
    ];
    let mut note = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            effects.push((name.to_owned(), value));
        }
    };
    note("motion", recipe.motion.map(|motion| format!("{motion:?}")));
    note("jpeg", recipe.sensor.jpeg.map(|quality| quality.to_string()));
    note("inverted", recipe.inverted.then(|| "yes".to_owned()));
    note("mark", recipe.mark.map(|mark| format!("{mark:?}")));
    note("cylinder", recipe.bend.map(|angle| format!("{:.0}", angle.to_degrees())));
    note("glare", scene.glare.first().map(|glare| format!("{:.2}", glare.strength)));
    note("scratches", (recipe.scratches > 0).then(|| recipe.scratches.to_string()));
    note("gain", (recipe.gain != 0.0).then(|| format!("{:.2}", recipe.gain)));
    note("halftone", recipe.halftone.map(|(period, depth)| format!("{period:.2} {depth:.2}")));
    note("thermal", recipe.dead_elements.map(|(count, width)| format!("{count} {width:.2}")));
    note("foil", recipe.foil.map(|(period, depth)| format!("{period:.1} {depth:.2}")));
    note("wrinkles", recipe.wrinkles.map(|(amplitude, shading)| format!("{amplitude:.2} {shading:.2}")));
    note("skew", (recipe.shutter_skew != 0.0).then(|| format!("{:.3}", recipe.shutter_skew)));
    effects
}

/// Renders a sheet without symbols the same way; for frames that hold none.
pub(crate) fn photograph_sheet(sheet: Sheet, size: Size, random: &mut Random) -> Vec<u8> {
    let recipe =
        Recipe::draw(*random.pick(&[Tier::Easy, Tier::Medium, Tier::Hard]), &mut random.fork("recipe"));
    let (w, h) = sheet.extent();
    let area = Area { x: w * 0.3, y: h * 0.3, w: w * 0.4, h: h * 0.4 };
    let focal = size.0 as f32 * 1.1;
    let module = random.range(2.0, 6.0);
    let scene = Scene {
        width: size.0,
        height: size.1,
        focal,
        rotation: rotation(random.range(0.0, TAU), recipe.tilt, random.range(0.0, TAU)),
        place: [0.0, 0.0, focal / module],
        anchor: area.centre(),
        surface: Surface::Flat,
        wrinkles: None,
        shutter_skew: recipe.shutter_skew,
        paper: sensor::decode(recipe.paper),
        ink: sensor::decode(recipe.paper - recipe.contrast),
        slope: recipe.slope,
        glare: (0..recipe.glare).map(|_| glare(area, &recipe, random)).collect(),
        background: behind(random),
    };
    photograph(scene.render(&sheet), &recipe, size, random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle;

    #[test]
    fn a_frame_is_a_function_of_its_seed() {
        let catalogue = Catalogue::load();
        let frame = |seed| generate(&catalogue, Tier::Medium, Size(480, 360), seed);
        assert_eq!(frame(3).luma, frame(3).luma);
        assert_ne!(frame(3).luma, frame(4).luma);
    }

    #[test]
    fn the_true_module_places_of_an_easy_frame_read() {
        let catalogue = Catalogue::load();
        for seed in 0..4 {
            let frame = generate(&catalogue, Tier::Easy, Size(800, 600), seed);
            assert!(oracle::reads(&frame), "{}", frame.truth.name);
        }
    }
}
