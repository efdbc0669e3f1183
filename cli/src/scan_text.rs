//! Scans as people and files write them: C escapes for what no keyboard types.

use udi_verify::udi::Scan;

/// The scan a line of text stands for: `\x1d`, `\t`, `\r`, `\n`, `\0` and `\\` are understood, any other
/// backslash is itself.
pub(crate) fn scan_of(text: &str) -> Scan {
    Scan::from_bytes(&unescape(text))
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, length) = if *first == b'\\' { escape(tail).unwrap_or((b'\\', 0)) } else { (*first, 0) };
        bytes.push(byte);
        rest = &tail[length..];
    }
    bytes
}

/// The byte an escape stands for and the length of what follows the backslash.
fn escape(tail: &[u8]) -> Option<(u8, usize)> {
    match tail {
        [b'x', high, low, ..] => {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            Some((digit(*high)? << 4 | digit(*low)?, 3))
        }
        [b't', ..] => Some((b'\t', 1)),
        [b'r', ..] => Some((b'\r', 1)),
        [b'n', ..] => Some((b'\n', 1)),
        [b'0', ..] => Some((0, 1)),
        [b'\\', ..] => Some((b'\\', 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_understood_and_other_backslashes_kept() {
        assert_eq!(unescape(r"10A\x1d21B\x1D"), b"10A\x1d21B\x1d");
        assert_eq!(unescape(r"a\\x1d\t\0"), b"a\\x1d\t\0");
        assert_eq!(unescape(r"a\q\x1\xzz\"), br"a\q\x1\xzz\");
        assert_eq!(unescape("ä"), "ä".as_bytes());
    }

    #[test]
    fn an_identifier_in_front_is_taken_off() {
        let scan = scan_of(r"]d201\x1d");
        assert_eq!(scan.symbology_identifier.unwrap().as_str(), "]d2");
        assert_eq!(scan.bytes, b"01\x1d");
    }
}
