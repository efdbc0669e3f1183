//! What stands beside values and names none: counts, numbers of list items, "no expiration date".

use super::super::date::announced;
use super::super::label::{Kind, is_one_of, label};
use super::super::token::Token;

/// A heading, or the statement that there is none for a date.
pub(super) fn begins_heading(tokens: &[Token<'_>]) -> bool {
    label(tokens).is_some() || no_expiry(tokens).is_some()
}

/// "No Expiration Date" behind a value.
pub(super) fn no_expiry(tokens: &[Token<'_>]) -> Option<usize> {
    let [Token::Word(no), after @ ..] = tokens else { return None };
    let label = label(after).filter(|label| label.kind == Kind::Date)?;
    let dated = announced(after.get(label.length..)?).is_some();
    (is_one_of(no, &["no", "without"]) && !dated).then_some(1 + label.length)
}

/// "(12 units)", "Qty: 12": how many, not which.
pub(super) fn count(tokens: &[Token<'_>]) -> Option<usize> {
    const UNITS: [&str; 16] = [
        "unit", "units", "box", "boxes", "case", "cases", "kit", "kits", "each", "ea", "piece", "pieces",
        "pcs", "pack", "packs", "devices",
    ];
    match tokens {
        [Token::Word(quantity), Token::Colon, Token::Word(number), ..]
            if is_one_of(quantity, &["qty", "quantity"])
                && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Some(3)
        }
        [Token::Open, Token::Word(number), Token::Word(units), Token::Close, ..]
            if number.bytes().all(|byte| byte.is_ascii_digit()) && is_one_of(units, &UNITS) =>
        {
            Some(4)
        }
        _ => None,
    }
}

/// "1)" in front of the items of a list.
pub(super) fn is_enumerator(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}
