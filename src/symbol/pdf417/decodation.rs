//! Data codewords → message, ISO/IEC 15438 clauses 5.4 to 5.6 and annex H.
//!
//! Everything is decoded to bytes, not characters: designators of character sets and the control block of Macro PDF417
//! are passed over.

use crate::symbol::{Message, SymbologyIdentifier};

const LATCH_TEXT: u32 = 900;
const LATCH_BYTE: u32 = 901;
const LATCH_NUMERIC: u32 = 902;
const SHIFT_BYTE: u32 = 913;
const MACRO_END: u32 = 922;
const MACRO_FIELD: u32 = 923;
/// As [`LATCH_BYTE`], where the number of bytes is a multiple of six.
const LATCH_SIXES: u32 = 924;
const ECI_USER: u32 = 925;
const ECI_GENERAL: u32 = 926;
const ECI_CHARACTERS: u32 = 927;
const MACRO: u32 = 928;

/// Codewords of a group in numeric compaction.
const GROUP: usize = 15;

const MIXED: &[u8; 25] = b"0123456789&\r\t,:#-.$/+%*=^";
const PUNCTUATION: &[u8; 29] = b";<>@[\\]_`~!\r\t,:\n-.$/\"|*()?{}'";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Table {
    Upper,
    Lower,
    Mixed,
    Punctuation,
}

/// The message of data codewords, the first of which is their number; `None` where they break the grammar or say
/// nothing.
pub(super) fn decode(data: &[u32]) -> Option<Message> {
    let length = *data.first()? as usize;
    let codewords = data.get(1..length)?;
    let mut decoder = Decoder { codewords, at: 0, out: Vec::new() };
    let mut mode = LATCH_TEXT;
    while let Some(&codeword) = codewords.get(decoder.at) {
        match codeword {
            LATCH_TEXT | LATCH_BYTE | LATCH_NUMERIC | LATCH_SIXES => {
                mode = codeword;
                decoder.at += 1;
            }
            MACRO => break,
            MACRO_END | MACRO_FIELD => return None,
            // Of what is not of any mode, only what a mode says of it counts.
            _ => {}
        }
        match mode {
            LATCH_NUMERIC => decoder.numeric()?,
            LATCH_TEXT => decoder.text()?,
            _ => decoder.bytes(mode == LATCH_SIXES)?,
        }
    }
    let identifier = SymbologyIdentifier::new(b'L', b'0');
    (!decoder.out.is_empty()).then_some(Message { bytes: decoder.out, symbology_identifier: identifier })
}

struct Decoder<'a> {
    codewords: &'a [u32],
    at: usize,
    out: Vec<u8>,
}

impl Decoder<'_> {
    /// The next codeword below 900, behind designators and what is reserved; `None` where a mode ends.
    fn next(&mut self) -> Option<u32> {
        loop {
            let &codeword = self.codewords.get(self.at)?;
            match codeword {
                LATCH_TEXT | LATCH_BYTE | LATCH_NUMERIC | LATCH_SIXES | MACRO | MACRO_END | MACRO_FIELD
                | SHIFT_BYTE => return None,
                ECI_USER | ECI_CHARACTERS => self.at += 2,
                ECI_GENERAL => self.at += 3,
                LATCH_TEXT.. => self.at += 1,
                _ => {
                    self.at += 1;
                    return Some(codeword);
                }
            }
        }
    }

    /// Two characters a codeword, from four tables (clause 5.4.1).
    fn text(&mut self) -> Option<()> {
        let (mut latched, mut shifted) = (Table::Upper, None);
        loop {
            if let Some(codeword) = self.next() {
                for code in [codeword / 30, codeword % 30] {
                    let table = shifted.take().unwrap_or(latched);
                    match character(table, code as usize)? {
                        Text::Byte(byte) => self.out.push(byte),
                        Text::Latch(next) => latched = next,
                        Text::Shift(next) => shifted = Some(next),
                    }
                }
            } else if self.codewords.get(self.at) == Some(&SHIFT_BYTE) {
                let byte = *self.codewords.get(self.at + 1)?;
                self.out.push(u8::try_from(byte).ok()?);
                self.at += 2;
                // A shift in front of it is only there to fill the codeword.
                shifted = None;
            } else {
                return Some(());
            }
        }
    }

    /// Six bytes are five codewords; what is left at the end is a byte each (clause 5.4.2).
    fn bytes(&mut self, sixes: bool) -> Option<()> {
        let mut group = Vec::with_capacity(5);
        loop {
            let next = self.next();
            let is_full = group.len() == 5 && (sixes || next.is_some());
            if is_full {
                let value = group.drain(..).fold(0u64, |value, codeword| value * 900 + u64::from(codeword));
                self.out.extend_from_slice(value.to_be_bytes().get(2..)?);
            }
            match next {
                Some(codeword) => group.push(codeword),
                None => break,
            }
        }
        for codeword in group {
            self.out.push(u8::try_from(codeword).ok()?);
        }
        // A shift to bytes has no meaning here.
        if self.codewords.get(self.at) == Some(&SHIFT_BYTE) { None } else { Some(()) }
    }

    /// Up to 44 digits are 15 codewords: a number of base 900 that begins with a 1 before the digits (clause 5.4.3).
    fn numeric(&mut self) -> Option<()> {
        loop {
            let mut group = Vec::with_capacity(GROUP);
            while group.len() < GROUP
                && let Some(codeword) = self.next()
            {
                group.push(codeword);
            }
            if group.is_empty() {
                break;
            }
            let digits = digits(group);
            let (b'1', rest) = digits.split_last()? else { return None };
            self.out.extend(rest.iter().rev());
        }
        if self.codewords.get(self.at) == Some(&SHIFT_BYTE) { None } else { Some(()) }
    }
}

/// The decimal digits of a number of base 900, the lowest first: by long division.
fn digits(mut number: Vec<u32>) -> Vec<u8> {
    let mut digits = Vec::with_capacity(45);
    while number.iter().any(|&part| part != 0) {
        let mut rest = 0;
        for part in &mut number {
            let value = rest * 900 + *part;
            (*part, rest) = (value / 10, value % 10);
        }
        digits.push(b'0' + rest as u8);
    }
    digits
}

enum Text {
    Byte(u8),
    Latch(Table),
    Shift(Table),
}

fn character(table: Table, code: usize) -> Option<Text> {
    use Table::{Lower, Mixed, Punctuation, Upper};
    let code_byte = code as u8;
    Some(match (table, code) {
        (Upper, 0..=25) => Text::Byte(b'A' + code_byte),
        (Lower, 0..=25) => Text::Byte(b'a' + code_byte),
        (Mixed, 0..=24) => Text::Byte(*MIXED.get(code)?),
        (Mixed, 25) => Text::Latch(Punctuation),
        (Punctuation, 0..=28) => Text::Byte(*PUNCTUATION.get(code)?),
        (Punctuation, _) => Text::Latch(Upper),
        (_, 26) => Text::Byte(b' '),
        (Upper | Mixed, 27) => Text::Latch(Lower),
        (Lower, 27) => Text::Shift(Upper),
        (Upper | Lower, 28) => Text::Latch(Mixed),
        (Mixed, 28) => Text::Latch(Upper),
        (_, _) => Text::Shift(Punctuation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The message of codewords behind their number.
    fn read(codewords: &[u32]) -> Option<Vec<u8>> {
        let data = [&[codewords.len() as u32 + 1], codewords].concat();
        decode(&data).map(|message| message.bytes)
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        // ISO/IEC 15438 annex Q: P D, F mixed latch, 4 1, 7 and a shift that fills the codeword.
        assert_eq!(read(&[453, 178, 121, 239]).unwrap(), b"PDF417");
        // Clause 5.4.3.
        assert_eq!(read(&[902, 1, 624, 434, 632, 282, 200]).unwrap(), b"000213298174000");
    }

    #[test]
    fn what_is_not_data_is_no_message() {
        // The number says that only four codewords are data: the last is a filler or for correction.
        assert_eq!(decode(&[4, 453, 178, 121, 239]).unwrap().bytes, b"PDF41");
        assert!(decode(&[9, 453, 178]).is_none());
        assert!(decode(&[0, 453]).is_none());
        assert!(decode(&[1]).is_none());
        assert_eq!(read(&[900, 900, 900]), None);
    }

    #[test]
    fn five_codewords_are_six_bytes_and_the_rest_a_byte_each() {
        let six = [901, 128, 624, 278, 2, 10];
        // Five codewords at the end are a byte each, or they would be latched by 924; 624 is none.
        assert_eq!(read(&six), None);
        let value = [128u64, 624, 278, 2, 10].iter().fold(0, |value, codeword| value * 900 + codeword);
        let bytes = value.to_be_bytes()[2..].to_vec();
        assert_eq!(read(&[924, 128, 624, 278, 2, 10]).unwrap(), bytes);
        let more = [bytes.as_slice(), &[0xE9, 0x1D]].concat();
        assert_eq!(read(&[901, 128, 624, 278, 2, 10, 0xE9, 0x1D]).unwrap(), more);
        assert_eq!(read(&[901, 256]), None);
    }

    #[test]
    fn a_byte_may_stand_in_text_and_text_goes_on() {
        // A B, a byte, then C D; a shift before the byte only fills its codeword.
        assert_eq!(read(&[1, 913, 0xFF, 2 * 30 + 3]).unwrap(), b"AB\xFFCD");
        assert_eq!(read(&[29, 913, 0xFF, 2 * 30 + 3]).unwrap(), b"A\xFFCD");
        assert_eq!(read(&[1, 913]), None);
        // Lower latch, a; upper shift, B, c.
        assert_eq!(read(&[27 * 30, 27 * 30 + 1, 2 * 30 + 29]).unwrap(), b"aBc");
    }

    #[test]
    fn designators_and_control_blocks_are_passed_over() {
        assert_eq!(
            read(&[927, 26, 1, 926, 1, 2, 2 * 30 + 3, 925, 7, 901, 927, 3, 0xE9]).unwrap(),
            b"ABCD\xE9"
        );
        assert_eq!(read(&[1, 928, 111, 100, 17, 922]).unwrap(), b"AB");
        assert_eq!(read(&[1, 922]), None);
        assert_eq!(read(&[902, 2]), None);
    }

    proptest! {
        #[test]
        fn no_codewords_panic(data in proptest::collection::vec(prop_oneof![0u32..929, 899u32..929], 0..120)) {
            let _ = decode(&data);
            let _ = read(&data);
        }
    }
}
