//! Content → a label, drawn and read back.

use jiff::civil::Date;

use super::carrier::{Carrier, Content};
use super::human_readable::Text;
use super::layout::{Label, Page, Size};
use super::raster::{Dots, Raster};
use super::read_back::read_back;
use super::sheets::Drawn;
use crate::failure::{Exit, Failure, OrFail};

/// How labels are drawn.
pub(super) struct Pen {
    /// Which symbols.
    pub(super) carrier: Carrier,
    /// Width of a module in millimetres.
    pub(super) module: f64,
    /// The printer's.
    pub(super) dots: Dots,
    /// Of bars, in millimetres.
    pub(super) height: f64,
    /// Whether the label is printed in dots, or only read back in them.
    pub(super) prints_dots: bool,
    /// The day that years of two digits are read on.
    pub(super) today: Date,
}

impl Pen {
    /// Lays a label out twice: for scalable formats, and in whole dots.
    pub(super) fn lay_out(
        &self,
        content: &Content,
        heading: &[String],
        size: Option<Size>,
    ) -> Result<Drawn, Failure> {
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
        Ok(Drawn { exact: lay_out(self.module, size)?, dotted })
    }

    /// Lays a label out, draws it in dots, and reads every symbol of it back.
    pub(super) fn draw(
        &self,
        content: &Content,
        heading: &[String],
        size: Option<Size>,
    ) -> Result<(Drawn, Raster), Failure> {
        let drawn = self.lay_out(content, heading, size)?;
        let raster = Raster::of(&Page::of(drawn.dotted.clone()), self.dots);
        read_back(&raster, &drawn.dotted)?;
        Ok((drawn, raster))
    }
}
