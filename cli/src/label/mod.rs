//! `udi label`: sealed label content → print-ready SVG and PNG, every symbol read back before it is written.

mod drawing;
mod matrix;
mod read_back;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use udi_verify::udi::{Scan, parse};

pub(crate) use drawing::Scale;
use drawing::{Drawing, Raster};
pub(crate) use matrix::Matrix;
use read_back::read_back;

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::output;
use crate::sign::SealedLabel;

/// Arguments of `udi label`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The JSON lines of `udi sign`; standard input if none is given.
    labels: Option<PathBuf>,
    /// The folder to write NUMBER.svg and NUMBER.png to.
    #[arg(long, default_value = "labels", value_name = "DIR")]
    out: PathBuf,
    /// Which symbol carries the signature.
    #[arg(long, value_enum, default_value = "data-matrix")]
    carrier: Carrier,
    /// Width of a module in millimetres. GS1 asks for 0.254 to 0.99 for devices; phones like 0.4 and more.
    #[arg(long, default_value_t = 0.5, value_name = "MM")]
    module_mm: f64,
    /// Width of a module in dots of the printer.
    #[arg(long, default_value_t = 8, value_name = "DOTS")]
    module_dots: u16,
}

/// The symbol that carries a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Carrier {
    /// GS1 DataMatrix.
    DataMatrix,
    /// GS1 QR Code.
    Qr,
    /// QR Code with a GS1 Digital Link.
    DigitalLink,
}

impl Carrier {
    /// Draws `message`, reads it back, and gives SVG and PNG.
    pub(crate) fn draw(self, message: &str, lines: &[String], scale: Scale) -> Result<Drawn, Failure> {
        let symbol = match self {
            Self::DataMatrix => Matrix::gs1_data_matrix(message),
            Self::Qr => Matrix::gs1_qr(message),
            Self::DigitalLink => Matrix::qr(message),
        };
        let symbol = symbol.or_fail(Exit::Input, || "a label is too long")?;
        let drawing = Drawing::new(&symbol, lines, scale);
        let raster: Raster = drawing.raster();
        read_back(&raster, &symbol, message)?;
        Ok(Drawn {
            svg: drawing.svg(),
            png: raster.png(scale).or_fail(Exit::System, || "cannot encode PNG")?,
        })
    }
}

/// A label drawn and read back.
pub(crate) struct Drawn {
    svg: String,
    png: Vec<u8>,
}

impl Drawn {
    /// Writes `STEM.svg` and `STEM.png` into `folder`.
    pub(crate) fn write(&self, folder: &Path, stem: &str) -> Result<(), Failure> {
        for (extension, bytes) in [("svg", self.svg.as_bytes()), ("png", self.png.as_slice())] {
            let path = folder.join(format!("{stem}.{extension}"));
            fs::write(&path, bytes).or_fail(Exit::System, || format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// Human readable interpretation by the GS1 General Specifications 4.14: identifiers in brackets, which are
/// not encoded. It is read off the message itself, so text and symbol cannot differ. The seal's elements (91,
/// 92) say nothing to a person and stay out.
pub(crate) fn human_readable(message: &str, today: Date) -> Vec<String> {
    let udi = parse(&Scan { bytes: message.as_bytes().to_vec(), symbology_identifier: None }, today);
    let elements = udi.elements.iter().filter(|element| !["91", "92"].contains(&element.id.as_str()));
    elements.map(|element| format!("({}){}", element.id, element.value)).collect()
}

/// One line of `udi label`.
#[derive(Serialize)]
struct Written {
    serial: String,
    svg: String,
    png: String,
}

/// Draws a label a line and prints which files it went to.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if !(0.1..=10.0).contains(&args.module_mm) || !(2..=64).contains(&args.module_dots) {
        return Err(Failure::new(Exit::Input, "a module is 0.1 to 10 mm and 2 to 64 dots wide"));
    }
    let scale = Scale { module_mm: args.module_mm, module_dots: usize::from(args.module_dots) };
    fs::create_dir_all(&args.out).or_fail(Exit::System, || format!("cannot make {}", args.out.display()))?;
    let today = clock::day(Timestamp::now());
    for (number, line) in open(args)?.lines().enumerate() {
        let line = line.or_fail(Exit::System, || "cannot read the labels")?;
        let label: SealedLabel = serde_json::from_str(&line)
            .or_fail(Exit::Input, || format!("line {} is no label", number + 1))?;
        let message = match args.carrier {
            Carrier::DataMatrix | Carrier::Qr => &label.element_string,
            Carrier::DigitalLink => &label.digital_link,
        };
        // A serial may hold `/`, so files are numbered.
        let stem = format!("{:06}", number + 1);
        args.carrier.draw(message, &human_readable(message, today), scale)?.write(&args.out, &stem)?;
        let written =
            Written { serial: label.serial, svg: format!("{stem}.svg"), png: format!("{stem}.png") };
        output::line(&mut std::io::stdout().lock(), &written)?;
    }
    Ok(())
}

fn open(args: &Args) -> Result<Box<dyn BufRead>, Failure> {
    match &args.labels {
        None => Ok(Box::new(stdin().lock())),
        Some(path) => {
            let file =
                File::open(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))?;
            Ok(Box::new(BufReader::new(file)))
        }
    }
}
