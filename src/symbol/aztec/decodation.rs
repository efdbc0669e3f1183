//! Data bits → message, ISO/IEC 24778 clauses 6.2 to 6.5 and 8.
//!
//! Everything is decoded to bytes, not characters: an ECI designator only changes the identifier. FNC1 in front, or
//! behind a letter or two digits, shows in the identifier too; elsewhere it is the separator 0x1D. A structured
//! append header is left out.

use crate::symbol::{Message, SymbologyIdentifier};

const GS: u8 = 0x1D;

const MIXED: &[u8; 27] = b" \x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0B\x0C\r\x1B\x1C\x1D\x1E\x1F@\\^_`|~\x7F";

/// Of codes 6 to 30; before them are FLG(n) and pairs.
const PUNCT: &[u8; 25] = b"!\"#$%&'()*+,-./:;<=>?[]{}";

/// Pairs of punctuation, codes 1 to 5.
const PAIRS: [&[u8]; 5] = [b"\r", b"\r\n", b". ", b", ", b": "];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Upper,
    Lower,
    Mixed,
    Punct,
    Digit,
}

/// What a code of a table stands for.
enum Code {
    Bytes(&'static [u8]),
    Byte(u8),
    Latch(Table),
    Shift(Table),
    Binary,
    Flag,
}

impl Table {
    fn bits(self) -> usize {
        if self == Self::Digit { 4 } else { 5 }
    }

    /// Table 2.
    fn code(self, code: u8) -> Option<Code> {
        use Code::{Binary, Byte, Bytes, Flag, Latch, Shift};
        use Table::{Digit, Lower, Mixed, Punct, Upper};
        Some(match (self, code) {
            (Punct, 0) => Flag,
            (Punct, 1..=5) => Bytes(PAIRS.get(usize::from(code) - 1)?),
            (Punct, 6..=30) => Byte(*PUNCT.get(usize::from(code) - 6)?),
            (Punct, _) => Latch(Upper),
            (_, 0) => Shift(Punct),
            (Upper | Lower | Digit, 1) => Byte(b' '),
            (Upper, 2..=27) => Byte(b'A' + code - 2),
            (Lower, 2..=27) => Byte(b'a' + code - 2),
            (Digit, 2..=11) => Byte(b'0' + code - 2),
            (Digit, 12) => Byte(b','),
            (Digit, 13) => Byte(b'.'),
            (Digit, 14) => Latch(Upper),
            (Digit, _) => Shift(Upper),
            (Mixed, 1..=27) => Byte(*MIXED.get(usize::from(code) - 1)?),
            (Upper, 28) => Latch(Lower),
            (Lower, 28) => Shift(Upper),
            (Mixed, 28) => Latch(Lower),
            (Upper | Lower, 29) => Latch(Mixed),
            (Mixed, 29) => Latch(Upper),
            (Upper | Lower, 30) => Latch(Digit),
            (Mixed, 30) => Latch(Punct),
            (Upper | Lower | Mixed, _) => Binary,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fnc1 {
    None,
    First,
    Second,
}

/// The message of unstuffed data bits; `None` where they break the grammar. Where less than a code is left, the
/// rest is padding.
pub(crate) fn decode(bits: &[bool]) -> Option<Message> {
    // Latches to the mixed table and back before anything else announce a structured append header.
    let appended = Bits { bits, at: 0 }.take(10) == Some(0b11101_11101);
    let mut decoder =
        Decoder { bits: Bits { bits, at: 0 }, out: Vec::new(), fnc1: Fnc1::None, eci: false, header: 0 };
    if appended {
        // The header is read as a message first, to know its length.
        let mut ahead = Decoder { bits: Bits { bits, at: 0 }, out: Vec::new(), ..decoder };
        ahead.run()?;
        decoder.header = header(&ahead.out)?;
    }
    decoder.run()?;
    decoder.out.drain(..decoder.header);
    Some(decoder.message(appended))
}

/// Length of a structured append header: perhaps an identifier between spaces, then the position and the number of
/// symbols as letters.
fn header(bytes: &[u8]) -> Option<usize> {
    let start = match bytes.split_first()? {
        (b' ', rest) => rest.iter().position(|&byte| byte == b' ')? + 2,
        _ => 0,
    };
    let letters = bytes.get(start..start + 2)?;
    letters.iter().all(u8::is_ascii_uppercase).then_some(start + 2)
}

struct Bits<'a> {
    bits: &'a [bool],
    at: usize,
}

impl Bits<'_> {
    /// The next `count` bits, the highest first.
    fn take(&mut self, count: usize) -> Option<usize> {
        let bits = self.bits.get(self.at..self.at + count)?;
        self.at += count;
        Some(bits.iter().fold(0, |value, &bit| value << 1 | usize::from(bit)))
    }
}

struct Decoder<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    fnc1: Fnc1,
    eci: bool,
    /// Bytes in front that are not of the message.
    header: usize,
}

impl Decoder<'_> {
    fn message(self, appended: bool) -> Message {
        let modifier = match (appended, self.fnc1, self.eci) {
            (false, Fnc1::None, false) => b'0',
            (false, Fnc1::First, false) => b'1',
            (false, Fnc1::Second, false) => b'2',
            (false, Fnc1::None, true) => b'3',
            (false, Fnc1::First, true) => b'4',
            (false, Fnc1::Second, true) => b'5',
            (true, Fnc1::None, false) => b'6',
            (true, Fnc1::First, false) => b'7',
            (true, Fnc1::Second, false) => b'8',
            (true, Fnc1::None, true) => b'9',
            (true, Fnc1::First, true) => b'A',
            (true, Fnc1::Second, true) => b'B',
        };
        Message { bytes: self.out, symbology_identifier: SymbologyIdentifier::new(b'z', modifier) }
    }

    fn run(&mut self) -> Option<()> {
        let (mut latched, mut shifted) = (Table::Upper, None);
        loop {
            let table = shifted.take().unwrap_or(latched);
            let Some(code) = self.bits.take(table.bits()) else { return Some(()) };
            match table.code(u8::try_from(code).ok()?)? {
                Code::Bytes(bytes) => self.out.extend(bytes),
                Code::Byte(byte) => self.out.push(byte),
                // What a shift has led to is the table to come back to from a second one.
                Code::Latch(next) => latched = next,
                Code::Shift(next) => (latched, shifted) = (table, Some(next)),
                Code::Binary => {
                    latched = table;
                    if self.binary().is_none() {
                        return Some(());
                    }
                }
                Code::Flag => match self.bits.take(3) {
                    None => return Some(()),
                    Some(0) => self.fnc1(),
                    Some(7) => return None,
                    Some(digits) => self.eci(digits)?,
                },
            }
        }
    }

    /// Bytes as they are: up to 31, or with a count of eleven more bits. `None` at the end of the bits.
    fn binary(&mut self) -> Option<()> {
        let count = match self.bits.take(5)? {
            0 => self.bits.take(11)? + 31,
            count => count,
        };
        for _ in 0..count {
            self.out.push(u8::try_from(self.bits.take(8)?).ok()?);
        }
        Some(())
    }

    fn fnc1(&mut self) {
        let before = self.out.get(self.header..).unwrap_or_default();
        let is_second = match before {
            [letter] => letter.is_ascii_alphabetic(),
            [ten, one] => ten.is_ascii_digit() && one.is_ascii_digit(),
            _ => false,
        };
        match self.fnc1 {
            Fnc1::None if before.is_empty() => self.fnc1 = Fnc1::First,
            Fnc1::None if is_second => self.fnc1 = Fnc1::Second,
            _ => self.out.push(GS),
        }
    }

    /// A designator of so many digits.
    fn eci(&mut self, digits: usize) -> Option<()> {
        for _ in 0..digits {
            if !(2..12).contains(&self.bits.take(4)?) {
                return None;
            }
        }
        self.eci = true;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Codes of the given numbers of bits, in a row.
    fn read(codes: &[(usize, usize)]) -> Option<(String, Vec<u8>)> {
        let bits: Vec<bool> = codes
            .iter()
            .flat_map(|&(count, value)| (0..count).rev().map(move |bit| value >> bit & 1 == 1))
            .collect();
        decode(&bits).map(|message| (message.symbology_identifier.as_str().to_owned(), message.bytes))
    }

    const PUNCT_SHIFT: (usize, usize) = (5, 0);
    const DIGIT_LATCH: (usize, usize) = (5, 30);

    #[test]
    fn shifts_last_for_a_code_and_latches_stay() {
        // A, lower latch, b, upper shift, C, d, punct shift, ". ", e, padding.
        let codes = [(5, 2), (5, 28), (5, 3), (5, 28), (5, 4), (5, 5), PUNCT_SHIFT, (5, 3), (5, 6), (3, 7)];
        assert_eq!(read(&codes).unwrap(), ("]z0".to_owned(), b"AbCd. e".to_vec()));
    }

    #[test]
    fn bytes_are_as_they_are_and_the_table_stays() {
        let codes = [(5, 28), (5, 31), (5, 2), (8, 0xC3), (8, 0xB3), (5, 2)];
        assert_eq!(read(&codes).unwrap().1, b"\xC3\xB3a");
        let mut long = vec![(5, 31), (5, 0), (11, 1)];
        long.extend([(8, 7); 32]);
        assert_eq!(read(&long).unwrap().1, [7; 32]);
    }

    #[test]
    fn bytes_behind_a_shift_come_back_to_its_table() {
        // Digit latch, 3, upper shift, two bytes, then I and T of the upper table.
        let codes = [DIGIT_LATCH, (4, 5), (4, 15), (5, 31), (5, 1), (8, 104), (5, 10), (5, 21)];
        assert_eq!(read(&codes).unwrap().1, b"3hIT");
    }

    #[test]
    fn fnc1_is_told_from_a_separator_by_its_place() {
        let flag = [PUNCT_SHIFT, (5, 0), (3, 0)];
        let digit_flag = [(4, 0), (5, 0), (3, 0)];
        let first = [&flag[..], &[DIGIT_LATCH, (4, 3), (4, 2)], &digit_flag, &[(4, 4)]].concat();
        assert_eq!(read(&first).unwrap(), ("]z1".to_owned(), b"10\x1d2".to_vec()));
        let second = [&[DIGIT_LATCH, (4, 3), (4, 2)][..], &digit_flag, &[(4, 4)]].concat();
        assert_eq!(read(&second).unwrap(), ("]z2".to_owned(), b"102".to_vec()));
    }

    #[test]
    fn designators_show_in_the_identifier_alone() {
        let codes = [PUNCT_SHIFT, (5, 0), (3, 2), (4, 4), (4, 8), (5, 2)];
        assert_eq!(read(&codes).unwrap(), ("]z3".to_owned(), b"A".to_vec()));
        assert!(read(&[PUNCT_SHIFT, (5, 0), (3, 7), (5, 2)]).is_none());
        assert!(read(&[PUNCT_SHIFT, (5, 0), (3, 1), (4, 15), (5, 2)]).is_none());
    }

    #[test]
    fn a_header_of_structured_append_is_left_out() {
        // Mixed latch, upper latch, " ID ", position 4 of 7, then the message.
        let start = [(5, 29), (5, 29)];
        let with = [&start[..], &[(5, 1), (5, 10), (5, 5), (5, 1), (5, 5), (5, 8), (5, 25)]].concat();
        assert_eq!(read(&with).unwrap(), ("]z6".to_owned(), b"X".to_vec()));
        let without = [&start[..], &[(5, 5), (5, 8), (5, 25)]].concat();
        assert_eq!(read(&without).unwrap(), ("]z6".to_owned(), b"X".to_vec()));
    }

    proptest! {
        #[test]
        fn no_bits_panic(bits in proptest::collection::vec(any::<bool>(), 0..400)) {
            let _ = decode(&bits);
        }
    }
}
