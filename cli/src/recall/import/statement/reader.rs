//! [`Reader`]: one token after the other, each understood or doubted.

use super::super::doubt::Doubt;
use super::super::group::{Group, Key};
use super::super::label::{Kind, Label, is_one_of, label};
use super::super::number::{has_digit, number};
use super::super::token::Token;
use super::aside::{begins_heading, count, is_enumerator, no_expiry};

/// Goes through the tokens of a text once.
pub(super) struct Reader<'a> {
    pub(super) tokens: &'a [Token<'a>],
    /// The token that is read next.
    pub(super) at: usize,
    /// Catalogue numbers of the product description.
    pub(super) known: &'a [String],
    /// The list that values now go to.
    pub(super) list: Option<Label>,
    /// The list's heading announces a date behind each value: "Lot/Exp. date:".
    pub(super) dated: bool,
    /// The value before has had no date yet.
    pub(super) awaits_date: bool,
    /// Where the last value of a list stood.
    pub(super) value_before: Option<usize>,
    pub(super) groups: Vec<Group>,
    /// The lists interrupted by brackets: what stands in brackets needs a heading of its own, for it may be
    /// a count ("1234 (10)").
    outer: Vec<Option<Label>>,
}

impl<'a> Reader<'a> {
    /// At the beginning of `tokens`.
    pub(super) fn new(tokens: &'a [Token<'a>], known: &'a [String]) -> Self {
        Self {
            tokens,
            at: 0,
            known,
            list: None,
            dated: false,
            awaits_date: false,
            value_before: None,
            groups: vec![Group::default()],
            outer: Vec::new(),
        }
    }

    /// Reads them all.
    pub(super) fn read(mut self) -> Result<Vec<Group>, Doubt> {
        while self.at < self.tokens.len() {
            self.step()?;
        }
        Ok(self.groups)
    }

    /// The tokens that are left.
    pub(super) fn rest(&self) -> &'a [Token<'a>] {
        &self.tokens[self.at..]
    }

    /// The group that is being filled.
    pub(super) fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn step(&mut self) -> Result<(), Doubt> {
        if let Some(length) = self.all_units() {
            self.at += length;
            return Ok(());
        }
        if let Some(length) = no_expiry(self.rest()).or_else(|| count(self.rest())) {
            self.at += length;
            return Ok(());
        }
        if let Some(label) = label(self.rest()) {
            return self.heading(label);
        }
        let rest = self.rest();
        match rest {
            [Token::Word(number), Token::Close, ..] if self.outer.is_empty() && is_enumerator(number) => {
                self.at += 2
            }
            [Token::Word(word), ..] => return self.word(word),
            [Token::Bracketed { ai, value }, ..] => {
                self.bracketed(ai, value)?;
                self.at += 1;
            }
            [Token::Open, ..] => {
                self.outer.push(self.list.take());
                self.at += 1;
            }
            [Token::Close, ..] => {
                self.list = self.outer.pop().unwrap_or(self.list);
                self.at += 1;
            }
            [Token::Ellipsis, ..] => return Err(Doubt::Cut),
            // Before a heading they only separate.
            [Token::Dash | Token::Slash, after @ ..] if begins_heading(after) => self.at += 1,
            [Token::Dash, ..] => return Err(Doubt::Prose("-".to_owned())),
            [Token::Slash, ..] => return Err(Doubt::Prose("/".to_owned())),
            // "and #12346" names a number; "123##" leaves its end open.
            [Token::Hash, after @ ..] if !self.is_before_number(after) => {
                return Err(Doubt::Wildcard("#".to_owned()));
            }
            [Token::Star, ..] => return Err(Doubt::Prose("*".to_owned())),
            _ => self.at += 1,
        }
        Ok(())
    }

    fn is_before_number(&self, after: &[Token<'_>]) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let joins = |token: &Token<'_>| match token {
            Token::Word(word) => is_one_of(word, &["and", "with"]),
            _ => true,
        };
        matches!(after, [Token::Word(word), ..] if has_digit(word)) && before.is_some_and(joins)
    }

    fn word(&mut self, word: &str) -> Result<(), Doubt> {
        if self.starts_product(word) {
            self.at += 1;
            return self.product(Key::Catalogue, word.to_owned());
        }
        if is_one_of(word, &["and", "with"]) {
            self.at += 1;
            return Ok(());
        }
        if is_one_of(word, &["all"])
            && self.ends_statement()
            && matches!(self.list, Some(Label { kind: Kind::Lot | Kind::Serial, .. }))
        {
            self.group().all = true;
            self.at += 1;
            return Ok(());
        }
        let Some(list) = self.list else {
            return Err(if has_digit(word) {
                Doubt::Unlabelled(word.to_owned())
            } else {
                Doubt::Prose(word.to_owned())
            });
        };
        match list.kind {
            Kind::Di => self.identifier(word),
            Kind::Catalogue => {
                let number = number(word)?;
                // "Item 1" counts the items.
                if number.len() < 3 && !self.known.contains(&number) {
                    return Err(Doubt::Unlabelled(number));
                }
                self.at += 1;
                self.list = None;
                self.product(Key::Catalogue, number)
            }
            Kind::Lot | Kind::Serial if self.is_absent(word) => {
                self.at += 1;
                self.list = None;
                Ok(())
            }
            Kind::Lot | Kind::Serial => self.value(word, list),
            Kind::Date => Err(Doubt::Prose(word.to_owned())),
        }
    }

    /// Nothing but a break or the end stands behind the word here.
    fn ends_statement(&self) -> bool {
        matches!(self.rest(), [_] | [_, Token::Break, ..])
    }
}
