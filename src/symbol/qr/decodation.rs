//! Corrected data codewords → message, ISO/IEC 18004:2015 clause 7.4.
//!
//! Every mode is decoded to bytes, not characters: Kanji stay Shift JIS, and an ECI designator only changes the
//! identifier. In a symbol with FNC1, `%` of an alphanumeric segment is the separator 0x1D and `%%` is a percent
//! sign (clause 7.4.8.2).

use crate::symbol::{Message, SymbologyIdentifier};

const GS: u8 = 0x1D;

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// What a symbol is: modes and counts have fewer bits in small ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// QR Code of this version, 1 to 40.
    Model2(usize),
    /// Micro QR Code M1 to M4.
    Micro(usize),
}

/// The message of the first so many `bits` of `data`; `None` where they break the grammar.
pub(crate) fn decode(kind: Kind, data: &[u8], bits: usize) -> Option<Message> {
    let bits = Bits { data, at: 0, end: bits.min(8 * data.len()) };
    let mut decoder = Decoder { kind, bits, out: Vec::new(), fnc1: Fnc1::None, eci: false };
    while let Some(mode) = decoder.mode()? {
        if decoder.segment(mode)? {
            break;
        }
    }
    Some(decoder.message())
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    end: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.end - self.at
    }

    /// The next `count` bits (at most 24), the highest first.
    fn take(&mut self, count: usize) -> Option<usize> {
        if count > self.left() {
            return None;
        }
        let mut value = 0;
        for at in self.at..self.at + count {
            value = value << 1 | usize::from(self.data.get(at / 8)? >> (7 - at % 8) & 1);
        }
        self.at += count;
        Some(value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Numeric,
    Alphanumeric,
    Byte,
    Kanji,
    Hanzi,
    Eci,
    StructuredAppend,
    Fnc1First,
    Fnc1Second,
}

#[derive(Clone, Copy, PartialEq)]
enum Fnc1 {
    None,
    First,
    Second,
}

struct Decoder<'a> {
    kind: Kind,
    bits: Bits<'a>,
    out: Vec<u8>,
    fnc1: Fnc1,
    eci: bool,
}

impl Decoder<'_> {
    fn message(self) -> Message {
        let modifier = match (self.fnc1, self.eci) {
            (Fnc1::None, false) => b'1',
            (Fnc1::None, true) => b'2',
            (Fnc1::First, false) => b'3',
            (Fnc1::First, true) => b'4',
            (Fnc1::Second, false) => b'5',
            (Fnc1::Second, true) => b'6',
        };
        Message { bytes: self.out, symbology_identifier: SymbologyIdentifier::new(b'Q', modifier) }
    }

    /// The next mode; `Some(None)` at the terminator, which may be cut short by the symbol's end.
    fn mode(&mut self) -> Option<Option<Mode>> {
        if let Kind::Micro(number) = self.kind {
            let Some(indicator) = self.bits.take(number - 1) else { return Some(None) };
            let modes = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte, Mode::Kanji];
            return Some(Some(*modes.get(indicator)?));
        }
        let Some(indicator) = self.bits.take(4) else { return Some(None) };
        Some(Some(match indicator {
            0 => return Some(None),
            1 => Mode::Numeric,
            2 => Mode::Alphanumeric,
            4 => Mode::Byte,
            8 => Mode::Kanji,
            3 => Mode::StructuredAppend,
            5 => Mode::Fnc1First,
            7 => Mode::Eci,
            9 => Mode::Fnc1Second,
            13 => Mode::Hanzi,
            _ => return None,
        }))
    }

    /// Bits of a segment's character count, table 3.
    fn count_bits(&self, mode: Mode) -> usize {
        let by_version = match mode {
            Mode::Numeric => [10, 12, 14],
            Mode::Alphanumeric => [9, 11, 13],
            Mode::Byte => [8, 16, 16],
            _ => [8, 10, 12],
        };
        match (self.kind, mode) {
            (Kind::Model2(0..=9), _) => by_version[0],
            (Kind::Model2(10..=26), _) => by_version[1],
            (Kind::Model2(_), _) => by_version[2],
            (Kind::Micro(number), Mode::Numeric) => number + 2,
            (Kind::Micro(number), Mode::Alphanumeric | Mode::Byte) => number + 1,
            (Kind::Micro(number), _) => number,
        }
    }

    /// Reads a segment; true where it is Micro QR's terminator, a number without digits that may be cut short.
    fn segment(&mut self, mode: Mode) -> Option<bool> {
        let is_micro = matches!(self.kind, Kind::Micro(_));
        if is_micro && mode == Mode::Numeric && self.bits.left() < self.count_bits(mode) {
            return Some(true);
        }
        match mode {
            Mode::Fnc1First if self.out.is_empty() && self.fnc1 == Fnc1::None => self.fnc1 = Fnc1::First,
            Mode::Fnc1Second if self.out.is_empty() && self.fnc1 == Fnc1::None => self.fnc1_second()?,
            Mode::Fnc1First | Mode::Fnc1Second => return None,
            // Position, total and parity tell how symbols join (clause 8); each is reported by itself.
            Mode::StructuredAppend => {
                self.bits.take(16)?;
            }
            Mode::Eci => self.eci()?,
            Mode::Numeric | Mode::Alphanumeric | Mode::Byte | Mode::Kanji | Mode::Hanzi => {
                if mode == Mode::Hanzi && self.bits.take(4)? != 1 {
                    return None;
                }
                let count = self.bits.take(self.count_bits(mode))?;
                if is_micro && mode == Mode::Numeric && count == 0 {
                    return Some(true);
                }
                match mode {
                    Mode::Numeric => self.numeric(count)?,
                    Mode::Alphanumeric => self.alphanumeric(count)?,
                    Mode::Byte => self.bytes(count)?,
                    Mode::Kanji => self.double_bytes(count, 0xC0, |value| {
                        value + if value < 0x1F00 { 0x8140 } else { 0xC140 }
                    })?,
                    _ => self.double_bytes(count, 0x60, |value| {
                        value + if value < 0x0A00 { 0xA1A1 } else { 0xA6A1 }
                    })?,
                }
            }
        }
        Some(false)
    }

    /// The application indicator (clause 7.4.8.3), a letter or two digits, goes before the message.
    fn fnc1_second(&mut self) -> Option<()> {
        self.fnc1 = Fnc1::Second;
        match u8::try_from(self.bits.take(8)?).ok()? {
            number @ 0..=99 => self.out.extend([b'0' + number / 10, b'0' + number % 10]),
            letter @ (165..=190 | 197..=222) => self.out.push(letter - 100),
            _ => return None,
        }
        Some(())
    }

    /// A designator of one to three bytes (clause 7.4.2.2).
    fn eci(&mut self) -> Option<()> {
        let more = match self.bits.take(8)? {
            0..=127 => 0,
            128..=191 => 8,
            192..=223 => 16,
            _ => return None,
        };
        self.bits.take(more)?;
        self.eci = true;
        Some(())
    }

    fn numeric(&mut self, count: usize) -> Option<()> {
        let mut left = count;
        while left > 0 {
            let digits = left.min(3);
            let value = self.bits.take([0, 4, 7, 10][digits])?;
            if value >= 10usize.pow(digits as u32) {
                return None;
            }
            for place in (0..digits as u32).rev() {
                self.out.push(b'0' + u8::try_from(value / 10usize.pow(place) % 10).ok()?);
            }
            left -= digits;
        }
        Some(())
    }

    fn alphanumeric(&mut self, count: usize) -> Option<()> {
        let start = self.out.len();
        for _ in 0..count / 2 {
            let value = self.bits.take(11)?;
            self.out.extend([*ALPHANUMERIC.get(value / 45)?, ALPHANUMERIC[value % 45]]);
        }
        if count % 2 == 1 {
            let value = self.bits.take(6)?;
            self.out.push(*ALPHANUMERIC.get(value)?);
        }
        if self.fnc1 != Fnc1::None {
            let plain = self.out.split_off(start);
            let mut characters = plain.into_iter().peekable();
            while let Some(character) = characters.next() {
                let doubled = character == b'%' && characters.next_if_eq(&b'%').is_some();
                self.out.push(if character == b'%' && !doubled { GS } else { character });
            }
        }
        Some(())
    }

    fn bytes(&mut self, count: usize) -> Option<()> {
        if 8 * count > self.bits.left() {
            return None;
        }
        for _ in 0..count {
            let byte = self.bits.take(8)?;
            self.out.push(u8::try_from(byte).ok()?);
        }
        Some(())
    }

    /// Characters of thirteen bits that stand for two bytes each, `base` values to a first byte.
    fn double_bytes(&mut self, count: usize, base: usize, place: impl Fn(usize) -> usize) -> Option<()> {
        for _ in 0..count {
            let value = self.bits.take(13)?;
            let bytes = u16::try_from(place(((value / base) << 8) | (value % base))).ok()?;
            self.out.extend(bytes.to_be_bytes());
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Fields of (bits, value), filled up with zeros to whole bytes.
    fn read(version: usize, fields: &[(usize, usize)]) -> Option<(String, Vec<u8>)> {
        let bits: Vec<bool> = fields
            .iter()
            .flat_map(|&(count, value)| (0..count).rev().map(move |bit| value >> bit & 1 == 1))
            .collect();
        let bytes: Vec<u8> = bits
            .chunks(8)
            .map(|byte| byte.iter().enumerate().map(|(at, &bit)| u8::from(bit) << (7 - at)).sum())
            .collect();
        let message = decode(Kind::Model2(version), &bytes, 8 * bytes.len())?;
        Some((message.symbology_identifier.as_str().to_owned(), message.bytes))
    }

    fn letters(text: &str) -> Vec<(usize, usize)> {
        let value = |character: u8| ALPHANUMERIC.iter().position(|&other| other == character).unwrap();
        let pairs = text.as_bytes().chunks(2).map(|pair| match *pair {
            [a, b] => (11, 45 * value(a) + value(b)),
            _ => (6, value(pair[0])),
        });
        [(4, 2), (9, text.len())].into_iter().chain(pairs).collect()
    }

    #[test]
    fn the_standards_numeric_example() {
        // Clause 7.4.3: 01234567 in version 1.
        let fields = [(4, 1), (10, 8), (10, 12), (10, 345), (7, 67), (4, 0)];
        assert_eq!(read(1, &fields).unwrap(), ("]Q1".to_owned(), b"01234567".to_vec()));
    }

    #[test]
    fn percent_is_a_separator_only_with_fnc1() {
        let with = [vec![(4, 5)], letters("10A%21B%%C"), vec![(4, 0)]].concat();
        assert_eq!(read(1, &with).unwrap(), ("]Q3".to_owned(), b"10A\x1d21B%C".to_vec()));
        let without = [letters("10A%21B%%C"), vec![(4, 0)]].concat();
        assert_eq!(read(1, &without).unwrap(), ("]Q1".to_owned(), b"10A%21B%%C".to_vec()));
    }

    #[test]
    fn three_percents_are_a_sign_and_a_separator() {
        let fields = [vec![(4, 5)], letters("A%%%B"), vec![(4, 0)]].concat();
        assert_eq!(read(1, &fields).unwrap().1, b"A%\x1dB");
    }

    #[test]
    fn the_standards_kanji_stay_shift_jis() {
        // Clause 7.4.6: 点 is 935F and 茗 is E4AA.
        let fields = [(4, 8), (8, 2), (13, 0xD9F), (13, 0x1AAA), (4, 0)];
        assert_eq!(read(1, &fields).unwrap().1, [0x93, 0x5F, 0xE4, 0xAA]);
    }

    #[test]
    fn designators_and_headers_show_in_the_identifier_alone() {
        let eci = [(4, 7), (8, 26), (4, 4), (8, 2), (8, 0xC3), (8, 0xA9), (4, 0)];
        assert_eq!(read(1, &eci).unwrap(), ("]Q2".to_owned(), vec![0xC3, 0xA9]));
        let append = [(4, 3), (8, 0x13), (8, 0x55), (4, 4), (8, 1), (8, 65), (4, 0)];
        assert_eq!(read(1, &append).unwrap(), ("]Q1".to_owned(), b"A".to_vec()));
        let second = [(4, 9), (8, 37), (4, 4), (8, 1), (8, 65), (4, 0)];
        assert_eq!(read(1, &second).unwrap(), ("]Q5".to_owned(), b"37A".to_vec()));
    }

    #[test]
    fn counts_past_the_end_and_unknown_modes_are_refused() {
        assert!(read(1, &[(4, 4), (8, 9), (8, 65)]).is_none());
        assert!(read(1, &[(4, 15), (8, 9)]).is_none());
        assert!(read(1, &[(4, 1), (10, 3), (10, 1000), (4, 0)]).is_none());
    }

    proptest! {
        #[test]
        fn no_codewords_panic(data in proptest::collection::vec(any::<u8>(), 0..300), version in 1usize..=40) {
            let _ = decode(Kind::Model2(version), &data, 8 * data.len());
            let _ = decode(Kind::Micro(version % 4 + 1), &data, 8 * data.len());
        }
    }
}
