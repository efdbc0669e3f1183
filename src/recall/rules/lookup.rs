//! Asking the rules about one label.

use std::borrow::Cow;

use super::super::agency;
use super::super::cursor::Cursor;
use super::super::error::FileError;
use super::super::{Action, Because, Certainty, Hit, NamedBy, RecallStatus, text};
use super::conditions::{Answer, Days, Values, read_date};
use super::{CATALOGUE_KIND, PREFIX_KIND, Rules, Segment, product_key};
use crate::udi::matching::{device_identifiers, fold, serials};
use crate::udi::{Agency, LabelDate, Udi};

/// One reading of a label: the fields rules ask for.
struct Reading<'u> {
    agency: Agency,
    di: &'u str,
    lot: Option<&'u str>,
    serials: Vec<Cow<'u, str>>,
    manufactured: Option<&'u LabelDate>,
    expiry: Option<&'u LabelDate>,
    catalogue: Vec<&'u str>,
}

impl<'u> Reading<'u> {
    /// One for each device identifier under which a list may name the label.
    fn all(udi: &'u Udi) -> impl Iterator<Item = Self> {
        device_identifiers(udi).into_iter().map(|(agency, di)| Self {
            agency,
            di,
            lot: udi.lot.as_deref(),
            serials: serials(udi).collect(),
            manufactured: udi.manufactured.as_ref(),
            expiry: udi.expiry.as_ref(),
            catalogue: catalogue_numbers(udi),
        })
    }
}

/// The maker's own numbers of the product: AI 240 and 241, and the middle of a HIBC code.
fn catalogue_numbers(udi: &Udi) -> Vec<&str> {
    let elements = udi.elements.iter().filter(|element| matches!(element.id.as_str(), "240" | "241"));
    let mut numbers: Vec<&str> = elements.map(|element| element.value.as_str()).collect();
    if let (Some(Agency::HIBCC), Some(di)) = (udi.agency, udi.di.as_deref()) {
        // Labeler code (4), product or catalogue number, unit of measure (1).
        numbers.extend(di.len().checked_sub(1).and_then(|end| di.get(4..end)));
    }
    numbers
}

impl Rules<'_> {
    /// What these rules say about a label.
    ///
    /// Fails closed: a label with errors, without a DI, or without a field that a rule of its product asks
    /// for never gives [`RecallStatus::None`], and neither do rules that turn out to be unreadable.
    pub fn lookup(&self, udi: &Udi) -> RecallStatus {
        let mut hits = Vec::new();
        let mut asked = self.collect(udi, &mut hits);
        for other in &udi.alternatives {
            let mut possible = Vec::new();
            asked = asked.and(self.collect(other, &mut possible));
            for hit in possible.into_iter().map(Hit::of_another_reading) {
                keep_the_surer(&mut hits, hit);
            }
        }
        hits.sort_by(|a: &Hit, b| {
            (a.certainty, a.because.len(), &a.id).cmp(&(b.certainty, b.because.len(), &b.id))
        });
        match (hits.first().map(|hit| hit.certainty), asked) {
            (Some(Certainty::Exact), _) => RecallStatus::Hit(hits),
            (Some(Certainty::Possible), _) => RecallStatus::Possible(hits),
            (_, Err(_)) => RecallStatus::Unknown,
            (Some(Certainty::CannotTell), _) => RecallStatus::CannotTell(hits),
            (None, _) if udi.di.is_some() && !udi.has_errors() => RecallStatus::None,
            (None, _) => RecallStatus::CannotTell(hits),
        }
    }

    fn collect(&self, udi: &Udi, hits: &mut Vec<Hit>) -> Result<(), FileError> {
        for reading in Reading::all(udi) {
            for (index, segment) in self.segments.iter().enumerate() {
                let later = self.segments.get(index + 1..).unwrap_or_default();
                segment.collect(&reading, later, hits)?;
            }
        }
        Ok(())
    }
}

/// A notice is named once, by the reading that it fits more surely: a label whose separator was lost seems to
/// lack the serial that its other reading has.
fn keep_the_surer(hits: &mut Vec<Hit>, hit: Hit) {
    let same = |known: &Hit| known.id == hit.id && known.authority == hit.authority;
    match hits.iter().filter(|known| same(known)).map(|known| known.certainty).min() {
        Some(known) if known <= hit.certainty => {}
        _ => {
            hits.retain(|known| !same(known));
            hits.push(hit);
        }
    }
}

impl Hit {
    fn of_another_reading(mut self) -> Self {
        self.certainty = self.certainty.max(Certainty::Possible);
        self.because.push(Because::OtherReading);
        self
    }
}

impl Segment<'_> {
    fn collect(
        &self,
        reading: &Reading<'_>,
        later: &[Segment<'_>],
        hits: &mut Vec<Hit>,
    ) -> Result<(), FileError> {
        let (head, rest) = product_key(reading.agency, reading.di);
        let mut found = Vec::new();
        self.with_head(&head, |rule, tail| {
            let product = if tail == rest { Answer::Yes } else { Answer::Near(other_product(reading, tail)) };
            found.push((rule, product));
        })?;
        let maker = match (reading.agency, reading.di.as_bytes()) {
            (Agency::GS1, [_indicator, body @ .., _check]) => body,
            (_, bytes) => bytes,
        };
        for length in (1..=maker.len().min(63)).filter(|length| self.prefix_lengths >> length & 1 == 1) {
            let prefix = maker.get(..length).unwrap_or_default();
            let key = [&[PREFIX_KIND + agency::code(reading.agency)], prefix].concat();
            self.with_key(&key, |rule| found.push((rule, Answer::Near(Because::DiPrefix))))?;
        }
        for number in &reading.catalogue {
            let key = [&[CATALOGUE_KIND], fold(number.as_bytes()).as_slice()].concat();
            self.with_key(&key, |rule| found.push((rule, Answer::Near(Because::Catalogue))))?;
        }
        for (rule, product) in found {
            if let Some(judged) = self.judge(rule, product, reading)? {
                let hit = self.hit(judged)?;
                if !withdrawn(later, &hit)? && !hits.contains(&hit) {
                    hits.push(hit);
                }
            }
        }
        Ok(())
    }

    /// Calls `found` with the number and the tail of every key that begins with `head`.
    fn with_head(&self, head: &[u8], mut found: impl FnMut(usize, &[u8])) -> Result<(), FileError> {
        let mut entries = self.keys.seek(|key| key < head)?;
        while let Some((rule, key)) = entries.next()? {
            match key.strip_prefix(head) {
                Some(tail) => found(rule, tail),
                None if key > head => break,
                None => {}
            }
        }
        Ok(())
    }

    fn with_key(&self, key: &[u8], mut found: impl FnMut(usize)) -> Result<(), FileError> {
        self.with_head(key, |rule, tail| {
            if tail.is_empty() {
                found(rule);
            }
        })
    }

    /// How surely a rule whose product is given names this reading; `None` when it does not.
    fn judge(
        &self,
        rule: usize,
        product: Answer,
        reading: &Reading<'_>,
    ) -> Result<Option<Judged>, FileError> {
        let body = Body::read(self.bodies.get(rule)?)?;
        let lot = body.lots.ask(reading.lot, Because::NearLot, Because::LotMissing)?;
        let serial = body.serials.ask_any(&reading.serials, Because::NearSerial, Because::SerialMissing)?;
        let made = body.manufactured.map(|days| days.ask(reading.manufactured, Because::ManufacturedMissing));
        let expiry = body.expiry.map(|days| days.ask(reading.expiry, Because::ExpiryMissing));
        let text = body.text_only.then_some(Answer::Near(Because::TextOnly));
        let mut certainty = Certainty::Exact;
        let mut because = Vec::new();
        for answer in [Some(product), lot, serial, made, expiry, text].into_iter().flatten() {
            let (worse, why) = match answer {
                Answer::Yes => continue,
                Answer::Near(why) => (Certainty::Possible, why),
                Answer::Missing(why) => (Certainty::CannotTell, why),
                Answer::No => return Ok(None),
            };
            certainty = certainty.max(worse);
            because.push(why);
        }
        let stated = [
            (lot.is_some(), NamedBy::Lot),
            (serial.is_some(), NamedBy::Serial),
            (made.is_some(), NamedBy::Manufactured),
            (expiry.is_some(), NamedBy::Expiry),
        ];
        let named_by = stated.into_iter().filter(|(stated, _)| *stated).map(|(_, field)| field).collect();
        Ok(Some(Judged { notice: body.notice, certainty, because, named_by }))
    }

    pub(super) fn hit(&self, judged: Judged) -> Result<Hit, FileError> {
        let Judged { notice, certainty, because, named_by } = judged;
        let number = usize::try_from(notice).unwrap_or(usize::MAX);
        let mut cursor = Cursor::new(self.notices.get(number)?);
        let mut shared = || -> Result<String, FileError> {
            text::decode(self.texts.get(cursor.size("text number")?)?, self.dictionary)
        };
        let (authority, class, reason, source) = (shared()?, shared()?, shared()?, shared()?);
        let at = cursor.at();
        let action = match cursor.u8("action")? {
            0 => Action::DoNotUse,
            1 => Action::Return,
            2 => Action::Destroy,
            3 => Action::Correct,
            4 => Action::Inspect,
            5 => Action::ReadNotice,
            _ => return Err(FileError::Malformed { what: "action", at }),
        };
        let at = cursor.at();
        let source_date = read_date(&mut cursor)?.ok_or(FileError::Malformed { what: "source date", at })?;
        let id = text::decode(cursor.remainder(), self.dictionary)?;
        Ok(Hit { id, authority, class, action, reason, source, source_date, certainty, because, named_by })
    }
}

/// How surely a rule names a reading, and by what; its notice by number.
pub(super) struct Judged {
    pub(super) notice: u32,
    pub(super) certainty: Certainty,
    pub(super) because: Vec<Because>,
    pub(super) named_by: Vec<NamedBy>,
}

/// Why a rule of the same family is not about this very DI.
fn other_product(reading: &Reading<'_>, tail: &[u8]) -> Because {
    let levels = matches!(reading.agency, Agency::GS1 | Agency::HIBCC);
    let level = |code: &[u8]| code.last().map(u8::to_ascii_uppercase);
    if reading.agency == Agency::GS1 || levels && level(tail) != level(reading.di.as_bytes()) {
        Because::PackageLevel
    } else {
        Because::NearDi
    }
}

/// How a segment names a notice that it withdraws.
pub(super) fn notice_key(authority: &str, id: &str) -> Vec<u8> {
    [authority.as_bytes(), &[0], id.as_bytes()].concat()
}

fn withdrawn(later: &[Segment<'_>], hit: &Hit) -> Result<bool, FileError> {
    if later.is_empty() {
        return Ok(false);
    }
    let notice = notice_key(&hit.authority, &hit.id);
    for segment in later {
        let mut entries = segment.withdrawn.seek(|key| key < notice.as_slice())?;
        while let Some((_, key)) = entries.next()? {
            if key == notice {
                return Ok(true);
            }
            if key > notice.as_slice() {
                break;
            }
        }
    }
    Ok(false)
}

/// A rule without its product.
struct Body<'a> {
    notice: u32,
    lots: Values<'a>,
    serials: Values<'a>,
    manufactured: Option<Days>,
    expiry: Option<Days>,
    text_only: bool,
}

impl<'a> Body<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = Cursor::new(bytes);
        let bits = cursor.u8("conditions")?;
        let notice = cursor.varint("notice number")?;
        let mut list = |bit: u8| -> Result<Option<super::List<'a>>, FileError> {
            if bits >> bit & 1 == 0 {
                return Ok(None);
            }
            let length = cursor.size("condition length")?;
            super::List::open(cursor.take(length, "condition")?).map(Some)
        };
        let lots = Values { exact: list(0)?, prefixes: list(1)?, ranges: list(2)? };
        let serials = Values { exact: list(3)?, prefixes: list(4)?, ranges: list(5)? };
        let (mut manufactured, mut expiry) = (None, None);
        if bits >> 6 & 1 == 1 {
            manufactured = Days::read(&mut cursor)?;
            expiry = Days::read(&mut cursor)?;
        }
        cursor.finish("rule")?;
        Ok(Self { notice, lots, serials, manufactured, expiry, text_only: bits >> 7 == 1 })
    }
}
