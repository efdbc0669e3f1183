//! What the reader spares itself in a video, and that a still picture is searched for everything.

use std::path::Path;

use udi_verify::frame::Frame;
use udi_verify::symbol::{Format, ReadOptions, Tracker, read};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
/// A symbol that no other search reads.
const AZTEC: &str = "aztec/compact.png";

/// Samples beside each other on grey paper.
fn picture(samples: &[&str]) -> Vec<u8> {
    let mut luma = vec![225_u8; WIDTH * HEIGHT];
    for (sample, left) in samples.iter().zip([200, 700]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(sample);
        let image = image::open(path).unwrap().into_luma8();
        for (x, y, pixel) in image.enumerate_pixels() {
            luma[(y as usize + 200) * WIDTH + x as usize + left] = pixel.0[0];
        }
    }
    luma
}

fn formats(luma: &[u8], options: &ReadOptions) -> Vec<Format> {
    let frame = Frame::new(luma, WIDTH as u32, HEIGHT as u32).unwrap();
    let mut formats: Vec<Format> = read(&frame, options).iter().map(|symbol| symbol.format).collect();
    formats.sort_by_key(|format| format!("{format:?}"));
    formats
}

/// Aztec symbols are looked for last of all, where nothing else was read in a place.
#[test]
fn the_long_search_is_spared_where_a_picture_gave_a_symbol() {
    let both = picture(&["data-matrix/easy-signed.png", AZTEC]);
    let still = ReadOptions::default();
    let video = ReadOptions { spare_once_read: true, ..ReadOptions::default() };
    assert_eq!(formats(&both, &still), [Format::Aztec, Format::DataMatrix]);
    assert_eq!(formats(&both, &video), [Format::DataMatrix]);
    assert_eq!(formats(&picture(&[AZTEC]), &video), [Format::Aztec], "nothing else was read");
}

#[test]
fn a_tracker_finds_what_only_the_long_search_reads_while_it_is_alone() {
    let luma = picture(&[AZTEC]);
    let frame = Frame::new(&luma, WIDTH as u32, HEIGHT as u32).unwrap();
    let mut tracker = Tracker::new(ReadOptions::default());
    let fresh: usize = (0..4).map(|_| tracker.read(&frame, &mut || true).fresh.len()).sum();
    assert_eq!(fresh, 1, "once, in one of the pictures");
}
