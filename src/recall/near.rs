//! Near keys: what two identifiers have in common when a person typed one of them.
//!
//! Recall letters are typed by people. A value that differs from a label's only in case, in O for 0 or I for
//! 1, in punctuation or spaces, or in leading zeros is *near*: a person must compare the two by eye.

use crate::udi::Agency;

/// The characters of a value that count when only nearness is asked: upper case, look-alikes folded,
/// punctuation dropped, leading zeros dropped.
pub(super) fn folded(value: &[u8]) -> impl Iterator<Item = u8> + '_ {
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
pub(super) fn fold(value: &[u8]) -> Vec<u8> {
    folded(value).collect()
}

/// What all package levels of one item share, folded: the twelve digits after a GTIN's indicator; a HIBC
/// code without its unit-of-measure digit; the code itself elsewhere.
pub(super) fn family(agency: Agency, di: &str) -> Vec<u8> {
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
    fn package_levels_share_a_family() {
        assert_eq!(family(Agency::GS1, "10312345678903"), family(Agency::GS1, "00312345678906"));
        assert_eq!(family(Agency::HIBCC, "A123ABC0"), family(Agency::HIBCC, "A123ABC5"));
        assert_ne!(family(Agency::HIBCC, "A123ABC0"), family(Agency::HIBCC, "A123ABD0"));
    }
}
