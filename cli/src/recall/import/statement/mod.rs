//! `code_info` → groups of one product and its lists.
//!
//! Every word must be understood: the text is a sequence of headings, values, dates and a few joining words,
//! and the first word outside that grammar is a [`Doubt`]. A sentence that was skipped could have been the one
//! that says "except".

mod aside;
mod heading;
mod product;
mod reader;
mod value;

use self::reader::Reader;
use super::doubt::Doubt;
use super::group::Group;
use super::label::is_one_of;
use super::token::{Token, tokens};

/// Reads the whole of `text`. `known` are the catalogue numbers of the product description: such a number is
/// a product also where no heading says so.
pub(super) fn groups(text: &str, known: &[String]) -> Result<Vec<Group>, Doubt> {
    let text = without_preamble(text);
    let tokens = tokens(text);
    let groups = Reader::new(&tokens, known).read()?;
    if tokens.is_empty() {
        return Err(Doubt::NoText);
    }
    if ends_inside_list(&tokens) {
        return Err(Doubt::Cut);
    }
    Ok(groups)
}

/// Takes off the sentence that announces an expansion; numbers newly added are merely highlighted behind it.
fn without_preamble(text: &str) -> &str {
    let start = text.trim_start_matches(['*', ' ']);
    match start.split_once(':') {
        Some((sentence, rest))
            if sentence.to_ascii_lowercase().starts_with("recall expanded to add")
                && !sentence.contains([';', '.', '\n']) =>
        {
            rest
        }
        _ => text,
    }
}

fn ends_inside_list(tokens: &[Token<'_>]) -> bool {
    match tokens.last() {
        Some(
            Token::Comma | Token::And | Token::Dash | Token::Colon | Token::Slash | Token::Hash | Token::Open,
        ) => true,
        Some(Token::Word(word)) => word.ends_with('-') || is_one_of(word, &["and", "to", "thru", "through"]),
        _ => false,
    }
}
