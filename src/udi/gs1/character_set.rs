//! The GS1 AI encodable character sets, GS1 General Specifications figures 7.11-1 to 7.11-3.

use super::component::CharacterSet;

/// Set 82 in the order of figure 7.11-1, which gives each character its value in a check pair.
const SET_82: &[u8; 82] =
    b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

impl CharacterSet {
    /// Whether it holds this character.
    pub(crate) fn contains(self, byte: u8) -> bool {
        match self {
            Self::N => byte.is_ascii_digit(),
            Self::X => SET_82.contains(&byte),
            Self::Y => {
                byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'#' | b'-' | b'/')
            }
            Self::Z => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        }
    }
}

/// The value of a character of set 82: its place in the figure, from 0.
pub(crate) fn value_in_set_82(byte: u8) -> Option<usize> {
    SET_82.iter().position(|&character| character == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_have_the_sizes_they_are_named_for() {
        let size = |set: CharacterSet| (0..=255).filter(|&byte| set.contains(byte)).count();
        assert_eq!(size(CharacterSet::N), 10);
        assert_eq!(size(CharacterSet::X), 82);
        assert_eq!(size(CharacterSet::Y), 39);
        assert_eq!(size(CharacterSet::Z), 64);
    }

    #[test]
    fn space_and_currency_signs_are_not_in_set_82() {
        assert!(b" #$@[\\]^`{|}~\x1d".iter().all(|&byte| !CharacterSet::X.contains(byte)));
        assert_eq!(value_in_set_82(b'z'), Some(81));
    }
}
