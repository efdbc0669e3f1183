//! Which symbols a label carries, and what they say.

use clap::ValueEnum;
use serde::Deserialize;
use udi_verify::seal::in_symbol::{self, InSymbol};
use udi_verify::seal::{Companion, SignedRecord, UnitRecord};
use udi_verify::udi::{Agency, Scan, Udi, parse};

use jiff::civil::Date;

use super::matrix::Matrix;

/// The symbol, or pair of symbols, of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Carrier {
    /// Data Matrix: GS1 DataMatrix for GS1 units, without FNC1 for other agencies.
    DataMatrix,
    /// GS1 QR Code for GS1 units, QR Code for other agencies.
    Qr,
    /// QR Code with a GS1 Digital Link.
    DigitalLink,
    /// The UDI symbol as it always was (Data Matrix), and beside it a QR Code with the seal.
    Companion,
    /// Code 128, for agencies other than GS1.
    Code128,
    /// Code 39, for agencies other than GS1.
    Code39,
}

/// One line of label content: what `udi sign` writes, or what another tool does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Content {
    /// The message of the UDI symbol, separators as 0x1D: a GS1 element string, sealed or not, or the string
    /// of another agency.
    #[serde(alias = "scan")]
    pub(crate) element_string: String,
    /// The GS1 Digital Link.
    #[serde(default)]
    pub(crate) digital_link: Option<String>,
    /// The text of the companion QR Code; made from the seal of the element string where it is missing.
    #[serde(default)]
    pub(crate) companion: Option<String>,
    /// For the list of what was drawn.
    #[serde(default)]
    pub(crate) serial: Option<String>,
}

/// A symbol and the message it must read back as.
pub(crate) type Encoded = (Matrix, String);

/// AIs whose length the standard fixes, by their first two digits (GS1 General Specifications, figure
/// 7.8.5-2): no separator follows them.
const PREDEFINED_LENGTH: [&str; 22] = [
    "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "31", "32",
    "33", "34", "35", "36", "41",
];

impl Content {
    /// Content of a symbol alone.
    pub(crate) fn of(message: &str) -> Self {
        let digital_link = message.starts_with("http").then(|| message.to_owned());
        Self { element_string: message.to_owned(), digital_link, companion: None, serial: None }
    }

    /// What the UDI symbol says.
    pub(crate) fn udi(&self, today: Date) -> Udi {
        let bytes = self.element_string.as_bytes().to_vec();
        parse(&Scan { bytes, symbology_identifier: None }, today)
    }
}

impl Carrier {
    /// The symbols of a label; bars are `bar_height` modules high. Or why there are none.
    pub(crate) fn encode(
        self,
        content: &Content,
        udi: &Udi,
        bar_height: usize,
    ) -> Result<Vec<Encoded>, String> {
        let gs1 = udi.agency == Some(Agency::GS1);
        let message = content.element_string.clone();
        let symbol = match self {
            Self::DataMatrix if gs1 => Matrix::gs1_data_matrix(&message)?,
            Self::DataMatrix => Matrix::data_matrix(&message)?,
            Self::Qr if gs1 => Matrix::gs1_qr(&message)?,
            Self::Qr => Matrix::qr(&message)?,
            Self::DigitalLink => {
                let link = content
                    .digital_link
                    .clone()
                    .ok_or("it has no Digital Link, which only GS1 units have")?;
                return Ok(vec![(Matrix::qr(&link)?, link)]);
            }
            Self::Companion => return companion_pair(content, udi),
            Self::Code128 | Self::Code39 if gs1 => {
                return Err(
                    "a sealed GS1 message is longer than a linear symbol may be; choose another carrier"
                        .to_owned(),
                );
            }
            Self::Code128 => Matrix::code_128(&message, bar_height)?,
            Self::Code39 => Matrix::code_39(&message, bar_height)?,
        };
        Ok(vec![(symbol, message)])
    }
}

fn companion_pair(content: &Content, udi: &Udi) -> Result<Vec<Encoded>, String> {
    let (message, companion) = match (&content.companion, in_symbol::read(udi)) {
        (Some(companion), InSymbol::Absent) => (content.element_string.clone(), companion.clone()),
        (companion, InSymbol::Seal(seal)) => {
            let record = UnitRecord::from_udi(udi, seal.status_index).map_err(|error| error.to_string())?;
            let signed = SignedRecord { hint: seal.hint, record, signature: seal.signature };
            let companion = companion.clone().unwrap_or_else(|| Companion::text(&signed));
            (without_seal(udi), companion)
        }
        (None, InSymbol::Absent) => return Err("it has no seal that a companion could carry".to_owned()),
        (_, InSymbol::Malformed) => return Err("its elements 91 and 92 are no seal".to_owned()),
    };
    let symbol = match udi.agency {
        Some(Agency::GS1) => Matrix::gs1_data_matrix(&message)?,
        _ => Matrix::data_matrix(&message)?,
    };
    Ok(vec![(symbol, message), (Matrix::qr(&companion)?, companion)])
}

/// The element string as it was before it was sealed.
fn without_seal(udi: &Udi) -> String {
    let elements: Vec<_> =
        udi.elements.iter().filter(|element| !["91", "92"].contains(&element.id.as_str())).collect();
    let mut text = String::new();
    for (at, element) in elements.iter().enumerate() {
        text.push_str(&element.id);
        text.push_str(&element.value);
        let fixed = element.id.get(..2).is_some_and(|head| PREDEFINED_LENGTH.contains(&head));
        if at + 1 < elements.len() && !fixed {
            text.push('\u{1d}');
        }
    }
    text
}
