//! Draws what the reader saw of an image: `cargo run --example debug_view -- IMAGE OUT.png`.
//!
//! Windows are grey, finder patterns orange, grids blue where their fixed patterns fit and red where they do not,
//! readings green.

use udi_verify::{
    frame::Frame,
    symbol::{Point, ReadOptions, Step, read_observed},
};

/// Correlation from which a grid is worked on.
const FITS: f32 = 0.5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: debug_view IMAGE OUT.png".into());
    };
    let luma = image::open(&input)?.into_luma8();
    let mut canvas = image::DynamicImage::ImageLuma8(luma.clone()).into_rgb8();
    let frame = Frame::new(&luma, luma.width(), luma.height())?;
    let symbols = read_observed(&frame, &ReadOptions::default(), &mut |step| draw(&mut canvas, step));
    for symbol in symbols {
        println!("{:?} {} {:?}", symbol.format, symbol.symbology_identifier.as_str(), symbol.text());
    }
    canvas.save(output)?;
    Ok(())
}

fn draw(canvas: &mut image::RgbImage, step: Step) {
    match step {
        Step::Window { bounds: [left, top, right, bottom], .. } => {
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            outline(canvas, &corners.map(|(x, y)| Point { x, y }), true, [128, 128, 128]);
        }
        Step::Finder { points, .. } => outline(canvas, &points, false, [255, 140, 0]),
        Step::Grid { corners, score, .. } => {
            outline(canvas, &corners, true, if score > FITS { [0, 90, 255] } else { [230, 0, 0] });
        }
        Step::Read { corners, .. } => outline(canvas, &corners, true, [0, 170, 60]),
        _ => {}
    }
}

fn outline(canvas: &mut image::RgbImage, points: &[Point], closed: bool, colour: [u8; 3]) {
    let ends = points.iter().skip(1).chain(closed.then(|| points.first()).flatten());
    for (a, b) in points.iter().zip(ends) {
        let steps = (a.x - b.x).hypot(a.y - b.y).ceil().max(1.0);
        for step in 0..=steps as u32 {
            let part = step as f32 / steps;
            let (x, y) = (a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part);
            if let Some(pixel) = canvas.get_pixel_mut_checked(x as u32, y as u32) {
                *pixel = image::Rgb(colour);
            }
        }
    }
}
