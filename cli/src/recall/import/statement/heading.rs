//! Headings of lists, and "all lots", which stands for one.

use super::super::date::announced;
use super::super::doubt::Doubt;
use super::super::label::{Kind, Label, is_one_of, label};
use super::super::token::Token;
use super::reader::Reader;

impl Reader<'_> {
    /// "All lots", "All serial numbers", "All units": every unit, where nothing else follows. "All lots
    /// impacted: …" only announces the list behind it.
    pub(super) fn all_units(&mut self) -> Option<usize> {
        let [Token::Word(all), after @ ..] = self.rest() else { return None };
        if !is_one_of(all, &["all"]) {
            return None;
        }
        let mut length = match (label(after), after) {
            (Some(label), _) if matches!(label.kind, Kind::Lot | Kind::Serial) => 1 + label.length,
            (_, [Token::Word(units), ..]) if is_one_of(units, &["units", "devices"]) => 2,
            _ => return None,
        };
        if matches!(self.rest()[length..], [Token::Word(word), ..] if is_one_of(word, &["impacted", "affected"]))
        {
            length += 1;
        }
        let announces = match &self.rest()[length..] {
            [Token::Colon, after @ ..] => label(after).is_some(),
            [Token::Slash | Token::Comma | Token::And, Token::Word(all), ..] if is_one_of(all, &["all"]) => {
                self.group().all = true;
                length += 1;
                true
            }
            [] | [Token::Break, ..] => {
                self.group().all = true;
                true
            }
            _ => false,
        };
        announces.then_some(length)
    }

    /// Opens the list of the heading here, or takes the date behind one of a date.
    pub(super) fn heading(&mut self, label: Label) -> Result<(), Doubt> {
        let behind_heading = self.list.is_some() && self.at > 0 && self.follows_heading();
        let before = self.at;
        self.at += label.length;
        // "Lot Numbers/Expiration Dates:" announces a date behind each value; the next number is a lot, however
        // much it may look like a date.
        if label.kind == Kind::Date && behind_heading {
            self.dated = true;
            return Ok(());
        }
        if label.kind == Kind::Date {
            let dash = usize::from(matches!(self.rest(), [Token::Colon | Token::Dash, ..]));
            let Some(length) = announced(&self.rest()[dash..]) else {
                return Err(Doubt::Prose("expiration".to_owned()));
            };
            self.at += dash + length;
            self.awaits_date = false;
            return Ok(());
        }
        // "Lot/Serial: 123": nothing says which of the two it is.
        let lots_or_serials = |kind: Kind| matches!(kind, Kind::Lot | Kind::Serial);
        if behind_heading
            && lots_or_serials(label.kind)
            && self.list.is_some_and(|list| list.kind != label.kind && lots_or_serials(list.kind))
        {
            return Err(Doubt::LotsAndSerials);
        }
        // "Part Number/Lot Number: 123 456", "REF, LOT": a table, whose rows hold more than lots.
        if self.list.is_some_and(|list| list.kind != label.kind) && self.stands_beside_heading(before) {
            return Err(Doubt::Table);
        }
        self.list = Some(label);
        self.dated = false;
        self.awaits_date = false;
        Ok(())
    }

    /// Whether nothing but separators stands between another heading and the one at `at`; a colon would open
    /// that one's value, which may be left empty.
    fn stands_beside_heading(&self, at: usize) -> bool {
        (1..=6).any(|back| {
            let Some(start) = at.checked_sub(back) else { return false };
            let taken = label(&self.tokens[start..]).map_or(0, |label| label.length);
            let between = self.tokens.get(start + taken..at);
            taken > 0
                && between.is_some_and(|between| {
                    between.iter().all(|token| match token {
                        Token::Word(word) => is_one_of(word, &["and", "with"]),
                        Token::Slash | Token::And | Token::Comma | Token::Dash | Token::Break => true,
                        _ => false,
                    })
                })
        })
    }

    /// Whether the heading here stands directly behind another: "Lot Numbers/Expiration Dates".
    fn follows_heading(&self) -> bool {
        (1..=5).any(|back| {
            let Some(start) = self.at.checked_sub(back) else { return false };
            let taken = label(&self.tokens[start..]).map_or(0, |label| label.length);
            let between = self.tokens.get(start + taken..self.at).unwrap_or_default();
            let joined = match between {
                [] | [Token::Slash | Token::And] => start + taken <= self.at,
                [Token::Word(and)] => is_one_of(and, &["and"]),
                _ => false,
            };
            taken > 0 && joined
        })
    }
}
