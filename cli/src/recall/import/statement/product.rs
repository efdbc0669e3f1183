//! What names a product: a device identifier, a catalogue number, an element in brackets.

use super::super::doubt::Doubt;
use super::super::group::{Group, Key};
use super::super::identifier::gtin;
use super::super::label::{Kind, is_one_of, label};
use super::super::number::number;
use super::super::token::Token;
use super::reader::Reader;
use super::value::push;

impl Reader<'_> {
    /// A known catalogue number that a list heading or a colon follows, though nothing calls it one.
    pub(super) fn starts_product(&self, word: &str) -> bool {
        let after = match &self.rest()[1..] {
            [Token::Comma | Token::Colon, after @ ..] => after,
            after => after,
        };
        self.known.iter().any(|known| known == word)
            && label(after).is_some_and(|label| matches!(label.kind, Kind::Lot | Kind::Serial))
    }

    /// Takes the name of a product; values behind it are that product's.
    pub(super) fn product(&mut self, key: Key, name: String) -> Result<(), Doubt> {
        let group = self.group();
        if group.name(key).as_ref() == Some(&name) {
            return Ok(());
        }
        if group.name(key).is_some() && !group.names_units() {
            return Err(Doubt::Product("several products are named before one list"));
        }
        if group.key.is_some() && group.names_units() {
            self.groups.push(Group::default());
        }
        let group = self.group();
        if group.key.is_none() {
            group.key = Some(key);
            group.before_product = group.values();
        }
        *group.name(key) = Some(name);
        Ok(())
    }

    /// The word under a heading of device identifiers.
    pub(super) fn identifier(&mut self, word: &str) -> Result<(), Doubt> {
        self.list = None;
        self.at += 1;
        if is_one_of(word, &["n/a", "na", "none"]) {
            return Ok(());
        }
        let di = gtin(word).ok_or_else(|| Doubt::Identifier(word.to_owned()))?;
        self.product(Key::Di, di)
    }

    /// An element of a UDI as people read it: `(10)ABC`.
    pub(super) fn bracketed(&mut self, ai: &str, value: &str) -> Result<(), Doubt> {
        let value = value.trim_end_matches('.');
        match ai {
            "01" => {
                let di = gtin(value).ok_or_else(|| Doubt::Identifier(value.to_owned()))?;
                self.product(Key::Di, di)
            }
            "10" => {
                let lot = number(value)?;
                push(&mut self.group().lots, lot);
                Ok(())
            }
            "21" => {
                let serial = number(value)?;
                push(&mut self.group().serials, serial);
                Ok(())
            }
            // A variant or a count within the item: lots and serials are the item's all the same.
            "20" | "30" | "37" if value.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
            // A date is a property of the lot, not a filter; some notices print it with eight digits.
            "11" | "17"
                if matches!(value.len(), 6 | 8) && value.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(())
            }
            _ => Err(Doubt::Prose(format!("({ai}){value}"))),
        }
    }
}
