//! GTINs in free text.

/// A GTIN-12, 13 or 14 with a right check digit (GS1 General Specifications 7.9), as 14 digits. Eight digits
/// are too often something else.
pub(super) fn gtin(word: &str) -> Option<String> {
    let digits: String = word.trim_end_matches('.').to_owned();
    if !matches!(digits.len(), 12..=14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{digits:0>14}");
    let sum: u32 = padded
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    sum.is_multiple_of(10).then_some(padded)
}

#[cfg(test)]
mod tests {
    use super::gtin;

    #[test]
    fn only_a_right_check_digit_makes_a_gtin() {
        assert_eq!(gtin("00718175003305").as_deref(), Some("00718175003305"));
        assert_eq!(gtin("7290013030269").as_deref(), Some("07290013030269"));
        assert_eq!(gtin("00718175003306"), None);
        assert_eq!(gtin("N/A"), None);
    }
}
