//! Lots, serials and catalogue numbers: what is one, what is two, and what is a range.

use super::date::has_date_shape;
use super::doubt::Doubt;

/// Whether a word has a digit; a word without one is no number of any kind.
pub(super) fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// A lot, serial or catalogue number: it has a digit and does not look like a date.
pub(super) fn number(word: &str) -> Result<String, Doubt> {
    let fits =
        word.len() <= 30 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./_".contains(&byte));
    if !has_digit(word) || !fits {
        return Err(Doubt::Prose(word.to_owned()));
    }
    if word.ends_with('-') {
        return Err(Doubt::Cut);
    }
    if word.to_ascii_uppercase().ends_with("XX") || word.ends_with('_') {
        return Err(Doubt::Wildcard(word.to_owned()));
    }
    if has_date_shape(word) {
        return Err(Doubt::Date(word.to_owned()));
    }
    Ok(word.to_owned())
}

/// A lot or serial out of a list. Such a list is often typed without care: "1234/5678" may be two numbers,
/// "1234.Lot" lacks a blank, "12345-48" may end at 12348.
pub(super) fn listed(word: &str) -> Result<String, Doubt> {
    let word = number(word)?;
    let several = word.split('/').skip(1).any(|piece| piece.bytes().all(|byte| byte.is_ascii_digit()));
    let joined = |piece: &str| piece.len() > 1 && !has_digit(piece);
    let twins = word.split_once('.').is_some_and(|(one, other)| one.len() > 3 && one.len() == other.len());
    let glued = word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("lot"));
    if several || twins || word.split('.').any(joined) {
        return Err(Doubt::Several(word));
    }
    if glued {
        return Err(Doubt::Prose(word));
    }
    if shortened(&word) {
        return Err(Doubt::Hyphen(word));
    }
    Ok(word)
}

/// "12345-48": the second half may be the end of the last number of a range, digits that stay the same left out.
fn shortened(word: &str) -> bool {
    let Some((from, to)) = word.split_once('-') else { return false };
    let (_, first) = stem(from);
    let is_number = !to.is_empty() && to.bytes().all(|byte| byte.is_ascii_digit());
    let same = first.len().checked_sub(to.len()).filter(|same| *same > 0);
    is_number && same.and_then(|same| first.get(same..)).is_some_and(|end| end < to)
}

/// Whether two words with nothing but a blank between them are surely two numbers: "07 1234" may be one that is
/// written with a blank.
pub(super) fn stand_apart(one: &str, other: &str) -> bool {
    let is_short = |word: &str| word.len() < 4;
    one.len() == other.len() && !is_short(one) || one.len().min(other.len()) > 4
}

/// Two halves that could be the ends of a range: the same letters, then digits that run upwards and are
/// about as many ("17081557-21062362", "CT0173-CT0249", "99-101"). "1707-1", "409-375" and "5290-201001" are
/// one number each.
pub(super) fn hyphenated(word: &str) -> Option<(&str, &str)> {
    let (from, to) = word.split_once('-')?;
    let ((head, first), (other, last)) = (stem(from), stem(to));
    let alike = head == other && !first.is_empty() && !last.is_empty();
    let upwards = (first.len() == last.len() && first <= last) || first.len() + 1 == last.len();
    (alike && upwards).then_some((from, to))
}

/// The letters before the trailing digits, and those digits.
fn stem(word: &str) -> (&str, &str) {
    word.split_at(word.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// A range is certain where both ends have the same stem, as many digits, and run upwards.
pub(super) fn ordered(from: String, to: String) -> Result<(String, String), Doubt> {
    let ((head, first), (other, last)) = (stem(&from), stem(&to));
    if head == other && !first.is_empty() && first.len() == last.len() && first <= last {
        Ok((from, to))
    } else {
        Err(Doubt::Range(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_joins_a_range_only_where_it_could() {
        for range in ["17081557-21062362", "CT0173-CT0249", "100-200", "99-101"] {
            assert!(hyphenated(range).is_some(), "{range}");
        }
        for single in ["1707-1", "409-375", "5290-201001", "5290-S19785", "14-001BN"] {
            assert!(hyphenated(single).is_none(), "{single}");
        }
    }

    #[test]
    fn what_may_be_several_numbers_is_none() {
        for word in
            ["1234/5678", "12345/46/47", "17/00951", "12345.12346", "1234.Lot", "lot5", "12345-48", "1234-5"]
        {
            assert!(listed(word).is_err(), "{word}");
        }
        for word in
            ["CV041020/A", "123456.01", "1707-1", "409-375", "5290-201001", "A.1", "14-001BN", "100-200"]
        {
            assert!(listed(word).is_ok(), "{word}");
        }
    }

    #[test]
    fn a_blank_may_stand_within_a_number() {
        assert!(stand_apart("4022158", "4086443") && stand_apart("CV041020/A", "CV041520"));
        for (one, other) in [("07", "1234"), ("123", "456"), ("123456", "0120")] {
            assert!(!stand_apart(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_range_needs_alike_ends_that_run_upwards() {
        assert!(ordered("CT0173".into(), "CT0249".into()).is_ok());
        for (from, to) in [("99", "101"), ("A5", "B9"), ("12", "10"), ("A1234B", "A1299B")] {
            assert!(ordered(from.into(), to.into()).is_err(), "{from} {to}");
        }
    }
}
