//! Dates as notices write them: only their shape matters, so that none is taken for a lot.

use super::label::is_one_of;
use super::token::Token;

/// How many of `tokens` are a date written after a heading that announces one; `None` where they are none.
pub(super) fn announced(tokens: &[Token<'_>]) -> Option<usize> {
    match tokens {
        [Token::Word(day), Token::Word(month), Token::Word(year), ..]
            if is_day(day) && is_month(month) && is_year(year) =>
        {
            Some(3)
        }
        [Token::Word(month), Token::Word(day), Token::Comma, Token::Word(year), ..]
            if is_month(month) && is_day(day) && is_year(year) =>
        {
            Some(4)
        }
        [Token::Word(month), Token::Word(year), ..] if is_month(month) && is_year(year) => Some(2),
        [Token::Word(word), ..] if has_date_shape(word) || is_digits(word, &[6, 8]) || is_year(word) => {
            Some(1)
        }
        _ => None,
    }
}

/// Whether a word looks like a date on its own: `3/1/2019`, `10/18/22`, `2014-08-22`, `2017-09`, `6/2016`,
/// `12-MAY-2020`.
pub(super) fn has_date_shape(word: &str) -> bool {
    let separator = if word.contains('/') { '/' } else { '-' };
    let pieces: Vec<&str> = word.split(separator).collect();
    match pieces.as_slice() {
        [first, second, third] => {
            (is_year(first) && (is_day(second) || is_month(second)) && is_day(third))
                || (is_day(first) && (is_day(second) || is_month(second)) && is_digits(third, &[2, 4]))
        }
        [first, second] => {
            (is_year(first) && (is_day(second) || is_month(second)))
                || (is_day(first) && is_year(second))
                || (is_month(first) && is_digits(second, &[2, 4]))
        }
        _ => false,
    }
}

/// Whether digits alone could be a date: YYYYMM, MMYYYY, six digits of day, month and year in any order, or
/// eight with a year of this or the last century at either end.
pub(super) fn is_date_in_digits(word: &str) -> bool {
    let year_at = |place: usize| word.get(place..place + 4).is_some_and(is_year);
    is_digits(word, &[6]) || (is_digits(word, &[8]) && (year_at(0) || year_at(4)))
}

fn is_digits(word: &str, lengths: &[usize]) -> bool {
    lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_day(word: &str) -> bool {
    is_digits(word, &[1, 2]) && word.parse::<u8>().is_ok_and(|number| (1..=31).contains(&number))
}

fn is_year(word: &str) -> bool {
    is_digits(word, &[4]) && (word.starts_with("19") || word.starts_with("20"))
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    is_one_of(word, &MONTHS)
        || MONTHS.iter().any(|month| word.len() == 3 && month[..3].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recall::import::token::tokens;

    #[test]
    fn dates_are_not_lots() {
        for date in [
            "3/1/2019",
            "10/18/22",
            "2014-08-22",
            "2017-09",
            "6/2016",
            "12-May-2020",
            "2024-Jan-31",
            "Jan-24",
        ] {
            assert!(has_date_shape(date), "{date}");
        }
        for lot in ["1707-1", "5290-201001", "08-4000-LB", "20240930", "17-5220/01", "409-375"] {
            assert!(!has_date_shape(lot), "{lot}");
        }
    }

    #[test]
    fn a_heading_makes_digits_a_date() {
        assert_eq!(announced(&tokens("20240930")), Some(1));
        assert_eq!(announced(&tokens("February 2017; x")), Some(2));
        assert_eq!(announced(&tokens("May 3, 2017")), Some(4));
        assert_eq!(announced(&tokens("never")), None);
    }
}
