//! A label and a sheet of labels in millimetres: where every symbol and every line of text goes. What is
//! drawn, as SVG, PNG, PDF or ZPL, comes from here.

use super::carrier::Encoded;
use super::human_readable::Text;
use super::matrix::Matrix;

/// A label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    /// Its symbols.
    pub(crate) symbols: Vec<Placed>,
    /// Its text.
    pub(crate) lines: Vec<Line>,
    /// Width of a module of every symbol.
    pub(crate) module: f64,
    /// Its extent.
    pub(crate) size: Size,
}

/// A symbol in its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    /// The symbol.
    pub(crate) matrix: Matrix,
    /// What it must read back as.
    pub(crate) message: String,
    /// Left edge of its first module.
    pub(crate) x: f64,
    /// Top edge of its first module.
    pub(crate) y: f64,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its characters; every one is [`COLUMN`] wide.
    pub(crate) text: String,
    /// Left edge in hundredths of a millimetre.
    pub(crate) x: u32,
    /// Top edge in hundredths of a millimetre.
    pub(crate) y: u32,
}

/// Width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Size {
    /// Across.
    pub(crate) width: f64,
    /// Down.
    pub(crate) height: f64,
}

/// A page to print: one label, or many in rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    /// Its extent.
    pub(crate) size: Size,
    /// Labels with their top left corners.
    pub(crate) labels: Vec<(f64, f64, Label)>,
}

/// Height of a character, from the top of the highest to the bottom of the lowest.
pub(crate) const EM: f64 = 2.5;
/// Width of a character.
pub(crate) const COLUMN: f64 = 1.5;
/// From the top of one line to the top of the next.
const LINE: f64 = 3.0;
/// Around everything, and between symbol and text.
const MARGIN: f64 = 1.0;

impl Label {
    /// Lays out symbols side by side with the text beside them, or below bars. Without a `size` the label is
    /// as large as it needs to be; with one, text is broken to fit, or what is missing is said.
    pub(crate) fn new(
        symbols: Vec<Encoded>,
        heading: &[String],
        text: &Text,
        module: f64,
        size: Option<Size>,
    ) -> Result<Self, String> {
        let below = symbols.iter().any(|(matrix, _)| matrix.linear);
        let (mut x, mut bottom) = (MARGIN, MARGIN);
        let mut placed = Vec::new();
        for (matrix, message) in symbols {
            let extent = |modules: usize, quiet: usize| (modules + 2 * quiet) as f64 * module;
            let (across, down) =
                (extent(matrix.width(), matrix.quiet_x), extent(matrix.height(), matrix.quiet_y));
            let (left, top) = (x + matrix.quiet_x as f64 * module, MARGIN + matrix.quiet_y as f64 * module);
            placed.push(Placed { matrix, message, x: left, y: top });
            x += across;
            bottom = bottom.max(MARGIN + down);
        }
        let top = placed.iter().map(|symbol| symbol.y).fold(MARGIN, f64::max);
        let (text_x, text_y) = if below { (MARGIN, bottom + MARGIN) } else { (x + MARGIN, top) };
        let columns = size.map(|size| ((size.width - text_x - MARGIN) / COLUMN).floor().max(0.0) as usize);
        let lines: Vec<String> = heading.iter().cloned().chain(text.lines(columns)).collect();
        let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let needed = Size {
            width: x.max(text_x + widest as f64 * COLUMN) + MARGIN,
            height: bottom.max(text_y + lines.len() as f64 * LINE) + MARGIN,
        };
        let size = size.unwrap_or(needed);
        if !needed.fits(size) {
            return Err(format!("it needs {needed} and has {size}; --label gives it more"));
        }
        let at = |position: f64| (position * 100.0).round() as u32;
        let lines = lines
            .into_iter()
            .enumerate()
            .map(|(number, text)| Line { text, x: at(text_x), y: at(text_y + number as f64 * LINE) })
            .collect();
        Ok(Self { symbols: placed, lines, module, size })
    }
}

impl Line {
    /// Left edge.
    pub(crate) fn x(&self) -> f64 {
        f64::from(self.x) / 100.0
    }

    /// Top edge.
    pub(crate) fn y(&self) -> f64 {
        f64::from(self.y) / 100.0
    }
}

impl Size {
    /// `WIDTHxHEIGHT` in millimetres, or the name of a sheet.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (width, height) = match text {
            "a4" => (210.0, 297.0),
            "letter" => (215.9, 279.4),
            _ => {
                let (width, height) = text.split_once('x').ok_or("write WIDTHxHEIGHT in millimetres")?;
                let number = |text: &str| text.parse::<f64>().map_err(|_| format!("{text:?} is no number"));
                (number(width)?, number(height)?)
            }
        };
        if !(5.0..=2000.0).contains(&width) || !(5.0..=2000.0).contains(&height) {
            return Err("a side has 5 to 2000 mm".to_owned());
        }
        Ok(Self { width, height })
    }

    /// Whether it fits into `other`; a hundredth of a millimetre is nobody's business.
    fn fits(self, other: Self) -> bool {
        self.width <= other.width + 0.01 && self.height <= other.height + 0.01
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.1} × {:.1} mm", self.width, self.height)
    }
}

impl Page {
    /// A page of one label, as a label printer prints it.
    pub(crate) fn of(label: Label) -> Self {
        Self { size: label.size, labels: vec![(0.0, 0.0, label)] }
    }
}

/// Where labels of one size go on a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Grid {
    sheet: Size,
    cell: Size,
    margin: f64,
    gap: f64,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// As many columns and rows as fit, or as many columns as asked for.
    pub(crate) fn new(
        sheet: Size,
        cell: Size,
        margin: f64,
        gap: f64,
        columns: Option<usize>,
    ) -> Result<Self, String> {
        let fit = |sheet: f64, cell: f64| {
            ((sheet - 2.0 * margin + gap + 0.01) / (cell + gap)).floor().max(0.0) as usize
        };
        let (most, rows) = (fit(sheet.width, cell.width), fit(sheet.height, cell.height));
        let columns = columns.unwrap_or(most);
        if columns == 0 || rows == 0 || columns > most {
            return Err(format!(
                "{most} columns and {rows} rows of labels of {cell} fit on a sheet of {sheet}"
            ));
        }
        Ok(Self { sheet, cell, margin, gap, columns, rows })
    }

    /// Labels on a sheet.
    pub(crate) fn capacity(&self) -> usize {
        self.columns * self.rows
    }

    /// The extent of every label.
    pub(crate) fn cell(&self) -> Size {
        self.cell
    }

    /// A sheet of these labels, row by row.
    pub(crate) fn page(&self, labels: Vec<Label>) -> Page {
        let place = |(at, label): (usize, Label)| {
            let (column, row) = ((at % self.columns) as f64, (at / self.columns) as f64);
            let x = self.margin + column * (self.cell.width + self.gap);
            let y = self.margin + row * (self.cell.height + self.gap);
            (x, y, label)
        };
        Page { size: self.sheet, labels: labels.into_iter().enumerate().map(place).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> Size {
        Size::parse(text).unwrap()
    }

    #[test]
    fn a_sheet_takes_what_fits_and_says_what_does_not() {
        let grid = Grid::new(size("a4"), size("60x30"), 10.0, 3.0, None).unwrap();
        assert_eq!((grid.columns, grid.rows), (3, 8));
        assert!(Grid::new(size("a4"), size("60x30"), 10.0, 3.0, Some(4)).unwrap_err().contains("3 columns"));
        assert!(Grid::new(size("50x50"), size("60x30"), 10.0, 3.0, None).is_err());
        for wrong in ["a5", "10", "10x", "1x10", "nanx10", "infx10"] {
            assert!(Size::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn text_is_broken_into_a_label_of_a_size_and_what_does_not_fit_is_said() {
        let message = "0109501234567891";
        let symbols = || vec![(Matrix::gs1_data_matrix(message).unwrap(), message.to_owned())];
        let text = Text::of(message, jiff::civil::date(2027, 1, 1));
        let label = Label::new(symbols(), &[], &text, 0.5, Some(size("35x12"))).unwrap();
        assert!(label.lines.len() > 1);
        assert!(Label::new(symbols(), &[], &text, 0.5, Some(size("20x5"))).unwrap_err().contains("it needs"));
    }
}
