//! Corrected data codewords → message, ISO/IEC 16022:2006 clause 5.2.
//!
//! Every encodation scheme is decoded to bytes, not characters: a UDI's separators and the control characters
//! of ISO/IEC 15434 envelopes must survive. ECI designators only change the identifier (clause 11).

use crate::symbol::{Message, SymbologyIdentifier};

const PAD: u8 = 129;
const FNC1: u8 = 232;
const UNLATCH: u8 = 254;
const GS: u8 = 0x1D;

/// The message of a symbol's data codewords; `None` where they break the grammar.
pub(crate) fn decode(codewords: &[u8]) -> Option<Message> {
    let mut decoder = Decoder { codewords, ..Decoder::default() };
    decoder.run()?;
    Some(decoder.message())
}

#[derive(Default)]
struct Decoder<'a> {
    codewords: &'a [u8],
    /// Index of the next codeword.
    at: usize,
    out: Vec<u8>,
    /// An upper shift (clause 5.2.3) adds 128 to the next character.
    upper: bool,
    /// Where the message starts: behind a structured append header (clause 5.6).
    start: usize,
    fnc1: Fnc1,
    eci: bool,
    macro_trailer: bool,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Fnc1 {
    #[default]
    None,
    First,
    Second,
}

/// What ended a segment.
#[derive(PartialEq)]
enum Next {
    Ascii,
    End,
}

impl Decoder<'_> {
    fn run(&mut self) -> Option<()> {
        while let Some(codeword) = self.next() {
            let next = match codeword {
                0 | 242..=255 => return None,
                1..=128 => self.emit(codeword - 1),
                PAD => {
                    self.check_pads()?;
                    Next::End
                }
                130..=229 => {
                    let pair = codeword - 130;
                    self.out.extend([b'0' + pair / 10, b'0' + pair % 10]);
                    Next::Ascii
                }
                230 => self.c40_or_text(true)?,
                231 => self.base_256()?,
                FNC1 => self.fnc1(),
                233 => self.structured_append()?,
                // Reader programming: what follows is meant for a reader, and reported like any message.
                234 if self.at == 1 => Next::Ascii,
                234 => return None,
                235 => {
                    self.upper = true;
                    Next::Ascii
                }
                236 | 237 => self.macro_header(codeword)?,
                238 => self.x12()?,
                239 => self.c40_or_text(false)?,
                240 => self.edifact(),
                241 => self.eci()?,
            };
            if next == Next::End {
                break;
            }
        }
        (!self.upper).then_some(())
    }

    fn message(mut self) -> Message {
        if self.macro_trailer {
            self.out.extend([0x1E, 0x04]);
        }
        let modifier = match (self.fnc1, self.eci) {
            (Fnc1::None, false) => b'1',
            (Fnc1::First, false) => b'2',
            (Fnc1::Second, false) => b'3',
            (Fnc1::None, true) => b'4',
            (Fnc1::First, true) => b'5',
            (Fnc1::Second, true) => b'6',
        };
        Message { bytes: self.out, symbology_identifier: SymbologyIdentifier::new(b'd', modifier) }
    }

    fn next(&mut self) -> Option<u8> {
        let codeword = self.codewords.get(self.at).copied()?;
        self.at += 1;
        Some(codeword)
    }

    fn left(&self) -> usize {
        self.codewords.len() - self.at
    }

    fn emit(&mut self, byte: u8) -> Next {
        self.out.push(if self.upper { byte.wrapping_add(128) } else { byte });
        self.upper = false;
        Next::Ascii
    }

    /// Codewords behind the first pad follow the 253-state pattern (clause 5.2.3, annex B.1): a cheap chance
    /// to reject a wrong correction. One stray codeword is forgiven, as some printers get the last one wrong.
    fn check_pads(&self) -> Option<()> {
        let wrong = (self.at..self.codewords.len())
            .filter(|&index| {
                let pattern = 129 + (149 * (index + 1)) % 253 + 1;
                let expected = if pattern > 254 { pattern - 254 } else { pattern };
                self.codewords.get(index).is_none_or(|&codeword| usize::from(codeword) != expected)
            })
            .count();
        (wrong <= 1).then_some(())
    }

    fn fnc1(&mut self) -> Next {
        match self.at - 1 - self.start {
            0 => self.fnc1 = Fnc1::First,
            1 if self.fnc1 == Fnc1::None && self.out.len() <= 2 => self.fnc1 = Fnc1::Second,
            _ => self.out.push(GS),
        }
        Next::Ascii
    }

    /// Sequence and file identification (clause 5.6) tell how symbols join; each is reported by itself.
    fn structured_append(&mut self) -> Option<Next> {
        if self.at != 1 || self.left() < 3 {
            return None;
        }
        self.at += 3;
        self.start = self.at;
        Some(Next::Ascii)
    }

    /// 05 and 06 macros (clause 5.2.4.6) stand for the ISO/IEC 15434 envelope.
    fn macro_header(&mut self, codeword: u8) -> Option<Next> {
        if self.at != 1 {
            return None;
        }
        self.out.extend(if codeword == 236 { *b"[)>\x1e05\x1d" } else { *b"[)>\x1e06\x1d" });
        self.macro_trailer = true;
        Some(Next::Ascii)
    }

    /// An ECI designator is one to three codewords (clause 5.4.1).
    fn eci(&mut self) -> Option<Next> {
        let more = match self.next()? {
            1..=127 => 0,
            128..=191 => 1,
            192..=207 => 2,
            _ => return None,
        };
        for _ in 0..more {
            self.next()?;
        }
        // FNC1 in first position may follow the designator.
        if self.out.is_empty() && self.fnc1 == Fnc1::None {
            self.start = self.at;
        }
        self.eci = true;
        Some(Next::Ascii)
    }

    /// Three values of 0 to 39 in two codewords; `None` at an unlatch or where no pair is left.
    fn triple(&mut self) -> Option<[u8; 3]> {
        let &[first, second] = self.codewords.get(self.at..self.at + 2)? else { return None };
        if first == UNLATCH {
            return None;
        }
        self.at += 2;
        let packed = (u16::from(first) * 256 + u16::from(second)).checked_sub(1)?;
        let values = [packed / 1600, packed / 40 % 40, packed % 40];
        Some(values.map(|value| u8::try_from(value).unwrap_or(u8::MAX)))
    }

    /// Takes the unlatch codeword if one stands next.
    fn leave(&mut self) -> Next {
        if self.codewords.get(self.at) == Some(&UNLATCH) {
            self.at += 1;
        }
        Next::Ascii
    }

    /// C40 and Text (clauses 5.2.5 and 5.2.6) differ in which letters need a shift.
    fn c40_or_text(&mut self, c40: bool) -> Option<Next> {
        let mut set = 0;
        while let Some(values) = self.triple() {
            for value in values {
                match (set, value) {
                    (0, 0..=2) => {
                        set = value + 1;
                        continue;
                    }
                    (0, 3) => self.emit(b' '),
                    (0, 4..=13) => self.emit(b'0' + value - 4),
                    (0, 14..=39) => self.emit(if c40 { b'A' } else { b'a' } + value - 14),
                    (1, 0..=31) => self.emit(value),
                    (2, 0..=14) => self.emit(b'!' + value),
                    (2, 15..=21) => self.emit(b':' + value - 15),
                    (2, 22..=26) => self.emit(b'[' + value - 22),
                    (2, 27) => {
                        // The first triple of a GS1 symbol that latched to C40 at once.
                        if self.out.is_empty() && self.fnc1 == Fnc1::None {
                            self.fnc1 = Fnc1::First;
                        } else {
                            self.out.push(GS);
                        }
                        Next::Ascii
                    }
                    (2, 30) => {
                        self.upper = true;
                        Next::Ascii
                    }
                    (3, 0..=31) if c40 => self.emit(96 + value),
                    (3, 0) => self.emit(b'`'),
                    (3, 1..=26) => self.emit(b'A' + value - 1),
                    (3, 27..=31) => self.emit(b'{' + value - 27),
                    _ => return None,
                };
                set = 0;
            }
        }
        // A shift left hanging is the padding of clause 5.2.5.2; an upper shift would be too.
        self.upper = false;
        Some(self.leave())
    }

    /// ANSI X12 (clause 5.2.7).
    fn x12(&mut self) -> Option<Next> {
        while let Some(values) = self.triple() {
            for value in values {
                self.out.push(match value {
                    0 => b'\r',
                    1 => b'*',
                    2 => b'>',
                    3 => b' ',
                    4..=13 => b'0' + value - 4,
                    14..=39 => b'A' + value - 14,
                    _ => return None,
                });
            }
        }
        Some(self.leave())
    }

    /// EDIFACT (clause 5.2.8): four characters of six bits in three codewords.
    fn edifact(&mut self) -> Next {
        while self.left() > 2 {
            let mut bits = 0u32;
            for used in 1..=4u32 {
                // Codewords are taken as their bits are needed: an unlatch frees the rest.
                if used <= 3 {
                    let Some(codeword) = self.next() else { return Next::End };
                    bits = (bits << 8) | u32::from(codeword);
                }
                let shift = if used <= 3 { 2 * used } else { 0 };
                let value = u8::try_from((bits >> shift) & 0x3F).unwrap_or(0);
                if value == 0x1F {
                    return Next::Ascii;
                }
                self.out.push(if value & 0x20 == 0 { value | 0x40 } else { value });
            }
        }
        Next::Ascii
    }

    /// Base 256 (clause 5.2.9): a length, then bytes, all under the 255-state pattern of annex B.2.
    fn base_256(&mut self) -> Option<Next> {
        let first = usize::from(self.next_plain()?);
        let length = match first {
            0 => self.left(),
            1..=249 => first,
            _ => 250 * (first - 249) + usize::from(self.next_plain()?),
        };
        if length > self.left() {
            return None;
        }
        for _ in 0..length {
            let byte = self.next_plain()?;
            self.out.push(byte);
        }
        Some(Next::Ascii)
    }

    fn next_plain(&mut self) -> Option<u8> {
        let codeword = self.next()?;
        let pattern = u8::try_from((149 * self.at) % 255).ok()?.wrapping_add(1);
        Some(codeword.wrapping_sub(pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(codewords: &[u8]) -> (String, Vec<u8>) {
        let message = decode(codewords).unwrap();
        (message.symbology_identifier.as_str().to_owned(), message.bytes)
    }

    #[test]
    fn leading_fnc1_shows_in_the_identifier_alone() {
        // FNC1, 01, FNC1, A: the second one is a separator.
        assert_eq!(read(&[232, 131, 232, 66]), ("]d2".to_owned(), b"01\x1dA".to_vec()));
        assert_eq!(read(&[131, 66]), ("]d1".to_owned(), b"01A".to_vec()));
    }

    #[test]
    fn what_is_meant_to_program_a_reader_is_reported() {
        assert_eq!(read(&[234, 37, 74]), ("]d1".to_owned(), b"$I".to_vec()));
        assert!(decode(&[37, 234, 74]).is_none());
    }

    #[test]
    fn the_standards_c40_example() {
        // Clause 5.2.5.1: "AIM" is 91 11.
        assert_eq!(read(&[230, 91, 11, 254, 66]).1, b"AIMA");
    }

    #[test]
    fn separators_inside_c40_survive() {
        // Shift 2, FNC1 (27), A
        let packed = 1600 + 40 * 27 + 14 + 1u16;
        let [high, low] = packed.to_be_bytes();
        assert_eq!(read(&[66, 67, 230, high, low, 254]).1, b"AB\x1dA");
    }

    #[test]
    fn macro_06_brings_the_whole_envelope() {
        assert_eq!(read(&[237, 58, 79]).1, b"[)>\x1e06\x1d9N\x1e\x04");
    }

    #[test]
    fn edifact_unlatches_within_a_codeword() {
        // "DATA" in EDIFACT is 16 21 1; then unlatch 31 in the first six bits, and A in ASCII.
        assert_eq!(read(&[240, 0x10, 0x15, 0x01, 0x7C, 66, 129]).1, b"DATAA");
    }

    #[test]
    fn wrong_pads_are_refused() {
        let pad = |position: usize| {
            let pattern = 129 + (149 * position) % 253 + 1;
            u8::try_from(if pattern > 254 { pattern - 254 } else { pattern }).unwrap()
        };
        assert!(decode(&[66, 129, pad(3), pad(4), pad(5)]).is_some());
        assert!(decode(&[66, 129, pad(3), pad(5), pad(4)]).is_none());
    }

    #[test]
    fn a_length_past_the_end_is_refused() {
        assert!(decode(&[231, 255, 255, 1]).is_none());
    }

    proptest! {
        #[test]
        fn no_codewords_panic(codewords in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&codewords);
        }
    }
}
