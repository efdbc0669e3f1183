//! `udi label`: label content → print-ready SVG, PNG, PDF and ZPL, single labels or sheets of them, every
//! symbol read back before it is written.

mod carrier;
mod human_readable;
mod layout;
mod matrix;
mod pdf;
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
use human_readable::Text;
use layout::{Grid, Label, Page, Size};
use raster::{Dots, Raster};
use read_back::read_back;
use sheets::{Drawn, Format, Sheets, Whereabouts};

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

/// How labels are drawn.
struct Pen {
    carrier: Carrier,
    module: f64,
    dots: Dots,
    /// Of bars.
    height: f64,
    /// Whether the label is printed in dots, or only read back in them.
    prints_dots: bool,
    today: Date,
}

impl Pen {
    /// Draws a label twice, for scalable formats and in whole dots, and reads the second back.
    fn draw(
        &self,
        content: &Content,
        heading: &[String],
        size: Option<Size>,
    ) -> Result<(Drawn, Raster), Failure> {
        let udi = content.udi(self.today);
        let bar_height = (self.height / self.module).ceil().max(1.0) as usize;
        let refused = || "a label cannot be drawn";
        let symbols = self.carrier.encode(content, &udi, bar_height).or_fail(Exit::Input, refused)?;
        // What a person reads is what the UDI symbol says; a link says the same.
        let text = Text::of(&content.element_string, self.today);
        let lay_out = |module, size| {
            Label::new(symbols.clone(), heading, &text, module, size).or_fail(Exit::Input, refused)
        };
        let whole = self.dots.whole_module(self.module).or_fail(Exit::Input, refused)?;
        let dotted = lay_out(whole, size.filter(|_| self.prints_dots))?;
        let drawn = Drawn { exact: lay_out(self.module, size)?, dotted };
        let raster = Raster::of(&Page::of(drawn.dotted.clone()), self.dots);
        read_back(&raster, &drawn.dotted)?;
        Ok((drawn, raster))
    }
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
    let mut sheets: Option<Sheets> = None;
    let mut cell = args.label;
    for (number, line) in open(args)?.lines().enumerate() {
        let line = line.or_fail(Exit::System, || "cannot read the labels")?;
        let content: Content = serde_json::from_str(&line)
            .or_fail(Exit::Input, || format!("line {} is no label", number + 1))?;
        let (drawn, raster) = pen
            .draw(&content, &[], cell)
            .map_err(|failure| Failure::new(failure.exit, format!("line {}: {failure}", number + 1)))?;
        let sheets = match &mut sheets {
            Some(sheets) => sheets,
            None => {
                // Without a size of its own every cell of a sheet has that of the first label.
                let (exact, dotted) = (drawn.exact.size, drawn.dotted.size);
                let first = Size {
                    width: exact.width.max(dotted.width).ceil(),
                    height: exact.height.max(dotted.height).ceil(),
                };
                let grid = args.sheet.map(|sheet| {
                    Grid::new(sheet, cell.unwrap_or(first), args.margin_mm, args.gap_mm, args.columns)
                });
                let grid = grid.transpose().map_err(|words| Failure::new(Exit::Input, words))?;
                cell = cell.or(grid.map(|grid| grid.cell()));
                sheets.insert(Sheets::new(&args.out, &args.format, dots, grid)?)
            }
        };
        let whereabouts = sheets.add(drawn, &raster)?;
        let serial = content.serial.as_deref();
        output::line(&mut std::io::stdout().lock(), &Written { serial, whereabouts })?;
    }
    sheets.map_or(Ok(()), Sheets::finish)
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
