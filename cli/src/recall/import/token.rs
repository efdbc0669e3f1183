//! The words and marks of a notice's free text.

/// One piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Letters, digits and what stands between them; highlights and a final full stop are taken off.
    Word(&'a str),
    /// `(01)…`: an application identifier in brackets and its value.
    Bracketed {
        /// The application identifier's digits.
        ai: &'a str,
        /// What follows, up to a blank or the next bracket.
        value: &'a str,
    },
    /// `,`
    Comma,
    /// `;` or the end of a line: a stronger break than a comma.
    Break,
    /// `:`
    Colon,
    /// `(` or `[`
    Open,
    /// `)` or `]`
    Close,
    /// `&`
    And,
    /// A dash that stands alone.
    Dash,
    /// `#`
    Hash,
    /// A slash that joins words, at least one of which is letters only, or that touches one word or none.
    Slash,
    /// `...` or `…`: the text was cut.
    Ellipsis,
    /// `*` behind a word that none stands before: a wildcard or a footnote, no highlight.
    Star,
}

/// Splits `text` into tokens, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((token, after)) = bracketed(rest, found.last()) {
            found.push(token);
            rest = after;
        } else if rest.starts_with("...") || first == '…' {
            found.push(Token::Ellipsis);
            rest = rest.trim_start_matches(['.', '…']);
        } else if first == '*' && is_footnote(&text[..text.len() - rest.len()]) {
            found.push(Token::Star);
            rest = rest.trim_start_matches('*');
        } else if let Some(mark) = mark(first) {
            found.extend(mark);
            rest = &rest[first.len_utf8()..];
        } else {
            let end = rest.find(|c| ends_word(c) || c == '…').unwrap_or(rest.len());
            let end = rest[..end].find("...").unwrap_or(end).max(first.len_utf8());
            words(&rest[..end], &mut found);
            rest = &rest[end..];
        }
    }
    found
}

/// Whether an asterisk behind `before` closes no highlight: a word ends there and none opened it.
fn is_footnote(before: &str) -> bool {
    let word = before.trim_end_matches(|c: char| !ends_word(c));
    word.len() < before.len() && !word.ends_with('*')
}

/// The token of a single mark; `Some(None)` for what separates words and says nothing.
fn mark(c: char) -> Option<Option<Token<'static>>> {
    Some(match c {
        ',' => Some(Token::Comma),
        ';' | '\n' => Some(Token::Break),
        ':' => Some(Token::Colon),
        '(' | '[' => Some(Token::Open),
        ')' | ']' => Some(Token::Close),
        '&' => Some(Token::And),
        '#' => Some(Token::Hash),
        '"' | '“' | '”' | '*' => None,
        c if c.is_whitespace() => None,
        _ => return None,
    })
}

fn ends_word(c: char) -> bool {
    mark(c).is_some()
}

/// `(01)` and 14 digits open a bracketed GS1 string; any bracketed number directly behind one goes on with it.
fn bracketed<'a>(text: &'a str, before: Option<&Token<'_>>) -> Option<(Token<'a>, &'a str)> {
    let (ai, after) = text.strip_prefix('(')?.split_once(')')?;
    let within = matches!(before, Some(Token::Bracketed { .. }));
    let known = ai == "01" || (within && matches!(ai.len(), 2..=4));
    if !known || !ai.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = after.trim_start_matches(' ');
    let end = value.find(|c: char| c.is_whitespace() || matches!(c, '(' | ',' | ';')).unwrap_or(value.len());
    (end > 0).then(|| (Token::Bracketed { ai, value: &value[..end] }, &value[end..]))
}

/// The words of a run without blanks: split at a slash where one side is letters only ("Lot/Batch",
/// "1610300/Expiration") or empty ("2238464/ UDI-DI"), and kept whole elsewhere ("17-5220/01", "10/18/22").
fn words<'a>(run: &'a str, found: &mut Vec<Token<'a>>) {
    let run = run.trim_end_matches('.');
    if run.is_empty() {
        return;
    }
    if run.chars().all(|c| matches!(c, '-' | '–' | '—')) {
        found.push(Token::Dash);
        return;
    }
    let abbreviation = matches!(run.to_ascii_uppercase().as_str(), "S/N" | "P/N" | "N/A");
    let pieces: Vec<&str> = run.split('/').collect();
    // "CV041020/A" is one number with the letter of its part.
    if let [number, letter] = pieces.as_slice()
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && matches!(letter.as_bytes(), [b'A'..=b'Z'])
    {
        found.push(Token::Word(run));
        return;
    }
    if abbreviation || !pieces.iter().any(|piece| piece.is_empty() || is_letters(piece)) {
        found.push(Token::Word(run));
        return;
    }
    for (place, piece) in pieces.iter().enumerate() {
        if place > 0 {
            found.push(Token::Slash);
        }
        let piece = piece.trim_end_matches('.');
        if !piece.is_empty() {
            found.push(Token::Word(piece));
        }
    }
}

fn is_letters(piece: &str) -> bool {
    let letters = piece.trim_end_matches('.');
    !letters.is_empty() && letters.chars().all(|c| c.is_alphabetic() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use Token::{Bracketed, Break, Close, Colon, Comma, Dash, Ellipsis, Hash, Open, Slash, Star, Word};

    #[test]
    fn a_slash_splits_words_but_not_numbers() {
        assert_eq!(tokens("Lot/Batch: 1"), [Word("Lot"), Slash, Word("Batch"), Colon, Word("1")]);
        assert_eq!(tokens("1610300/Exp. 10/18/22"), [Word("1610300"), Slash, Word("Exp"), Word("10/18/22")]);
        assert_eq!(tokens("17-5220/01"), [Word("17-5220/01")]);
        assert_eq!(tokens("# 2238464/ UDI"), [Hash, Word("2238464"), Slash, Word("UDI")]);
        assert_eq!(tokens("1 / 2"), [Word("1"), Slash, Word("2")]);
        assert_eq!(tokens("CV041020/A CV041520"), [Word("CV041020/A"), Word("CV041520")]);
    }

    #[test]
    fn highlights_and_full_stops_are_no_part_of_a_word() {
        assert_eq!(tokens("and **170905."), [Word("and"), Word("170905")]);
        assert_eq!(tokens("**21A**, 5"), [Word("21A"), Comma, Word("5")]);
        assert_eq!(tokens("21A* 5"), [Word("21A"), Star, Word("5")]);
        assert_eq!(tokens("Lot #4 - 5;"), [Word("Lot"), Hash, Word("4"), Dash, Word("5"), Break]);
    }

    #[test]
    fn a_cut_text_shows() {
        assert_eq!(tokens("RB045..."), [Word("RB045"), Ellipsis]);
        assert_eq!(tokens("a, …"), [Word("a"), Comma, Ellipsis]);
    }

    #[test]
    fn gs1_brackets_open_with_01_only() {
        assert_eq!(
            tokens("(01) 0085(10)5290-2(17)2023"),
            [
                Bracketed { ai: "01", value: "0085" },
                Bracketed { ai: "10", value: "5290-2" },
                Bracketed { ai: "17", value: "2023" }
            ]
        );
        assert_eq!(tokens("(10) x"), [Open, Word("10"), Close, Word("x")]);
    }
}
