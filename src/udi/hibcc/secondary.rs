//! The secondary data of a HIBC label, ANSI/HIBC 2.6 section 2.3: quantity, dates, lot, serial.
//!
//! ```text
//! R = YYJJJ [lot] / "$" [lot] / "$+" serial / "$$" Q-D [lot] / "$$+" Q-D [serial]
//! Q-D = [ "8" 2DIGIT / "9" 5DIGIT ] [ D ]
//! D = MMYY / "2" MMDDYY / "3" YYMMDD / "4" YYMMDDHH / "5" YYJJJ / "6" YYJJJHH / "7"
//! supplement = "S" serial / "16D" YYYYMMDD / "14D" YYYYMMDD / "Q" 1*5DIGIT
//! ```
//! Years are of this century: the standard lays down no window. Hours are GMT.

use std::ops::Range;

use super::reading::Reading;
use crate::udi::date::{
    DateFault, LabelDate, Precision, Purpose, calendar, day_of_year, month_alone, small, year,
};
use crate::udi::finding::Finding;
use crate::udi::text::{decode, number};

/// Most characters of a lot or serial.
const MAX_NUMBER: usize = 18;

/// Reads secondary data: segments with `/` between.
pub(super) fn read(reading: &mut Reading<'_>, range: Range<usize>) {
    let mut from = range.start;
    let mut first = true;
    while from <= range.end {
        let rest = reading.text.get(from..range.end);
        let to = from + rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
        segment(reading, from..to, first);
        (from, first) = (to + 1, false);
    }
}

fn segment(reading: &mut Reading<'_>, range: Range<usize>, first: bool) {
    let text = reading.text.get(range.clone()).to_vec();
    let after = |prefix: usize| range.start + prefix..range.end;
    if first && [&b"S"[..], b"Q", b"14D", b"16D"].iter().any(|supplement| text.starts_with(supplement)) {
        reading.find(Finding::repair("hibc_supplement_first", reading.span(range.clone())));
    }
    if text.starts_with(b"$$+") {
        quantity_and_date(reading, after(3), NumberKind::Serial);
    } else if text.starts_with(b"$$") {
        quantity_and_date(reading, after(2), NumberKind::Lot);
    } else if text.starts_with(b"$+") {
        reading.number(NumberKind::Serial, "$+", after(2), true);
    } else if text.starts_with(b"$") {
        // A dollar sign alone holds the place of the secondary data for the supplements.
        reading.number(NumberKind::Lot, "$", after(1), false);
    } else if text.starts_with(b"16D") {
        long_date(reading, "16D", after(3), Purpose::Manufacture);
    } else if text.starts_with(b"14D") {
        long_date(reading, "14D", after(3), Purpose::Expiry);
    } else if text.starts_with(b"S") {
        reading.number(NumberKind::Serial, "S", after(1), true);
    } else if text.starts_with(b"Q") {
        quantity(reading, "Q", after(1), 1..=5);
    } else if first && text.len() >= 5 && text.iter().take(5).all(u8::is_ascii_digit) {
        date(reading, "YYJJJ", "YYJJJ", range.start..range.start + 5);
        reading.number(NumberKind::Lot, "$", after(5), false);
    } else {
        let finding = Finding::error("hibc_unknown_flag", reading.span(range.clone()));
        reading.find(finding.with("text", decode(&text)));
    }
}

/// What the characters after a date are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberKind {
    Lot,
    Serial,
}

impl NumberKind {
    fn id(self) -> &'static str {
        match self {
            Self::Lot => "$",
            Self::Serial => "$+",
        }
    }
}

/// What follows `$$` or `$$+`.
fn quantity_and_date(reading: &mut Reading<'_>, range: Range<usize>, kind: NumberKind) {
    if range.is_empty() {
        reading
            .find(Finding::error("value_empty", reading.span(range.start - 2..range.end)).with("ai", "$$"));
        return;
    }
    let mut from = range.start;
    let digits = match reading.text.get(from..from + 1) {
        b"8" => 2,
        b"9" => 5,
        _ => 0,
    };
    if digits > 0 {
        let to = (from + 1 + digits).min(range.end);
        quantity(reading, if digits == 2 { "$$8" } else { "$$9" }, from + 1..to, digits..=digits);
        from = to;
    }
    if from < range.end {
        date_and_number(reading, from..range.end, kind);
    }
}

fn date_and_number(reading: &mut Reading<'_>, range: Range<usize>, kind: NumberKind) {
    let flag = reading.text.get(range.start..range.start + 1);
    let (format, id, skip) = match flag {
        b"0" | b"1" => ("MMYY", "$$", 0),
        b"2" => ("MMDDYY", "$$2", 1),
        b"3" => ("YYMMDD", "$$3", 1),
        b"4" => ("YYMMDDHH", "$$4", 1),
        b"5" => ("YYJJJ", "$$5", 1),
        b"6" => ("YYJJJHH", "$$6", 1),
        b"7" => {
            reading.number(kind, kind.id(), range.start + 1..range.end, true);
            return;
        }
        _ => {
            let finding = Finding::error("hibc_date_flag", reading.span(range.start..range.start + 1));
            reading.find(finding.with("text", decode(flag)));
            return;
        }
    };
    let from = range.start + skip;
    let to = from + format.len();
    if to > range.end {
        let finding = Finding::error("value_too_short", reading.span(from..range.end)).with("ai", id);
        reading.find(
            finding.with("min", format.len().to_string()).with("found", (range.end - from).to_string()),
        );
        return;
    }
    date(reading, id, format, from..to);
    reading.number(kind, kind.id(), to..range.end, false);
}

/// A date in one of the formats of `$$`, always of expiry.
fn date(reading: &mut Reading<'_>, id: &'static str, format: &'static str, range: Range<usize>) {
    let text = reading.text.get(range.clone()).to_vec();
    let read = short_date(&text, format);
    if matches!(read, Ok((_, Precision::Time))) {
        reading.find(Finding::info("hibc_hour_is_gmt", reading.span(range.clone())));
    }
    let read = read.map(|(date, precision)| LabelDate { original: decode(&text), format, date, precision });
    reading.date(Purpose::Expiry, id, range, read);
}

fn short_date(text: &[u8], format: &str) -> Result<(jiff::civil::Date, Precision), DateFault> {
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(DateFault::NotDigits);
    }
    let part = |from: usize| text.get(from..from + 2).unwrap_or_default();
    let this_century = |digits: &[u8]| year(digits).map(|year| 2000 + year).ok_or(DateFault::NotDigits);
    let date = match format {
        "MMYY" => {
            let month = small(part(0)).filter(|month| (1..=12).contains(month)).ok_or(DateFault::Month)?;
            return month_alone(this_century(part(2))?, month, Purpose::Expiry);
        }
        "MMDDYY" => calendar(this_century(part(4))?, part(0), part(2), false, Purpose::Expiry)?.0,
        "YYJJJ" | "YYJJJHH" => day_of_year(this_century(part(0))?, text.get(2..5).unwrap_or_default())?,
        _ => calendar(this_century(part(0))?, part(2), part(4), false, Purpose::Expiry)?.0,
    };
    if !format.ends_with("HH") {
        return Ok((date, Precision::Day));
    }
    let hour = text.get(text.len() - 2..).and_then(small).ok_or(DateFault::Time)?;
    if hour < 24 { Ok((date, Precision::Time)) } else { Err(DateFault::Time) }
}

/// The date of `14D` and `16D`: YYYYMMDD.
fn long_date(reading: &mut Reading<'_>, id: &'static str, range: Range<usize>, purpose: Purpose) {
    let text = reading.text.get(range.clone()).to_vec();
    reading.date(purpose, id, range, crate::udi::date::long(&text, purpose));
}

fn quantity(
    reading: &mut Reading<'_>,
    id: &'static str,
    range: Range<usize>,
    lengths: std::ops::RangeInclusive<usize>,
) {
    let text = reading.text.get(range.clone()).to_vec();
    reading.element(id, "QUANTITY", range.clone());
    match number(&text).filter(|_| lengths.contains(&text.len())) {
        Some(count) if reading.udi.quantity.is_some_and(|earlier| earlier != u64::from(count)) => {
            reading.udi.quantity = None;
            reading.find(Finding::error("conflicting_values", reading.span(range)).with("ai", id));
        }
        Some(count) => reading.udi.quantity = Some(u64::from(count)),
        None => {
            reading.find(Finding::error("hibc_quantity", reading.span(range)).with("text", decode(&text)))
        }
    }
}

impl Reading<'_> {
    /// A lot or serial number: 1 to 18 letters and digits.
    pub(super) fn number(&mut self, kind: NumberKind, id: &'static str, range: Range<usize>, required: bool) {
        if range.is_empty() {
            if required {
                let span = self.span(range.start.saturating_sub(id.len())..range.end);
                self.find(Finding::error("value_empty", span).with("ai", id));
            }
            return;
        }
        let title = match kind {
            NumberKind::Lot => "LOT",
            NumberKind::Serial => "SERIAL",
        };
        self.element(id, title, range.clone());
        if !self.is_alphanumeric(id, range.clone(), MAX_NUMBER) {
            return;
        }
        let value = self.text.string(range.clone());
        let field = match kind {
            NumberKind::Lot => &mut self.udi.lot,
            NumberKind::Serial => &mut self.udi.serial,
        };
        match field {
            Some(earlier) if *earlier != value => {
                *field = None;
                self.find(Finding::error("conflicting_values", self.span(range)).with("ai", id));
            }
            _ => *field = Some(value),
        }
    }
}
