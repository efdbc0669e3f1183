//! The headings of a notice's lists: "Lot/Batch Numbers:", "UDI-DI", "Exp. Date".

use super::token::Token;

/// What the values behind a heading are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lots or batches.
    Lot,
    /// Serial numbers.
    Serial,
    /// A device identifier or a whole UDI.
    Di,
    /// A catalogue, part, item or model number.
    Catalogue,
    /// An expiry or manufacturing date of what stands before it: a property, no filter.
    Date,
}

/// A heading and how many tokens it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) kind: Kind,
    /// It says that ranges follow.
    pub(super) range: bool,
    pub(super) length: usize,
}

/// The heading that `tokens` begin with.
pub(super) fn label(tokens: &[Token<'_>]) -> Option<Label> {
    let (kind, mut length) = head(tokens)?;
    let (mut range, mut tailed) = (false, false);
    loop {
        let rest = &tokens[length..];
        let step = match rest {
            [Token::Hash, Token::Word("s" | "S" | "'s" | "’s"), ..] => 2,
            [Token::Hash, ..] => 1,
            [Token::Word(word), ..] if is_tail(kind, word) => {
                range |= word.to_ascii_lowercase().starts_with("range");
                1
            }
            [Token::Open, Token::Word("s" | "S"), Token::Close, ..] => 3,
            [Token::Slash, Token::Word(word), ..] if is_tail(kind, word) => 2,
            [Token::Slash, after @ ..] => match head(after) {
                Some((other, taken)) if other == kind => 1 + taken,
                _ => break,
            },
            [Token::Word(_), ..] if kind == Kind::Di => match head(rest) {
                Some((Kind::Di, taken)) => taken,
                _ => break,
            },
            _ => break,
        };
        tailed = true;
        length += step;
    }
    // "product" and "primary" are ordinary words unless "number", "code" or "DI" follows, "mfg" unless "date".
    const WITH_TAIL: [&str; 6] = ["product", "primary", "material", "mfg", "manufacturing", "manufacture"];
    let needs_tail = matches!(tokens, [Token::Word(word), ..] if is_one_of(word, &WITH_TAIL));
    (tailed || !needs_tail).then_some(Label { kind, range, length })
}

fn head(tokens: &[Token<'_>]) -> Option<(Kind, usize)> {
    let [Token::Word(word), after @ ..] = tokens else { return None };
    let heads: [(Kind, &[&str]); 5] = [
        (Kind::Lot, &["lot", "lots", "batch", "batches"]),
        (Kind::Serial, &["serial", "serials", "s/n", "sn"]),
        (Kind::Di, &["udi", "udi-di", "udis", "gtin", "gtins", "di", "primary"]),
        (
            Kind::Catalogue,
            &[
                "catalog",
                "catalogue",
                "cat",
                "ref",
                "item",
                "items",
                "part",
                "p/n",
                "pn",
                "model",
                "models",
                "reorder",
                "product",
                "material",
                "cfn",
                "sku",
                "refs",
            ],
        ),
        (Kind::Date, &["exp", "expiration", "expiry", "expires", "mfg", "manufacturing", "manufacture"]),
    ];
    if is_one_of(word, &["use"]) && matches!(after, [Token::Word(by), ..] if is_one_of(by, &["by"])) {
        return Some((Kind::Date, 2));
    }
    heads.into_iter().find(|(_, words)| is_one_of(word, words)).map(|(kind, _)| (kind, 1))
}

fn is_tail(kind: Kind, word: &str) -> bool {
    match kind {
        Kind::Date => is_one_of(word, &["date", "dates"]),
        _ => is_one_of(
            word,
            &["number", "numbers", "no", "nos", "no's", "num", "code", "codes", "range", "ranges"],
        ),
    }
}

/// Whether `word` is one of `words`, whatever its case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recall::import::token::tokens;

    fn taken(text: &str) -> Option<(Kind, usize)> {
        label(&tokens(text)).map(|label| (label.kind, label.length))
    }

    #[test]
    fn headings_as_notices_write_them() {
        assert_eq!(taken("Lot/Batch Numbers: 1"), Some((Kind::Lot, 4)));
        assert_eq!(taken("Lot number(s) 1"), Some((Kind::Lot, 5)));
        assert_eq!(taken("UDI-DI Code: 1"), Some((Kind::Di, 2)));
        assert_eq!(taken("UDI/DI 1"), Some((Kind::Di, 3)));
        assert_eq!(taken("Model/Catalog Number: 1"), Some((Kind::Catalogue, 4)));
        assert_eq!(taken("USE BY: 1"), Some((Kind::Date, 2)));
        assert_eq!(taken("product usage"), None);
        assert_eq!(taken("Product code 1"), Some((Kind::Catalogue, 2)));
        assert!(label(&tokens("Serial Number Range:1")).is_some_and(|label| label.range));
    }
}
