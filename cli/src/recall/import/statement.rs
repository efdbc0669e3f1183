//! `code_info` → groups of one product and its lists.
//!
//! Every word must be understood: the text is a sequence of headings, values, dates and a few joining words,
//! and the first word outside that grammar is a [`Doubt`]. A sentence that was skipped could have been the one
//! that says "except".

use super::date::{announced, has_date_shape, is_date_in_digits, is_month_and_year};
use super::doubt::Doubt;
use super::group::{Group, Key};
use super::identifier::gtin;
use super::label::{Kind, Label, is_one_of, label};
use super::number::{has_digit, hyphenated, listed, number, ordered, stand_apart};
use super::token::{Token, tokens};

/// Reads the whole of `text`. `known` are the catalogue numbers of the product description: such a number is
/// a product also where no heading says so.
pub(super) fn groups(text: &str, known: &[String]) -> Result<Vec<Group>, Doubt> {
    let text = without_preamble(text);
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        known,
        list: None,
        dated: false,
        awaits_date: false,
        value_before: None,
        groups: vec![Group::default()],
        outer: Vec::new(),
    };
    while reader.at < tokens.len() {
        reader.step()?;
    }
    if tokens.is_empty() {
        return Err(Doubt::NoText);
    }
    if ends_inside_list(&tokens) {
        return Err(Doubt::Cut);
    }
    Ok(reader.groups)
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

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    known: &'a [String],
    /// The list that values now go to.
    list: Option<Label>,
    /// The list's heading announces a date behind each value: "Lot/Exp. date:".
    dated: bool,
    /// The value before has had no date yet.
    awaits_date: bool,
    /// Where the last value of a list stood.
    value_before: Option<usize>,
    groups: Vec<Group>,
    /// The lists interrupted by brackets: what stands in brackets needs a heading of its own, for it may be
    /// a count ("1234 (10)").
    outer: Vec<Option<Label>>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [Token<'a>] {
        &self.tokens[self.at..]
    }

    fn group(&mut self) -> &mut Group {
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

    /// "All lots", "All serial numbers", "All units": every unit, where nothing else follows. "All lots
    /// impacted: …" only announces the list behind it.
    fn all_units(&mut self) -> Option<usize> {
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

    fn heading(&mut self, label: Label) -> Result<(), Doubt> {
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

    /// "Serial Number: N/A" directly behind its heading.
    fn is_absent(&self, word: &str) -> bool {
        let headed = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)) == Some(&Token::Colon);
        headed && is_one_of(word, &["n/a", "na", "none"])
    }

    /// Nothing but a break or the end stands behind the word here.
    fn ends_statement(&self) -> bool {
        matches!(self.rest(), [_] | [_, Token::Break, ..])
    }

    /// A known catalogue number that a list heading or a colon follows, though nothing calls it one.
    fn starts_product(&self, word: &str) -> bool {
        let after = match &self.rest()[1..] {
            [Token::Comma | Token::Colon, after @ ..] => after,
            after => after,
        };
        self.known.iter().any(|known| known == word)
            && label(after).is_some_and(|label| matches!(label.kind, Kind::Lot | Kind::Serial))
    }

    fn product(&mut self, key: Key, name: String) -> Result<(), Doubt> {
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

    fn identifier(&mut self, word: &str) -> Result<(), Doubt> {
        self.list = None;
        self.at += 1;
        if is_one_of(word, &["n/a", "na", "none"]) {
            return Ok(());
        }
        let di = gtin(word).ok_or_else(|| Doubt::Identifier(word.to_owned()))?;
        self.product(Key::Di, di)
    }

    fn bracketed(&mut self, ai: &str, value: &str) -> Result<(), Doubt> {
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

    fn value(&mut self, word: &str, list: Label) -> Result<(), Doubt> {
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

/// A heading, or the statement that there is none for a date.
fn begins_heading(tokens: &[Token<'_>]) -> bool {
    label(tokens).is_some() || no_expiry(tokens).is_some()
}

/// "No Expiration Date" behind a value.
fn no_expiry(tokens: &[Token<'_>]) -> Option<usize> {
    let [Token::Word(no), after @ ..] = tokens else { return None };
    let label = label(after).filter(|label| label.kind == Kind::Date)?;
    let dated = announced(after.get(label.length..)?).is_some();
    (is_one_of(no, &["no", "without"]) && !dated).then_some(1 + label.length)
}

/// "(12 units)", "Qty: 12": how many, not which.
fn count(tokens: &[Token<'_>]) -> Option<usize> {
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

fn push(list: &mut Vec<String>, value: String) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn is_enumerator(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}
