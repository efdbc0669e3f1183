//! The unit record: which fields of one device a seal signs, and their one encoding.
//!
//! ```text
//! payload = CBOR map, core deterministic encoding, keys ascending, absent fields left out
//!   0: agency          1 GS1 · 2 HIBCC · 3 ICCBBA · 4 IFA · 5 MA
//!   1: DI              text, normalised (a GTIN has 14 digits)
//!   2: lot             text
//!   3: serial          text, always there: a seal names one unit
//!   4: expiry          text as on the label
//!   5: manufactured    text as on the label
//!   6: status index    unsigned, below 2^36
//! ```
//! On GS1 labels these are AIs 01, 10, 21, 17 and 11 and no others. Dates are signed as printed, so no century or day-00 rule can change what was signed. `YYMMDD` stands bare;
//! any other format is named in front (`MMDDYY:123126`), since six digits alone could be read two ways.

use super::cbor::{CborError, Reader, Writer};
use crate::udi::{Agency, LabelDate, Udi};

/// Longest text of one field, in bytes. Twice what the longest agency's field takes.
const MAX_TEXT: usize = 128;

/// The position of a unit in its issuer's status lists, below 2^36.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusIndex(u64);

impl StatusIndex {
    /// The largest: 36 bits, six base64url characters.
    pub const MAX: u64 = (1 << 36) - 1;

    /// An index, `None` above [`Self::MAX`].
    pub const fn new(index: u64) -> Option<Self> {
        if index <= Self::MAX { Some(Self(index)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The fields a seal signs, of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnitRecord {
    agency: Agency,
    di: String,
    lot: Option<String>,
    serial: String,
    expiry: Option<String>,
    manufactured: Option<String>,
    status_index: Option<StatusIndex>,
}

/// Why a label has no unit record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The agency's labels are shown raw and cannot be sealed, or the scan follows no agency's grammar.
    #[error("labels of this agency cannot be sealed")]
    Agency,
    /// There is no device identifier.
    #[error("a seal needs a device identifier")]
    NoDi,
    /// There is no serial number.
    #[error("a seal needs a serial number")]
    NoSerial,
    /// A field was read from another GS1 element than the one a seal covers.
    #[error("a field stands in another element than a seal covers")]
    ForeignElement,
    /// A field is longer than any agency allows.
    #[error("a field is too long to be sealed")]
    TooLong,
}

impl UnitRecord {
    /// The record of the unit a label names.
    pub fn from_udi(udi: &Udi, status_index: Option<StatusIndex>) -> Result<Self, RecordError> {
        let agency =
            udi.agency.filter(|agency| agency_number(*agency).is_some()).ok_or(RecordError::Agency)?;
        if agency == Agency::GS1 && !gs1_fields_are_at_home(udi) {
            return Err(RecordError::ForeignElement);
        }
        let record = Self {
            agency,
            di: udi.di.clone().ok_or(RecordError::NoDi)?,
            lot: udi.lot.clone(),
            serial: udi.serial.clone().ok_or(RecordError::NoSerial)?,
            expiry: udi.expiry.as_ref().map(date_text),
            manufactured: udi.manufactured.as_ref().map(date_text),
            status_index,
        };
        if record.texts().any(|text| text.len() > MAX_TEXT) {
            return Err(RecordError::TooLong);
        }
        Ok(record)
    }

    /// Whose identifiers these are.
    pub fn agency(&self) -> Agency {
        self.agency
    }

    /// Device identifier.
    pub fn di(&self) -> &str {
        &self.di
    }

    /// Lot or batch.
    pub fn lot(&self) -> Option<&str> {
        self.lot.as_deref()
    }

    /// Serial number.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Expiry as on the label, its format in front unless that is `YYMMDD`.
    pub fn expiry(&self) -> Option<&str> {
        self.expiry.as_deref()
    }

    /// Manufacturing date, written as the expiry is.
    pub fn manufactured(&self) -> Option<&str> {
        self.manufactured.as_deref()
    }

    /// Position in the issuer's status lists.
    pub fn status_index(&self) -> Option<StatusIndex> {
        self.status_index
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        [Some(self.di.as_str()), self.lot(), Some(self.serial.as_str()), self.expiry(), self.manufactured()]
            .into_iter()
            .flatten()
    }

    /// The payload: the record's one encoding.
    pub fn to_payload(&self) -> Vec<u8> {
        let texts = [
            (1, Some(self.di.as_str())),
            (2, self.lot()),
            (3, Some(self.serial.as_str())),
            (4, self.expiry()),
            (5, self.manufactured()),
        ];
        let present = texts.iter().filter(|(_, text)| text.is_some()).count();
        let pairs = 1 + present + usize::from(self.status_index.is_some());
        let mut writer = Writer::default()
            .map(u64::try_from(pairs).unwrap_or_default())
            .unsigned(0)
            .unsigned(agency_number(self.agency).unwrap_or_default());
        for (key, text) in texts {
            if let Some(text) = text {
                writer = writer.unsigned(key).text(text);
            }
        }
        if let Some(index) = self.status_index {
            writer = writer.unsigned(6).unsigned(index.get());
        }
        writer.finish()
    }

    /// Reads a payload; anything but the one encoding of a record is refused.
    pub fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut reader = Reader::new(payload);
        let pairs = reader.map()?;
        let mut fields = Fields::default();
        let mut last = None;
        for _ in 0..pairs.min(8) {
            let at = reader.at();
            let key = reader.unsigned()?;
            if last.is_some_and(|last| key <= last) {
                return Err(CborError::Key { at });
            }
            last = Some(key);
            fields.read(key, at, &mut reader)?;
        }
        if pairs > 8 {
            return Err(CborError::Key { at: reader.at() });
        }
        reader.finish()?;
        fields.record()
    }
}

/// Fields as they come in, before it is known that none is missing.
#[derive(Default)]
struct Fields {
    agency: Option<Agency>,
    texts: [Option<String>; 5],
    status_index: Option<StatusIndex>,
}

impl Fields {
    fn read(&mut self, key: u64, at: usize, reader: &mut Reader<'_>) -> Result<(), CborError> {
        match key {
            0 => self.agency = Some(agency_of(reader.unsigned()?).ok_or(CborError::Key { at })?),
            1..=5 => {
                let text = reader.text()?;
                let slot = usize::try_from(key - 1).ok().and_then(|slot| self.texts.get_mut(slot));
                if text.len() > MAX_TEXT {
                    return Err(CborError::Unexpected { expected: "text of at most 128 bytes", at });
                }
                if let Some(slot) = slot {
                    *slot = Some(text.to_owned());
                }
            }
            6 => {
                let index = StatusIndex::new(reader.unsigned()?);
                self.status_index =
                    Some(index.ok_or(CborError::Unexpected { expected: "36-bit index", at })?);
            }
            _ => return Err(CborError::Key { at }),
        }
        Ok(())
    }

    fn record(self) -> Result<UnitRecord, CborError> {
        let missing = |expected| CborError::Unexpected { expected, at: 0 };
        let [di, lot, serial, expiry, manufactured] = self.texts;
        Ok(UnitRecord {
            agency: self.agency.ok_or_else(|| missing("agency"))?,
            di: di.ok_or_else(|| missing("device identifier"))?,
            lot,
            serial: serial.ok_or_else(|| missing("serial number"))?,
            expiry,
            manufactured,
            status_index: self.status_index,
        })
    }
}

/// The identifier of an element is not signed, so only one identifier may carry each field: a GTIN of the
/// contents (AI 02) or of a made-to-order item (AI 03) is not the GTIN that was signed.
fn gs1_fields_are_at_home(udi: &Udi) -> bool {
    let fields = [
        ("01", udi.di.is_some()),
        ("10", udi.lot.is_some()),
        ("21", udi.serial.is_some()),
        ("17", udi.expiry.is_some()),
        ("11", udi.manufactured.is_some()),
    ];
    fields.iter().all(|(id, present)| !present || udi.element(id).is_some())
}

pub(super) fn agency_number(agency: Agency) -> Option<u64> {
    match agency {
        Agency::GS1 => Some(1),
        Agency::HIBCC => Some(2),
        Agency::ICCBBA => Some(3),
        Agency::IFA => Some(4),
        Agency::MA => Some(5),
        Agency::AHM => None,
    }
}

fn agency_of(number: u64) -> Option<Agency> {
    [Agency::GS1, Agency::HIBCC, Agency::ICCBBA, Agency::IFA, Agency::MA]
        .into_iter()
        .find(|agency| agency_number(*agency) == Some(number))
}

fn date_text(date: &LabelDate) -> String {
    match date.format {
        "YYMMDD" => date.original.clone(),
        format => format!("{format}:{}", date.original),
    }
}
