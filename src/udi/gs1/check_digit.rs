//! GS1 check digit (General Specifications 7.9.1) and check character pair (7.9.5).

use super::character_set::value_in_set_82;
use crate::udi::text::digit;

/// The modulo 10 check digit that follows `body`: weights 3, 1, 3… from the right. `None` unless all digits.
pub(crate) fn check_digit(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (place, &byte) in body.iter().rev().enumerate() {
        sum += digit(byte)? * if place % 2 == 0 { 3 } else { 1 };
    }
    u8::try_from((10 - sum % 10) % 10).ok().map(|value| b'0' + value)
}

/// Whether the last digit is the check digit of the others.
pub(crate) fn has_check_digit(digits: &[u8]) -> bool {
    digits.split_last().is_some_and(|(last, body)| check_digit(body) == Some(*last))
}

/// Primes by place from the right: a value has at most 25 characters, two of them the pair.
const PRIMES: [usize; 23] =
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
const PAIR_CHARACTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The modulo 1021 check character pair that follows `body`. `None` when the body is too long or holds a
/// character outside set 82.
pub(crate) fn check_pair(body: &[u8]) -> Option<[u8; 2]> {
    let mut sum = 0;
    for (place, &byte) in body.iter().rev().enumerate() {
        sum += value_in_set_82(byte)? * PRIMES.get(place)?;
    }
    let sum = sum % 1021;
    Some([*PAIR_CHARACTERS.get(sum >> 5)?, *PAIR_CHARACTERS.get(sum & 31)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_keys_check() {
        assert!(has_check_digit(b"09501234567891"));
        assert!(!has_check_digit(b"09501234567892"));
        assert!(has_check_digit(b"96385074"));
        assert!(!has_check_digit(b"") && !has_check_digit(b"12A"));
    }

    #[test]
    fn the_gmn_of_the_general_specifications_has_pair_2k() {
        assert_eq!(check_pair(b"1987654Ad4X4bL5ttr2310c"), Some(*b"2K"));
        assert_eq!(check_pair(&[b'1'; 24]), None);
    }
}
