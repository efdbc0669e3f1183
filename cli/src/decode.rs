//! `udi decode`: images → the symbols in them.

use std::path::{Path, PathBuf};

use udi_verify::frame::Frame;
use udi_verify::symbol::{ReadOptions, Symbol, read};

use crate::failure::{Exit, Failure, OrFail};

/// Arguments of `udi decode`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// PNG, JPEG or WebP images.
    images: Vec<PathBuf>,
}

/// Prints a line a symbol.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    for image in &args.images {
        for symbol in read_image(image)? {
            println!("{}", symbol.text());
        }
    }
    Ok(())
}

/// The symbols in the image file at `path`.
pub(crate) fn read_image(path: &Path) -> Result<Vec<Symbol>, Failure> {
    let refused = || format!("cannot read {} as an image", path.display());
    let luma = image::open(path).or_fail(Exit::Input, refused)?.into_luma8();
    let (width, height) = luma.dimensions();
    let frame = Frame::new(luma.as_raw(), width, height).or_fail(Exit::Input, refused)?;
    Ok(read(&frame, &ReadOptions::default()))
}
