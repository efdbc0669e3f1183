//! Matching keys: how a label and an entry of a recall list are compared.
//!
//! *Exact*: same agency, same normalised device identifier, same lot or serial, compared as strings, never as
//! numbers (`00001`, `1E5`). *Near*: recall letters are typed by people, so a value that differs only in case,
//! in O for 0 or I for 1, in punctuation or spaces, or in leading zeros may only ever say "possible": a person
//! must compare the two by eye. GTIN and HIBC package levels of one item have a family in common; a recall of
//! one level says "related" of another, never "match".

use std::borrow::Cow;

use super::iccbba::keyboard_check_character;
use super::{Agency, Udi};

/// Every device identifier under which a list may name a label, its own first: the Master UDI-DI beside a
/// GTIN (AI 8014), and the GTINs beside a PPN (data identifier 8P).
pub fn device_identifiers(udi: &Udi) -> Vec<(Agency, &str)> {
    let own = udi.agency.zip(udi.di.as_deref());
    let beside = udi.elements.iter().filter(|element| match udi.agency {
        Some(Agency::GS1) => element.id == "8014",
        Some(Agency::IFA) => element.id == "8P" && element.value.len() == 14,
        _ => false,
    });
    own.into_iter().chain(beside.map(|element| (Agency::GS1, element.value.as_str()))).collect()
}

/// The lots under which a list may name a label: as scanned, and for ISBT 128 without the zeros that pad it
/// to 18 characters, which can only say "possible".
pub fn lots(udi: &Udi) -> impl Iterator<Item = &str> {
    let lot = udi.lot.as_deref();
    let unpadded = lot.filter(|_| udi.agency == Some(Agency::ICCBBA)).map(|lot| lot.trim_start_matches('0'));
    lot.into_iter().chain(unpadded.filter(|unpadded| Some(*unpadded) != lot))
}

/// The serials under which a list may name a unit: its serial number, and for ISBT 128 the donation it is of, as
/// 13 characters, with the flags behind it (15), and with the keyboard check character that stands printed
/// behind it (14, ST-001 appendix A).
pub fn serials(udi: &Udi) -> impl Iterator<Item = Cow<'_, str>> {
    let own = udi.serial.as_deref().map(Cow::Borrowed);
    let donation = udi.donation_id.as_deref();
    let flagged = donation.and(udi.element("=")).map(Cow::Borrowed);
    let checked = donation.and_then(|id| Some(Cow::Owned(format!("{id}{}", keyboard_check_character(id)?))));
    own.into_iter().chain(donation.map(Cow::Borrowed)).chain(flagged).chain(checked)
}

/// The characters of a value that count when only nearness is asked: upper case, look-alikes folded,
/// punctuation dropped, leading zeros dropped.
pub fn folded(value: &[u8]) -> impl Iterator<Item = u8> + '_ {
    value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
        .map(|byte| match byte.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' => b'1',
            other => other,
        })
        .skip_while(|byte| *byte == b'0')
}

/// [`folded`] as bytes.
pub fn fold(value: &[u8]) -> Vec<u8> {
    folded(value).collect()
}

/// What all package levels of one item share, folded: the twelve digits after a GTIN's indicator; a HIBC
/// code without its unit-of-measure digit; the code itself elsewhere.
pub fn family(agency: Agency, di: &str) -> Vec<u8> {
    let bytes = di.as_bytes();
    match agency {
        Agency::GS1 => match bytes {
            [_indicator, body @ .., _check] => body.to_vec(),
            other => other.to_vec(),
        },
        Agency::HIBCC => match bytes {
            [body @ .., _unit_of_measure] => fold(body),
            [] => Vec::new(),
        },
        _ => fold(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_people_confuse_are_near() {
        let near = |a: &str, b: &str| fold(a.as_bytes()) == fold(b.as_bytes());
        assert!(near("ab12", "AB12"));
        assert!(near("LO7", "L07"));
        assert!(near("I23", "123"));
        assert!(near("000012", "12"));
        assert!(near("AB-12 3", "AB123"));
        assert!(near("o12", "12"), "a letter O that stands for a leading zero");
        assert!(!near("AB12", "AB13"));
        assert!(!near("10", "1"), "trailing zeros count");
    }

    #[test]
    fn a_label_may_be_named_by_more_than_its_gtin() {
        let scan =
            |text| crate::udi::parse(&crate::udi::Scan::from_text(text), jiff::civil::date(2026, 11, 22));
        let udi = scan("(01)09501234567891(8014)1987654Ad4X4bL5ttr2310c2K");
        let expected = [(Agency::GS1, "09501234567891"), (Agency::GS1, "1987654Ad4X4bL5ttr2310c2K")];
        assert_eq!(device_identifiers(&udi), expected);
        let tissue = scan("=/A9999XYZ100T0944&,1000000000000XYZ123");
        let donated = scan("=A99991712345600=,000012");
        let expected = ["000012", "A999917123456", "A99991712345600", "A9999171234569"];
        assert_eq!(serials(&donated).collect::<Vec<_>>(), expected);
        assert_eq!(lots(&tissue).collect::<Vec<_>>(), ["000000000000XYZ123", "XYZ123"]);
    }

    #[test]
    fn package_levels_share_a_family() {
        assert_eq!(family(Agency::GS1, "10312345678903"), family(Agency::GS1, "00312345678906"));
        assert_eq!(family(Agency::HIBCC, "A123ABC0"), family(Agency::HIBCC, "A123ABC5"));
        assert_ne!(family(Agency::HIBCC, "A123ABC0"), family(Agency::HIBCC, "A123ABD0"));
    }
}
