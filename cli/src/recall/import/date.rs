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
        [Token::Word(month), Token::Word(year), ..]
            if (is_month(month) || is_month_number(month)) && is_year(year) =>
        {
            Some(2)
        }
        // "Exp 2020 01": a month behind the year, or the next lot.
        [Token::Word(year), Token::Word(other), ..] if is_year(year) && is_digits(other, &[1, 2]) => None,
        [Token::Word(word), ..]
            if has_date_shape(word)
                || is_month_of_year(word)
                || is_digits(word, &[6, 8])
                || is_year(word) =>
        {
            Some(1)
        }
        _ => None,
    }
}

/// "06/20", which only a heading makes a date.
fn is_month_of_year(word: &str) -> bool {
    word.split_once(['/', '-']).is_some_and(|(month, year)| is_month_number(month) && is_digits(year, &[2]))
}

fn is_month_number(word: &str) -> bool {
    is_digits(word, &[1, 2]) && word.parse::<u8>().is_ok_and(|number| (1..=12).contains(&number))
}

/// Whether a word looks like a date on its own: `3/1/2019`, `10/18/22`, `2014-08-22`, `2017-09`, `6/2016`,
/// `12-MAY-2020`, `31.12.2020`, `31JAN2020`.
pub(super) fn has_date_shape(word: &str) -> bool {
    if is_written_together(word) {
        return true;
    }
    let separator = ['/', '-', '.'].into_iter().find(|mark| word.contains(*mark)).unwrap_or('-');
    let pieces: Vec<&str> = word.split(separator).collect();
    match pieces.as_slice() {
        [first, second, third] => {
            (is_year(first) && (is_day(second) || is_month(second)) && is_day(third))
                || (is_day(first) && (is_day(second) || is_month(second)) && is_digits(third, &[2, 4]))
        }
        [first, second] if separator != '.' => {
            (is_year(first) && (is_day(second) || is_month(second)))
                || (is_day(first) && is_year(second))
                || (is_month(first) && is_digits(second, &[2, 4]))
        }
        _ => false,
    }
}

/// `JAN20`, `31JAN2020`.
fn is_written_together(word: &str) -> bool {
    let month = word.trim_matches(|c: char| c.is_ascii_digit());
    let Some((day, year)) = word.split_once(month).filter(|_| is_month(month)) else { return false };
    (day.is_empty() || is_day(day)) && is_digits(year, &[2, 4])
}

/// Six digits that are a month and a year of this century, or the other way round.
pub(super) fn is_month_and_year(word: &str) -> bool {
    let is = |year: Option<&str>, month: Option<&str>| {
        year.is_some_and(|year| is_year(year) && year.starts_with("20")) && month.is_some_and(is_month_number)
    };
    is_digits(word, &[6]) && (is(word.get(..4), word.get(4..)) || is(word.get(2..), word.get(..2)))
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
            "31.12.2020",
            "JAN20",
            "31Jan2020",
        ] {
            assert!(has_date_shape(date), "{date}");
        }
        for lot in [
            "1707-1",
            "5290-201001",
            "123456.01",
            "12.2020",
            "JAN12345",
            "08-4000-LB",
            "20240930",
            "17-5220/01",
            "409-375",
        ] {
            assert!(!has_date_shape(lot), "{lot}");
        }
    }

    #[test]
    fn a_heading_makes_digits_a_date() {
        assert_eq!(announced(&tokens("20240930")), Some(1));
        assert_eq!(announced(&tokens("February 2017; x")), Some(2));
        assert_eq!(announced(&tokens("May 3, 2017")), Some(4));
        assert_eq!(announced(&tokens("06/20")), Some(1));
        assert_eq!(announced(&tokens("01 2020")), Some(2));
        assert_eq!(announced(&tokens("2020 01")), None);
        assert_eq!(announced(&tokens("never")), None);
    }
}
