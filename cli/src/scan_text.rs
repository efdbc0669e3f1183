//! Scans as people and files write them: C escapes for what no keyboard types.

use udi_verify::udi::Scan;

/// The scan a line of text stands for: `\x1d`, `\u001d`, `\035` (octal, three digits), `\t`, `\r`, `\n`, `\0`
/// and `\\` are understood, any other backslash is itself.
pub(crate) fn scan_of(text: impl AsRef<[u8]>) -> Scan {
    Scan::from_bytes(&unescape(text.as_ref()))
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let (character, length) =
            if *first == b'\\' { escape(tail) } else { None }.unwrap_or((Escaped::Byte(*first), 0));
        match character {
            Escaped::Byte(byte) => bytes.push(byte),
            Escaped::Character(character) => bytes.extend(character.to_string().as_bytes()),
        }
        rest = &tail[length..];
    }
    bytes
}

/// What an escape stands for.
enum Escaped {
    Byte(u8),
    /// Of Unicode, in UTF-8.
    Character(char),
}

/// What an escape stands for, and the length of what follows the backslash.
fn escape(tail: &[u8]) -> Option<(Escaped, usize)> {
    let digits = |from: usize, count: usize, radix: u32| {
        tail.get(from..from + count)?
            .iter()
            .try_fold(0, |value, byte| Some(value * radix + char::from(*byte).to_digit(radix)?))
    };
    let byte = |value: u32| u8::try_from(value).ok().map(Escaped::Byte);
    match tail.first()? {
        b'x' => Some((byte(digits(1, 2, 16)?)?, 3)),
        b'u' => Some((Escaped::Character(char::from_u32(digits(1, 4, 16)?)?), 5)),
        b'0'..=b'3' if digits(0, 3, 8).is_some() => Some((byte(digits(0, 3, 8)?)?, 3)),
        b't' => Some((Escaped::Byte(b'\t'), 1)),
        b'r' => Some((Escaped::Byte(b'\r'), 1)),
        b'n' => Some((Escaped::Byte(b'\n'), 1)),
        b'0' => Some((Escaped::Byte(0), 1)),
        b'\\' => Some((Escaped::Byte(b'\\'), 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_understood_and_other_backslashes_kept() {
        assert_eq!(unescape(r"10A\x1d21B\x1D".as_bytes()), b"10A\x1d21B\x1d");
        assert_eq!(unescape(r"a\\x1d\t\0".as_bytes()), b"a\\x1d\t\0");
        assert_eq!(unescape(r"a\q\x1\xzz\".as_bytes()), br"a\q\x1\xzz\");
        assert_eq!(unescape(r"\u001d\035\u241d".as_bytes()), "\x1d\x1d\u{241d}".as_bytes());
        assert_eq!(unescape("ä".as_bytes()), "ä".as_bytes());
    }

    #[test]
    fn an_identifier_in_front_is_taken_off() {
        let scan = scan_of(r"]d201\x1d");
        assert_eq!(scan.symbology_identifier.unwrap().as_str(), "]d2");
        assert_eq!(scan.bytes, b"01\x1d");
    }
}
