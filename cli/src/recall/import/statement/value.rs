//! Values of a list: lots and serials, alone or as ranges, with or without dates behind them.

use super::super::date::{announced, has_date_shape, is_date_in_digits, is_month_and_year};
use super::super::doubt::Doubt;
use super::super::label::{Kind, Label, is_one_of};
use super::super::number::{hyphenated, listed, number, ordered, stand_apart};
use super::super::token::Token;
use super::aside::begins_heading;
use super::reader::Reader;

impl<'a> Reader<'a> {
    /// The word here as a value of `list`, or the first of a range, or a date of the value before.
    pub(super) fn value(&mut self, word: &str, list: Label) -> Result<(), Doubt> {
        if self.dated && has_date_shape(word) {
            self.at += 1;
            self.awaits_date = false;
            return Ok(());
        }
        // "January 2020": of several words, so no lot can be meant.
        if let Some(length) = announced(self.rest()).filter(|&length| self.dated && length > 1) {
            self.at += length;
            self.awaits_date = false;
            return Ok(());
        }
        // "123456 202001": the second may be the date announced, or a lot without one.
        if self.awaits_date && is_date_in_digits(word) {
            return Err(Doubt::Date(word.to_owned()));
        }
        self.awaits_date = self.dated;
        let first = if list.range { number(word) } else { listed(word) }?;
        self.stands_apart(word)?;
        let lots = list.kind == Kind::Lot;
        if let Some(last) = self.range_end() {
            let range = ordered(first, number(last)?)?;
            self.at += 3;
            if matches!(self.rest(), [Token::Word(word), ..] if is_one_of(word, &["inclusive"])) {
                self.at += 1;
            }
            let group = self.group();
            if lots { &mut group.lot_ranges } else { &mut group.serial_ranges }.push(range);
            return Ok(());
        }
        self.value_before = Some(self.at);
        self.at += 1;
        if let Some((from, to)) = hyphenated(&first) {
            if !list.range {
                return Err(Doubt::Hyphen(first));
            }
            let range = ordered(from.to_owned(), to.to_owned())?;
            let group = self.group();
            if lots { &mut group.lot_ranges } else { &mut group.serial_ranges }.push(range);
            return Ok(());
        }
        let group = self.group();
        push(if lots { &mut group.lots } else { &mut group.serials }, first);
        Ok(())
    }

    /// "Serial Number: N/A" directly behind its heading.
    pub(super) fn is_absent(&self, word: &str) -> bool {
        let headed = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)) == Some(&Token::Colon);
        headed && is_one_of(word, &["n/a", "na", "none"])
    }

    /// Where nothing but a blank stands between the value before and this one, both must be whole numbers.
    fn stands_apart(&self, word: &str) -> Result<(), Doubt> {
        let before = match (self.value_before, self.at.checked_sub(1)) {
            (Some(before), Some(at)) if before == at => self.tokens.get(at),
            _ => None,
        };
        let Some(Token::Word(before)) = before else { return Ok(()) };
        if !stand_apart(before, word) {
            return Err(Doubt::Several(format!("{before} {word}")));
        }
        if is_month_and_year(word) && !is_month_and_year(before) {
            return Err(Doubt::Date(word.to_owned()));
        }
        Ok(())
    }

    /// The word behind "to", "thru", "through" or a dash that stands alone.
    fn range_end(&self) -> Option<&'a str> {
        match self.rest() {
            [_, Token::Dash, after @ ..] if begins_heading(after) => None,
            [_, Token::Dash, Token::Word(last), ..] => Some(last),
            [_, Token::Word(to), Token::Word(last), ..] if is_one_of(to, &["to", "thru", "through"]) => {
                Some(last)
            }
            _ => None,
        }
    }
}

/// Adds a value that is not there yet.
pub(super) fn push(list: &mut Vec<String>, value: String) {
    if !list.contains(&value) {
        list.push(value);
    }
}
