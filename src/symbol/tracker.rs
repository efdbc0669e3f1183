//! The symbols of a video: each picture tells the next where to look, a doubtful reading waits for a second
//! picture that agrees, and nothing is reported twice.
//!
//! A symbol with error correction is certain when it is read. A linear one has a check character at most, so that
//! one message in a hundred damaged ones would pass: it counts when two pictures gave it.

use crate::frame::Frame;

use super::{Format, ReadOptions, Symbol, guidance::Guidance, read_guided};

/// Every so many pictures the whole of one is looked at, though the places known all held their symbols.
const WHOLE_EVERY: u64 = 4;

/// Every so many pictures rxing's detectors look too, while nothing is in view that ours read.
const HARD_EVERY: u64 = 2;

/// Pictures after which a doubtful reading that did not come again is forgotten.
const PATIENCE: u64 = 30;

/// Doubtful readings waited for at once.
const MOST_DOUBTFUL: usize = 64;

/// Symbols remembered as reported; the one that was out of view longest makes room for the next.
const MOST_REPORTED: usize = 256;

/// What one picture of a video gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tracked {
    /// The symbols in this picture that are beyond doubt.
    pub symbols: Vec<Symbol>,
    /// Those of them that no picture before has reported, as far as a tracker remembers: the 256 symbols seen last.
    pub fresh: Vec<Symbol>,
    /// What hinders reading, where nothing was read.
    pub guidance: Option<Guidance>,
}

/// Follows the symbols of a video.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    options: ReadOptions,
    pictures: u64,
    /// Readings that one picture gave, and which.
    doubtful: Vec<(Name, u64)>,
    /// What was reported, and in which picture it was seen last.
    reported: Vec<(Name, u64)>,
}

/// What makes two readings the same.
type Name = (Format, Vec<u8>);

impl Tracker {
    /// A tracker that reads with these options; it sets [`ReadOptions::look_first`] and
    /// [`ReadOptions::spare_once_read`] itself.
    pub fn new(options: ReadOptions) -> Self {
        Self { options: ReadOptions { spare_once_read: true, ..options }, ..Self::default() }
    }

    /// Reads the next picture, as long as `may_go_on` says.
    pub fn read(&mut self, frame: &Frame<'_>, may_go_on: &mut dyn FnMut() -> bool) -> Tracked {
        let known = !self.options.look_first.is_empty();
        let whole = self.pictures.is_multiple_of(WHOLE_EVERY);
        let options = ReadOptions {
            look_first: if whole { Vec::new() } else { self.options.look_first.clone() },
            try_harder: self.options.try_harder && !known && self.pictures % HARD_EVERY == 1,
            ..self.options
        };
        let reading = read_guided(frame, &options, may_go_on);
        self.options.look_first = reading.symbols.iter().map(Symbol::bounds).collect();
        self.take(reading.symbols, reading.guidance)
    }

    /// Forgets everything, as before another item.
    pub fn reset(&mut self) {
        *self = Self::new(ReadOptions { look_first: Vec::new(), ..self.options });
    }

    fn take(&mut self, symbols: Vec<Symbol>, guidance: Option<Guidance>) -> Tracked {
        self.pictures += 1;
        let now = self.pictures;
        self.doubtful.retain(|(_, seen)| now - seen <= PATIENCE);
        let mut tracked = Tracked { guidance, ..Tracked::default() };
        for symbol in symbols {
            let name = (symbol.format, symbol.bytes.clone());
            if !self.is_certain(&name, now) {
                continue;
            }
            if self.report(name, now) {
                tracked.fresh.push(symbol.clone());
            }
            tracked.symbols.push(symbol);
        }
        tracked
    }

    /// Remembers a symbol as seen in this picture; true where it was not known.
    fn report(&mut self, name: Name, now: u64) -> bool {
        if let Some((_, seen)) = self.reported.iter_mut().find(|(known, _)| *known == name) {
            *seen = now;
            return false;
        }
        if self.reported.len() >= MOST_REPORTED
            && let Some(oldest) =
                (0..).zip(&self.reported).min_by_key(|(_, (_, seen))| *seen).map(|(at, _)| at)
        {
            self.reported.swap_remove(oldest);
        }
        self.reported.push((name, now));
        true
    }

    fn is_certain(&mut self, name: &Name, now: u64) -> bool {
        if has_correction(name.0) || self.reported.iter().any(|(known, _)| known == name) {
            return true;
        }
        match self.doubtful.iter().position(|(other, _)| other == name) {
            // The same symbol read twice in one picture is one picture still.
            Some(at) if self.doubtful.get(at).is_some_and(|(_, seen)| *seen < now) => {
                self.doubtful.swap_remove(at);
                true
            }
            Some(_) => false,
            None => {
                if self.doubtful.len() >= MOST_DOUBTFUL {
                    self.doubtful.remove(0);
                }
                self.doubtful.push((name.clone(), now));
                false
            }
        }
    }
}

/// Whether a symbology corrects errors, and so proves what it read.
fn has_correction(format: Format) -> bool {
    matches!(
        format,
        Format::Aztec | Format::DataMatrix | Format::MicroQRCode | Format::PDF417 | Format::QRCode
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::{Point, SymbologyIdentifier};

    fn symbol(format: Format, bytes: &[u8]) -> Symbol {
        Symbol {
            format,
            symbology_identifier: SymbologyIdentifier::new(b'X', b'0'),
            bytes: bytes.to_vec(),
            corners: [Point { x: 0.0, y: 0.0 }; 4],
        }
    }

    #[test]
    fn a_matrix_symbol_counts_at_once_and_is_reported_once() {
        let mut tracker = Tracker::default();
        let first = tracker.take(vec![symbol(Format::DataMatrix, b"a")], None);
        let second = tracker.take(vec![symbol(Format::DataMatrix, b"a")], None);
        assert_eq!((first.symbols.len(), first.fresh.len()), (1, 1));
        assert_eq!((second.symbols.len(), second.fresh.len()), (1, 0));
        tracker.reset();
        assert_eq!(tracker.take(vec![symbol(Format::DataMatrix, b"a")], None).fresh.len(), 1);
    }

    #[test]
    fn a_linear_symbol_waits_for_a_second_picture_that_agrees() {
        let mut tracker = Tracker::default();
        let once = vec![symbol(Format::Code128, b"a"), symbol(Format::Code128, b"a")];
        assert_eq!(tracker.take(once, None), Tracked::default());
        assert_eq!(tracker.take(vec![symbol(Format::Code128, b"b")], None), Tracked::default());
        assert_eq!(tracker.take(vec![symbol(Format::Code128, b"a")], None).fresh.len(), 1);
        assert_eq!(tracker.take(vec![symbol(Format::Code128, b"a")], None).symbols.len(), 1);
    }

    #[test]
    fn a_doubtful_reading_is_not_remembered_for_ever() {
        let mut tracker = Tracker::default();
        tracker.take(vec![symbol(Format::EAN13, b"a")], None);
        for _ in 0..PATIENCE {
            tracker.take(Vec::new(), None);
        }
        assert_eq!(tracker.take(vec![symbol(Format::EAN13, b"a")], None), Tracked::default());
    }

    #[test]
    fn a_long_session_is_remembered_up_to_a_bound_and_what_is_in_view_always() {
        let mut tracker = Tracker::default();
        let in_view = || symbol(Format::DataMatrix, b"in view all the time");
        assert_eq!(tracker.take(vec![in_view()], None).fresh.len(), 1);
        for number in 0..10_000_u32 {
            let tracked =
                tracker.take(vec![in_view(), symbol(Format::DataMatrix, &number.to_be_bytes())], None);
            assert_eq!(tracked.fresh.len(), 1, "{number}: the one that stays is not told again");
            assert!(tracker.reported.len() <= MOST_REPORTED, "{number}");
        }
        let old = tracker.take(vec![symbol(Format::DataMatrix, &0_u32.to_be_bytes())], None);
        assert_eq!(old.fresh.len(), 1, "after so many others it counts as new");
    }
}
