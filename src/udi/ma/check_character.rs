//! The check digit of MA codes.
//!
//! Each character becomes a decimal number, the numbers are written one after another, and the digits of that
//! string are summed with every second one doubled from the right, the last not (doubles of two digits as the
//! sum of those). Seven published codes keep this rule, none with a `9` in it; another description of the
//! rule leaves the digit 9 out. So a mismatch proves an error only where there is no 9.

/// Values of the characters; 43 and 44 are not used.
fn value(byte: u8) -> Option<u32> {
    Some(match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        b'a'..=b'g' => u32::from(byte - b'a') + 36,
        b'h'..=b'z' => u32::from(byte - b'h') + 45,
        _ => u32::try_from(b"-.@$,*+%/#!^~".iter().position(|&character| character == byte)?).ok()? + 64,
    })
}

/// Whether a text is of characters that the rule knows.
pub(super) fn in_alphabet(text: &[u8]) -> bool {
    text.iter().all(|&byte| value(byte).is_some())
}

/// The check digit that follows `body`.
pub(super) fn check_digit(body: &[u8]) -> Option<u8> {
    let mut digits = Vec::with_capacity(body.len() * 2);
    for &byte in body {
        let value = value(byte)?;
        if value >= 10 {
            digits.push(value / 10);
        }
        digits.push(value % 10);
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    u8::try_from((10 - sum % 10) % 10).ok().map(|digit| b'0' + digit)
}

/// Whether a mismatch of the check digit of `body` proves an error.
pub(super) fn is_certain(body: &[u8]) -> bool {
    !body.contains(&b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_keep_the_rule() {
        for code in [
            "MA.156.M0.100472.11103316",
            "MA.156.M0.100350.01004YA10017",
            "MA.156.M0.100204.13351764",
            "MA.156.M0.100032.0YE660A15",
        ] {
            let (body, check) = code.split_at(code.len() - 1);
            assert_eq!(check_digit(body.as_bytes()), check.bytes().next(), "{code}");
        }
        assert_eq!(check_digit(b".Sx00008.M220117.L20220117.D20220118.E220130.V220117"), Some(b'3'));
    }
}
