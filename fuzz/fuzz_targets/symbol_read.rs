//! Any modules as a frame: reading ends, and every symbol lies in the frame.
//!
//! Bits drawn as modules, not grey values: a flipped bit is then a flipped module, and finders are got past.
//! The first byte is the pixels a module has, the second the modules a row has, the rest the modules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::{
    frame::Frame,
    symbol::{ReadOptions, read},
};

/// Modules of white around the drawing.
const QUIET: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let [pixels, columns, modules @ ..] = bytes else { return };
    let (pixels, columns) = (usize::from(pixels % 6) + 1, usize::from(columns % 160) + 1);
    let rows = (modules.len() * 8 / columns).min(96);
    let (width, height) = ((columns + 2 * QUIET) * pixels, (rows + 2 * QUIET) * pixels);
    let dark = |row: usize, column: usize| {
        let (Some(row), Some(column)) = (row.checked_sub(QUIET), column.checked_sub(QUIET)) else { return false };
        let at = row * columns + column;
        row < rows && column < columns && modules[at / 8] >> (7 - at % 8) & 1 == 1
    };
    let luma: Vec<u8> = (0..width * height)
        .map(|at| if dark(at / width / pixels, at % width / pixels) { 30 } else { 220 })
        .collect();
    let frame = Frame::new(&luma, width as u32, height as u32).expect("a size within the limits");
    for symbol in read(&frame, &ReadOptions::default()) {
        assert!(symbol.corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite()));
    }
});
