//! `udi label`: label content → print-ready SVG, PNG, PDF and ZPL, single labels or sheets of them, every
//! symbol read back before it is written.

mod carrier;
mod human_readable;
mod layout;
mod matrix;
mod pdf;
mod pen;
mod raster;
mod read_back;
mod sheets;
mod svg;
mod zpl;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

pub(crate) use carrier::Carrier;
use carrier::Content;
use layout::{Grid, Page, Size};
use pen::Pen;
use raster::Dots;
use sheets::{Format, Sheets, Whereabouts};

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::output;

/// Arguments of `udi label`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The JSON lines of `udi sign`; standard input if none is given.
    labels: Option<PathBuf>,
    /// The folder to write to.
    #[arg(long, default_value = "labels", value_name = "DIR")]
    out: PathBuf,
    /// What to write; several with commas between.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "svg,png")]
    format: Vec<Format>,
    /// Which symbol carries the identifier and the seal.
    #[arg(long, value_enum, default_value = "data-matrix")]
    carrier: Carrier,
    /// Width of a module in millimetres. GS1 asks for 0.254 to 0.99 for devices; phones like 0.4 and more.
    #[arg(long, default_value_t = 0.5, value_name = "MM")]
    module_mm: f64,
    /// The printer's resolution in dots an inch: PNG and ZPL take the nearest module of whole dots.
    #[arg(long, default_value_t = 600.0, value_name = "DPI")]
    dpi: f64,
    /// Height of bars in millimetres.
    #[arg(long, default_value_t = 10.0, value_name = "MM")]
    bar_mm: f64,
    /// The size of a label in millimetres; as large as its content if left out.
    #[arg(long, value_parser = Size::parse, value_name = "WxH")]
    label: Option<Size>,
    /// Put labels on sheets: a4, letter, or WxH in millimetres.
    #[arg(long, value_parser = Size::parse, value_name = "SHEET")]
    sheet: Option<Size>,
    /// Around the labels of a sheet.
    #[arg(long, default_value_t = 10.0, value_name = "MM")]
    margin_mm: f64,
    /// Between the labels of a sheet.
    #[arg(long, default_value_t = 3.0, value_name = "MM")]
    gap_mm: f64,
    /// Labels in a row of a sheet; as many as fit if left out.
    #[arg(long, value_name = "N")]
    columns: Option<usize>,
}

/// One line of `udi label`.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<&'a str>,
    #[serde(flatten)]
    whereabouts: Whereabouts,
}

/// A single label as the demo wants it: `NAME.svg` and `NAME.png` in `folder`, with a heading above the text.
pub(crate) fn draw_single(
    folder: &Path,
    name: &str,
    carrier: Carrier,
    message: &str,
    heading: &[String],
    today: Date,
) -> Result<(), Failure> {
    // Large enough for a phone at arm's length, and whole dots at 203 and 406 dots an inch.
    let pen =
        Pen { carrier, module: 0.5, dots: Dots { per_mm: 16.0 }, height: 10.0, prints_dots: true, today };
    let (drawn, raster) = pen.draw(&Content::of(message), heading, None)?;
    let png = raster.png(pen.dots).or_fail(Exit::System, || "cannot encode PNG")?;
    for (extension, bytes) in [("svg", svg::svg(&Page::of(drawn.exact)).into_bytes()), ("png", png)] {
        let path = folder.join(format!("{name}.{extension}"));
        fs::write(&path, bytes).or_fail(Exit::System, || format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Draws a label a line and prints which files it went to.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let in_range = (0.1..=10.0).contains(&args.module_mm)
        && (100.0..=2400.0).contains(&args.dpi)
        && (1.0..=100.0).contains(&args.bar_mm)
        && (0.0..=100.0).contains(&args.margin_mm)
        && (0.0..=100.0).contains(&args.gap_mm);
    if !in_range {
        let words = "a module is 0.1 to 10 mm wide, bars 1 to 100 mm high, margins and gaps 0 to 100 mm, a printer \
                     has 100 to 2400 dots an inch";
        return Err(Failure::new(Exit::Input, words));
    }
    let dots = Dots::per_inch(args.dpi);
    let prints_dots = args.format.iter().any(|format| matches!(format, Format::Png | Format::Zpl));
    let today = clock::day(Timestamp::now());
    let pen =
        Pen { carrier: args.carrier, module: args.module_mm, dots, height: args.bar_mm, prints_dots, today };
    say_module(args, dots, prints_dots)?;
    let mut contents = open(args)?.lines().zip(1_u64..).map(|(line, number)| {
        let line = line.or_fail(Exit::System, || "cannot read the labels")?;
        let content =
            serde_json::from_str(&line).or_fail(Exit::Input, || format!("line {number} is no label"))?;
        Ok((number, content))
    });
    let first: Vec<(u64, Content)> = contents.by_ref().take(LOOK_AHEAD).collect::<Result<_, Failure>>()?;
    let grid = args.sheet.map(|sheet| grid(args, sheet, &pen, &first)).transpose()?;
    let cell = args.label.or(grid.map(|grid| grid.cell()));
    let mut sheets = Sheets::new(&args.out, &args.format, dots, grid)?;
    for content in first.into_iter().map(Ok).chain(contents) {
        let (number, content) = content?;
        let (drawn, raster) = pen.draw(&content, &[], cell).map_err(|failure| in_line(number, &failure))?;
        let whereabouts = sheets.add(drawn, &raster)?;
        let serial = content.serial.as_deref();
        output::line(&mut std::io::stdout().lock(), &Written { serial, whereabouts })?;
    }
    sheets.finish()
}

/// Labels looked at before the places on a sheet get their size: one label's symbol may be larger than another's.
const LOOK_AHEAD: usize = 500;

/// Places of the size asked for, or of the largest of the first labels.
fn grid(args: &Args, sheet: Size, pen: &Pen, first: &[(u64, Content)]) -> Result<Grid, Failure> {
    let mut cell = Size { width: 1.0, height: 1.0 };
    if args.label.is_none() {
        for (number, content) in first {
            let drawn = pen.lay_out(content, &[], None).map_err(|failure| in_line(*number, &failure))?;
            for size in [drawn.exact.size, drawn.dotted.size] {
                cell.width = cell.width.max(size.width.ceil());
                cell.height = cell.height.max(size.height.ceil());
            }
        }
    }
    Grid::new(sheet, args.label.unwrap_or(cell), args.margin_mm, args.gap_mm, args.columns)
        .map_err(|words| Failure::new(Exit::Input, words))
}

fn in_line(number: u64, failure: &Failure) -> Failure {
    Failure::new(failure.exit, format!("line {number}: {failure}"))
}

/// A module of whole dots is rarely the one asked for.
fn say_module(args: &Args, dots: Dots, prints_dots: bool) -> Result<(), Failure> {
    let whole = dots.whole_module(args.module_mm).map_err(|words| Failure::new(Exit::Input, words))?;
    if prints_dots {
        eprintln!(
            "at {} dots an inch a module of {} mm is {:.0} dots, {whole:.3} mm",
            args.dpi,
            args.module_mm,
            whole * dots.per_mm
        );
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

#[cfg(test)]
mod tests;
