//! `udi decode`: images → the symbols in them.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use udi_verify::frame::Frame;
use udi_verify::symbol::{ReadOptions, Symbol, read};

use crate::failure::{Exit, Failure, OrFail};
use crate::output;

/// Arguments of `udi decode`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// PNG, JPEG or WebP images.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

/// Prints a line a symbol. An image that cannot be read does not keep the ones behind it from being read; the
/// first such failure is the outcome.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let mut outcome = Ok(());
    for image in &args.images {
        match read_image(image) {
            Ok(symbols) => print(&mut out, image, &symbols)?,
            Err(failure) if outcome.is_ok() => outcome = Err(failure),
            Err(failure) => eprintln!("udi: {failure}"),
        }
    }
    outcome
}

fn print(out: &mut impl Write, image: &Path, symbols: &[Symbol]) -> Result<(), Failure> {
    if symbols.is_empty() {
        eprintln!("{}: no symbol read", image.display());
    }
    symbols.iter().try_for_each(|symbol| output::line(out, &as_json(image, symbol)))
}

fn as_json(image: &Path, symbol: &Symbol) -> Value {
    let hex: String = symbol.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "image": image.to_string_lossy(),
        "format": symbol.format,
        "symbologyIdentifier": symbol.symbology_identifier,
        "text": symbol.text(),
        "bytesHex": hex,
        "corners": symbol.corners,
    })
}

/// The symbols in the image file at `path`.
pub(crate) fn read_image(path: &Path) -> Result<Vec<Symbol>, Failure> {
    let refused = || format!("cannot read {} as an image", path.display());
    let file = image::ImageReader::open(path).or_fail(Exit::System, refused)?;
    // By content, not by name; RGBA, because transparent pixels are to count as paper.
    let image = file.with_guessed_format().or_fail(Exit::System, refused)?;
    let rgba = image.decode().or_fail(Exit::Input, refused)?.into_rgba8();
    let (width, height) = rgba.dimensions();
    let frame = Frame::new(rgba.as_raw(), width, height).or_fail(Exit::Input, refused)?;
    Ok(read(&frame, &ReadOptions::default()))
}
