//! `product_description` → the catalogue numbers it states.

use super::label::{Kind, is_one_of, label};
use super::number::has_digit;
use super::token::{Token, tokens};

/// The catalogue numbers of a description.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Catalogue {
    /// Each number once, in the order printed.
    pub(super) numbers: Vec<String>,
    /// A heading is followed by something that is no plain number: there may be more products than listed.
    pub(super) unclear: bool,
}

impl Catalogue {
    /// The one number, where there is exactly one and no doubt about others.
    pub(super) fn only(&self) -> Option<&String> {
        match self.numbers.as_slice() {
            [number] if !self.unclear => Some(number),
            _ => None,
        }
    }
}

/// Finds every "Catalog #", "REF", "Item Number"… of a description and the numbers behind it. Unlike the list
/// text a description is prose, so words outside the grammar are passed over.
pub(super) fn catalogue(description: &str) -> Catalogue {
    let tokens = tokens(description);
    let mut found = Catalogue { unclear: enumerates(&tokens), ..Catalogue::default() };
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).map(|place| tokens[place]);
        match label(&tokens[at..]) {
            // "21 CFR Part 820" is a regulation.
            Some(label) if label.kind == Kind::Catalogue && before != Some(Token::Word("CFR")) => {
                let doubtful = names_another(before) || tokens[..at].iter().any(|token| names_parts(*token));
                let listed = found.numbers.len();
                let strong = label.length > 1 || matches!(tokens[at], Token::Word("REF" | "Ref"));
                at += label.length;
                at += numbers(&tokens[at..], strong, &mut found);
                found.unclear |= doubtful && found.numbers.len() > listed;
            }
            _ => at += 1,
        }
    }
    found
}

/// Takes the numbers behind a heading; returns how many tokens they take.
fn numbers(tokens: &[Token<'_>], strong: bool, found: &mut Catalogue) -> usize {
    let mut at = 0;
    let mut any = false;
    loop {
        match tokens.get(at) {
            Some(Token::Colon | Token::Hash | Token::Dash) if !any => at += 1,
            Some(Token::Word(word)) if is_number(word) => {
                split_alternatives(word).for_each(|number| {
                    if !found.numbers.iter().any(|other| other == number) {
                        found.numbers.push(number.to_owned());
                    }
                });
                any = true;
                found.unclear |= goes_on(word, &tokens[at + 1..]);
                at += 1 + remark(&tokens[at + 1..]);
            }
            // Behind a comma a number may be a size or a count; only "and" and "&" surely go on with the list.
            Some(Token::And) if any => at += 1,
            Some(Token::Word(and))
                if any && is_one_of(and, &["and"]) && next_is_number(&tokens[at + 1..]) =>
            {
                at += 1
            }
            Some(Token::Word(_)) if strong && !any => {
                found.unclear = true;
                return at;
            }
            _ => return at,
        }
    }
}

/// "Model 2000 series", "REF 1234, 1235", "Model 5 or 6": more products than the number says.
fn goes_on(number: &str, after: &[Token<'_>]) -> bool {
    const WORDS: [&str; 6] = ["series", "family", "or", "to", "thru", "through"];
    let shape = |word: &str| -> Vec<bool> { word.bytes().map(|byte| byte.is_ascii_digit()).collect() };
    match after {
        [Token::Word(word), ..] => is_one_of(word, &WORDS),
        [Token::Comma | Token::Break | Token::Slash, Token::Word(next), ..] => {
            is_number(next) && shape(next) == shape(number)
        }
        _ => false,
    }
}

/// "1) …; 2) …": several products, one of which may go without a number.
fn enumerates(tokens: &[Token<'_>]) -> bool {
    let mut unopened = true;
    tokens.windows(2).any(|pair| {
        unopened = match pair {
            [Token::Open, _] => false,
            [Token::Close, _] => true,
            _ => unopened,
        };
        unopened && matches!(pair, [Token::Word("2" | "b" | "B"), Token::Close])
    })
}

/// "for use with Model 300": the number is another product's.
fn names_another(before: Option<Token<'_>>) -> bool {
    matches!(before, Some(Token::Word(word)) if is_one_of(word, &["with", "for", "of", "to", "in", "on"]))
}

/// "Kits that contain …": the number may be the kit's or the part's.
fn names_parts(token: Token<'_>) -> bool {
    const WORDS: [&str; 6] = ["contain", "contains", "containing", "component", "components", "accessory"];
    matches!(token, Token::Word(word) if is_one_of(word, &WORDS))
}

fn next_is_number(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [Token::Word(word), ..] if is_number(word))
}

fn is_number(word: &str) -> bool {
    has_digit(word) && word.len() >= 2 && word.len() <= 30
}

/// The length of a remark in brackets: "BBB38 (individual, sterile) and …".
fn remark(tokens: &[Token<'_>]) -> usize {
    if tokens.first() != Some(&Token::Open) {
        return 0;
    }
    tokens.iter().position(|token| *token == Token::Close).map_or(0, |close| close + 1)
}

/// "FGS-0312/FGS-0313" is two numbers, "17-5220/01" is one.
fn split_alternatives(word: &str) -> impl Iterator<Item = &str> {
    let halves = word.split_once('/').filter(|(one, other)| one.len() == other.len() && one.len() >= 4);
    let (one, other) = halves.map_or((word, None), |(one, other)| (one, Some(other)));
    std::iter::once(one).chain(other)
}

#[cfg(test)]
mod tests {
    use super::catalogue;

    #[test]
    fn numbers_behind_the_usual_headings() {
        for (text, numbers) in [
            ("Tray, Catalog # 974    Product Usage:  Surgical", &["974"][..]),
            ("Kit, Part/Reorder Number 5011, IVD", &["5011"]),
            ("Instrument Tray,  REF/Catalog No. 3366, --- Device Listing # D190549.", &["3366"]),
            ("Models: BBB38 (individual, sterile) and BBB38NS (sold bulk)", &["BBB38", "BBB38NS"]),
            ("DEV5-PK, REF FGS-0312/FGS-0313 - Product Usage", &["FGS-0312", "FGS-0313"]),
            ("WHITE MINT ITEM # 4323-635; cavity varnish", &["4323-635"]),
            ("Catalog #437519, labeled in part:***BD MAX Cartridges", &["437519"]),
            ("a crutch, 1 pair per case", &[]),
            ("Complies with 21 CFR Part 820", &[]),
            ("Cement (12 g) Set (type B), REF 4711", &["4711"]),
        ] {
            let found = catalogue(text);
            assert_eq!(found.numbers, numbers, "{text}");
            assert!(!found.unclear, "{text}");
        }
    }

    #[test]
    fn a_heading_without_a_plain_number_is_unclear() {
        assert!(catalogue("Kit (REF#373809) REF# BVI 58000587").unclear);
    }

    #[test]
    fn a_number_that_stands_for_more_products_is_unclear() {
        for text in [
            "Pump, Model 2000 series",
            "Kit REF 1234, 1235",
            "Kit REF 1234; 1235",
            "1) Kit REF 1234; 2) Set",
            "Pump Model 50 or 60",
        ] {
            assert!(catalogue(text).unclear, "{text}");
        }
        assert!(!catalogue("Kit REF 1234, 10 mL").unclear);
    }

    #[test]
    fn a_number_that_may_be_another_products_is_unclear() {
        assert!(catalogue("Tubing for use with Model 300").unclear);
        assert!(catalogue("Kits that contain a knife, REF 373809").unclear);
    }
}
