//! No symbol is written before another program's decoder has read it back: the encoders are `datamatrix`,
//! `qrcode` and `barcoders`, the decoders this project's own.

use udi_verify::frame::Frame;
use udi_verify::symbol::{ReadOptions, Symbol, read};

use super::layout::Label;
use super::raster::Raster;
use crate::failure::{Exit, Failure};

/// Reads the symbols off the drawn label and compares them, byte for byte and with their AIM identifiers.
pub(crate) fn read_back(raster: &Raster, label: &Label) -> Result<(), Failure> {
    let refuse =
        |reason: String| Failure::new(Exit::Symbol, format!("a symbol drawn {reason}; it was not written"));
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let frame = Frame::new(&raster.luma, side(raster.width), side(raster.height))
        .map_err(|error| refuse(format!("cannot be read back: {error}")))?;
    let found = read(&frame, &ReadOptions::default());
    for wanted in &label.symbols {
        let same = |symbol: &&Symbol| symbol.bytes == wanted.message.as_bytes();
        match found.iter().find(same) {
            Some(symbol) if symbol.symbology_identifier == wanted.matrix.identifier => {}
            Some(symbol) => {
                return Err(refuse(format!("announces {}", symbol.symbology_identifier.as_str())));
            }
            None => match found.first() {
                None => return Err(refuse("does not read back".to_owned())),
                Some(other) => return Err(refuse(format!("reads back as {:?}", other.text()))),
            },
        }
    }
    if found.len() == label.symbols.len() {
        Ok(())
    } else {
        Err(refuse(format!("reads back as {} symbols", found.len())))
    }
}
