//! Stage 3: symbol → [`Udi`], what a label says in the words of its issuing agency.
//!
//! Input: a [`Scan`], the bytes a reader, a scanner or a person delivered, with the AIM identifier where it is
//! known. Output: one [`Udi`] for all agencies: GS1 (General Specifications, Digital Link 1.6), HIBCC
//! (ANSI/HIBC 2.6), ICCBBA (ISBT 128, ST-001 and ST-017), IFA (PPN in ISO/IEC 15434), and China's MA and AHM.
//!
//! A bad label is an answer: the parser never fails, it returns what it could read and [`Finding`]s that name
//! each problem, its code and the span of bytes it concerns. A field is filled only from a value that keeps
//! its own rules; what was scanned always stands in [`Udi::elements`]. This stage verifies no signature,
//! knows no recall, and looks up no registry.
#![deny(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing)]

pub mod access_gudid;
mod ahm;
mod carrier;
pub(crate) mod date;
mod dispatch;
mod explain;
pub mod fhir;
mod finding;
mod gs1;
mod hibcc;
mod iccbba;
mod ifa;
mod join;
mod json;
mod link;
mod ma;
pub mod matching;
mod plausibility;
mod repair;
mod scan;
mod text;
mod trim;

use jiff::civil::Date;
use serde::Serialize;

use crate::symbol::SymbologyIdentifier;

pub use date::{LabelDate, Precision};
pub use explain::explain;
pub use finding::{Finding, Severity, Span};
pub use join::join;
pub use scan::Scan;

/// Who issued the identifier system a label uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Agency {
    /// GS1.
    GS1,
    /// Health Industry Business Communications Council.
    HIBCC,
    /// International Council for Commonality in Blood Banking Automation (ISBT 128).
    ICCBBA,
    /// Informationsstelle für Arzneispezialitäten (PPN).
    IFA,
    /// China, MA (ZIIOT, IDcode).
    MA,
    /// China, Alibaba Health; recognised and shown raw, not verified.
    AHM,
}

/// One data element, by application identifier, data identifier or data structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Element {
    /// `01`, `240`, `16D`…
    pub id: String,
    /// The agency's name for it, where there is one.
    pub title: Option<&'static str>,
    /// The value as scanned, escapes of its carrier undone.
    pub value: String,
    /// Where the value stands in the message of the scan `source`.
    pub span: Span,
    /// Which scan of a joined reading, counted from zero.
    pub source: usize,
}

/// A scan that a reading was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its AIM identifier, where it was known.
    pub symbology_identifier: Option<SymbologyIdentifier>,
    /// Its message as text.
    pub text: String,
}

/// What a label says, the same for every agency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Udi {
    /// Whose grammar the scan follows; `None` when it follows none we know.
    pub agency: Option<Agency>,
    /// Device identifier, normalised (a GTIN has 14 digits).
    pub di: Option<String>,
    /// Device identifier as printed.
    pub di_as_printed: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Lot or batch.
    pub lot: Option<String>,
    /// Use-by date.
    pub expiry: Option<LabelDate>,
    /// Manufacturing date.
    pub manufactured: Option<LabelDate>,
    /// ISBT 128 donation identification number, 13 characters.
    pub donation_id: Option<String>,
    /// Software version.
    pub software_version: Option<String>,
    /// Count of items.
    pub quantity: Option<u64>,
    /// Every data element in the order scanned, the ones above included.
    pub elements: Vec<Element>,
    /// Problems and remarks.
    pub findings: Vec<Finding>,
    /// Other readings of the same characters that cannot be ruled out, such as that of a label with a lost
    /// separator. A recall of any of them is a possible recall of this. At most [`MAX_ALTERNATIVES`], none with
    /// alternatives of its own.
    pub alternatives: Vec<Udi>,
    /// The scans this was read from.
    pub sources: Vec<Source>,
}

impl Udi {
    /// Whether the scan follows its agency's grammar exactly as delivered: no error, and nothing had to be
    /// repaired. A symbol with production data alone is valid; it has no `di`.
    pub fn is_valid(&self) -> bool {
        self.agency.is_some() && self.worst().is_none_or(|severity| severity < Severity::Repair)
    }

    /// The scan names the device and nothing of the unit: no lot, serial number, date, donation or version. Where a
    /// label has these at all, they stand in a second code.
    pub fn names_device_alone(&self) -> bool {
        let texts = [&self.serial, &self.lot, &self.donation_id, &self.software_version];
        let dates = [&self.expiry, &self.manufactured];
        self.di.is_some()
            && texts.iter().all(|text| text.is_none())
            && dates.iter().all(|date| date.is_none())
    }

    /// Whether anything read here cannot be relied on. A repaired scan can.
    pub fn has_errors(&self) -> bool {
        self.agency.is_none() || self.worst() == Some(Severity::Error)
    }

    /// The severity of the worst finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The value of the first element with this identifier.
    pub fn element(&self, id: &str) -> Option<&str> {
        self.elements.iter().find(|element| element.id == id).map(|element| element.value.as_str())
    }

    /// Keeps `other`, and what else it could be, beside this reading.
    pub(crate) fn or_else(&mut self, mut other: Udi) {
        let others = std::mem::take(&mut other.alternatives);
        self.alternatives.extend(std::iter::once(other).chain(others));
        self.alternatives.truncate(MAX_ALTERNATIVES);
    }

    /// This reading and every alternative to it.
    pub fn readings(&self) -> impl Iterator<Item = &Udi> {
        std::iter::once(self).chain(&self.alternatives)
    }
}

/// Most alternatives of one reading.
pub const MAX_ALTERNATIVES: usize = 8;

/// The code of a label that concerns a patient: nothing of it is kept.
const PATIENT_LABEL: &str = "patient_label";

/// Parses one scan. `now` decides the century of two-digit years (GS1 General Specifications 7.12).
pub fn parse(scan: &Scan, now: Date) -> Udi {
    let mut udi = dispatch::parse(scan, now);
    if udi.findings.iter().any(|finding| finding.code == PATIENT_LABEL) {
        return udi;
    }
    plausibility::remark(&mut udi, now);
    udi.sources = vec![Source { symbology_identifier: scan.symbology_identifier, text: scan.text() }];
    udi.findings.sort_by_key(|finding| (finding.source, finding.span));
    udi
}
