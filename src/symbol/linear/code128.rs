//! Code 128 symbol characters → message, ISO/IEC 15417 clause 4.3; GS1-128 as FNC1 in first position tells.

use crate::symbol::{Message, SymbologyIdentifier};

pub(crate) const START_A: u8 = 103;
pub(crate) const START_C: u8 = 105;
pub(crate) const STOP: u8 = 106;
const FNC1: u8 = 102;
const GS: u8 = 0x1D;

#[derive(Clone, Copy, PartialEq)]
enum Set {
    A,
    B,
    C,
}

/// The message of start, data and check characters (the stop left out); `None` where the check character or
/// the grammar is broken.
pub(crate) fn decode(characters: &[u8]) -> Option<Message> {
    let (&check, body) = characters.split_last()?;
    let (&start, data) = body.split_first()?;
    if data.is_empty() || check != check_character(body)? {
        return None;
    }
    let set = match start {
        START_A => Set::A,
        104 => Set::B,
        START_C => Set::C,
        _ => return None,
    };
    let mut decoder = Decoder { set, ..Decoder::default() };
    for (index, &value) in data.iter().enumerate() {
        decoder.take(value, index)?;
    }
    decoder.message()
}

/// Modulo 103 of the weighted sum, clause 4.4 and annex A.
pub(crate) fn check_character(body: &[u8]) -> Option<u8> {
    let (&start, data) = body.split_first()?;
    let sum =
        (1u32..).zip(data).fold(u32::from(start), |sum, (weight, &value)| sum + weight * u32::from(value));
    u8::try_from(sum % 103).ok()
}

struct Decoder {
    out: Vec<u8>,
    set: Set,
    /// Shift: the set to fall back to behind the next character.
    shifted_from: Option<Set>,
    /// FNC4 latched: characters are 128 higher.
    extended: bool,
    /// FNC4 once: the next character swaps `extended`.
    extended_once: bool,
    modifier: u8,
}

impl Default for Decoder {
    fn default() -> Self {
        let shifted_from = None;
        Self {
            out: Vec::new(),
            set: Set::B,
            shifted_from,
            extended: false,
            extended_once: false,
            modifier: b'0',
        }
    }
}

impl Decoder {
    fn take(&mut self, value: u8, index: usize) -> Option<()> {
        let fall_back = self.shifted_from.take();
        match (self.set, value) {
            (_, FNC1) => self.fnc1(index),
            (Set::C, 0..=99) => self.out.extend([b'0' + value / 10, b'0' + value % 10]),
            (Set::C, 100) => self.set = Set::B,
            (Set::B, 101) | (Set::A, 101) | (Set::B, 100) | (Set::A, 100) if self.is_fnc4(value) => {
                self.fnc4()
            }
            (_, 101) => self.set = Set::A,
            (_, 100) => self.set = Set::B,
            (Set::A, 0..=63) | (Set::B, 0..=95) => self.emit(b' ' + value),
            (Set::A, 64..=95) => self.emit(value - 64),
            (_, 96) => {} // FNC3 programs the reader and carries nothing
            (_, 97) => self.modifier = b'4',
            (_, 98) if fall_back.is_none() => {
                self.shifted_from = Some(self.set);
                self.set = if self.set == Set::A { Set::B } else { Set::A };
                return Some(());
            }
            (_, 99) => self.set = Set::C,
            _ => return None,
        }
        if let Some(set) = fall_back {
            self.set = set;
        }
        Some(())
    }

    /// The latch to the own set is FNC4 (clause 4.3.4.2).
    fn is_fnc4(&self, value: u8) -> bool {
        (self.set == Set::A && value == 101) || (self.set == Set::B && value == 100)
    }

    fn fnc4(&mut self) {
        if self.extended_once {
            self.extended = !self.extended;
        }
        self.extended_once = !self.extended_once;
    }

    fn emit(&mut self, byte: u8) {
        let high = self.extended != self.extended_once;
        self.out.push(if high { byte | 0x80 } else { byte });
        self.extended_once = false;
    }

    /// In first position FNC1 means GS1, in second an AIM application; elsewhere it separates (clause 4.3.5).
    fn fnc1(&mut self, index: usize) {
        match index {
            0 => self.modifier = b'1',
            1 if self.modifier == b'0' && self.is_application_indicator() => self.modifier = b'2',
            _ => self.out.push(GS),
        }
    }

    /// Annex B.2: one letter or two digits before an FNC1 in second position.
    fn is_application_indicator(&self) -> bool {
        matches!(self.out.as_slice(), [b'a'..=b'z' | b'A'..=b'Z'] | [b'0'..=b'9', b'0'..=b'9'])
    }

    fn message(self) -> Option<Message> {
        if self.out.is_empty() || self.extended_once || self.shifted_from.is_some() {
            return None;
        }
        let symbology_identifier = SymbologyIdentifier::new(b'C', self.modifier);
        Some(Message { bytes: self.out, symbology_identifier })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut characters = body.to_vec();
        characters.push(check_character(body)?);
        let message = decode(&characters)?;
        Some((message.symbology_identifier.as_str().to_owned(), message.bytes))
    }

    #[test]
    fn gs1_128_keeps_its_inner_separators() {
        // Start C, FNC1, 10 12 34, FNC1, 21 56
        let read = read(&[105, 102, 10, 12, 34, 102, 21, 56]).unwrap();
        assert_eq!(read, ("]C1".to_owned(), b"101234\x1d2156".to_vec()));
    }

    #[test]
    fn sets_latch_and_shift() {
        // Start B "a", shift A NUL, "b", code C 42, code A "!"
        assert_eq!(read(&[104, 65, 98, 64, 66, 99, 42, 101, 1]).unwrap().1, b"a\0b42!");
    }

    #[test]
    fn fnc4_raises_one_character_or_many() {
        // Start B: FNC4 a, b; FNC4 FNC4 c d FNC4 FNC4 e
        let read = read(&[104, 100, 65, 66, 100, 100, 67, 68, 100, 100, 69]).unwrap();
        assert_eq!(read.1, [b'a' | 0x80, b'b', b'c' | 0x80, b'd' | 0x80, b'e']);
    }

    #[test]
    fn a_wrong_check_character_is_refused() {
        assert!(decode(&[104, 65, 66, 0]).is_none());
    }

    proptest! {
        #[test]
        fn no_characters_panic(characters in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = decode(&characters);
        }
    }
}
