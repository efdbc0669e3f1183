//! No symbol is written before another program's decoder has read it back.

use udi_verify::frame::Frame;
use udi_verify::symbol::{ReadOptions, read};

use super::drawing::Raster;
use super::matrix::Matrix;
use crate::failure::{Exit, Failure};

/// Reads the symbol off the drawn label and compares it, byte for byte and with its AIM identifier.
pub(crate) fn read_back(raster: &Raster, symbol: &Matrix, message: &str) -> Result<(), Failure> {
    let refuse = |reason: String| {
        Failure::new(Exit::Symbol, format!("the symbol drawn {reason}; nothing was written"))
    };
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let frame = Frame::new(&raster.luma, side(raster.width), side(raster.height))
        .map_err(|error| refuse(format!("cannot be read back: {error}")))?;
    match read(&frame, &ReadOptions::default()).as_slice() {
        [] => Err(refuse("does not read back".to_owned())),
        [read] if read.bytes != message.as_bytes() => Err(refuse(format!("reads back as {:?}", read.text()))),
        [read] if read.symbology_identifier != symbol.identifier => {
            Err(refuse(format!("announces {}", read.symbology_identifier.as_str())))
        }
        [_] => Ok(()),
        more => Err(refuse(format!("reads back as {} symbols", more.len()))),
    }
}
