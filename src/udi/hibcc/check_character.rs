//! The HIBC check character, ANSI/HIBC 2.6 section 3: modulo 43 over the Code 39 alphabet.

/// The alphabet; a character's value is its place.
const ALPHABET: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// The value of a character, `None` outside the alphabet.
pub(super) fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|&character| character == byte)
}

/// The check character of everything before it, the leading `+` included. `None` when a character is outside
/// the alphabet. The sum does not see order, so it misses two characters swapped.
pub(super) fn check_character(text: &[u8]) -> Option<u8> {
    let sum = text.iter().try_fold(0_usize, |sum, &byte| Some(sum + value(byte)?))?;
    ALPHABET.get(sum % 43).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_may_be_any_of_the_alphabet() {
        assert_eq!(check_character(b"+A123BJC5D6E71"), Some(b'G'));
        assert_eq!(check_character(b"+A123AA40"), Some(b' '));
        assert_eq!(check_character(b"+E260PPAUXEMO19"), Some(b'+'));
        assert_eq!(check_character(b"+a"), None);
    }

    #[test]
    fn the_sample_that_everybody_copies_is_wrong() {
        let sample =
            b"+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202";
        assert_eq!(check_character(sample), Some(b'H'));
    }
}
