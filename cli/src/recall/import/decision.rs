//! A record → exact rules, or the doubt that forbids them.

use super::doubt::Doubt;
use super::group::{Group, Key};
use super::label::label;
use super::number::has_digit;
use super::product::{Catalogue, catalogue};
use super::record::Record;
use super::statement::groups;
use super::token::{Token, tokens};

/// The exact rules of a record: every group names a product and its units. A wrong rule is worse than none,
/// so the first doubt about any part of the record ends the attempt for all of it.
pub(super) fn decide(record: &Record) -> Result<Vec<Group>, Doubt> {
    if is_cut_between(&record.code_info, &record.more_code_info) {
        return Err(Doubt::Cut);
    }
    let described = catalogue(&record.product_description);
    let codes = record.codes();
    let codes = if described.unclear { &codes } else { without_name(&codes, &record.product_description) };
    let mut groups = merged(groups(codes, &described.numbers)?);
    consistent(&groups)?;
    for group in &mut groups {
        complete(group, &described)?;
    }
    for group in &groups {
        against_reason(group, &record.reason_for_recall)?;
    }
    against_quantity(&groups, &record.product_quantity)?;
    Ok(groups)
}

/// A long text goes on in a second field, and the cut may lie within a number.
fn is_cut_between(text: &str, more: &str) -> bool {
    let more = more.trim();
    text.trim().ends_with(char::is_alphanumeric)
        && more.starts_with(char::is_alphanumeric)
        && label(&tokens(more)).is_none()
}

/// Takes off the product's name where the list repeats it out of the description: "Oxidase kit - lot 2222008".
fn without_name<'a>(codes: &'a str, description: &str) -> &'a str {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let Some((name, rest)) = codes.split_once([':', '-']) else { return codes };
    let letters_only = !name.trim().is_empty() && name.chars().all(|c| c.is_alphabetic() || c == ' ');
    let has_heading = tokens(name).iter().any(|word| label(&[*word]).is_some());
    let repeats = letters_only && !has_heading && plain(description).contains(&plain(name));
    if repeats && label(&tokens(rest)).is_some() { rest } else { codes }
}

/// "REF 1: lots…; UDI-DI: 2": the one product's two names, printed on either side of its list.
fn merged(mut groups: Vec<Group>) -> Vec<Group> {
    if let [first, second] = groups.as_mut_slice()
        && !second.names_units()
        && (first.di.is_none() || second.di.is_none())
        && (first.catalogue.is_none() || second.catalogue.is_none())
    {
        first.di = first.di.take().or(second.di.take());
        first.catalogue = first.catalogue.take().or(second.catalogue.take());
        groups.pop();
    }
    groups
}

/// Several products: each is named the same way, before its list.
fn consistent(groups: &[Group]) -> Result<(), Doubt> {
    let first = groups.first().and_then(|group| group.key);
    if groups.iter().any(Group::is_torn) {
        return Err(Doubt::Product("a list stands before the product and another behind it"));
    }
    // A device identifier before everything else is the first product's; where all have a catalogue number,
    // the others do without one. Between two lists it could be of either.
    let leads = first == Some(Key::Di) && groups.iter().skip(1).all(|group| group.di.is_none());
    if leads && groups.iter().all(|group| group.catalogue.is_some()) {
        return Ok(());
    }
    if groups.len() > 1 && groups.iter().any(|group| group.key != first) {
        return Err(Doubt::Product("several products, not all named the same way"));
    }
    if first == Some(Key::Di) && groups.len() > 1 && groups.iter().any(|group| group.di.is_none()) {
        return Err(Doubt::Product("a list without a device identifier among lists with one"));
    }
    Ok(())
}

fn complete(group: &mut Group, described: &Catalogue) -> Result<(), Doubt> {
    if !group.names_units() {
        return Err(Doubt::NothingSaysAll);
    }
    if group.names_lots() && group.names_serials() {
        return Err(Doubt::LotsAndSerials);
    }
    if group.all && (group.names_lots() || group.names_serials()) {
        return Err(Doubt::Contradiction("\"all\" and a list stand side by side".to_owned()));
    }
    match (&group.catalogue, described.only()) {
        (None, only) => group.catalogue = only.cloned(),
        (Some(stated), Some(other)) if stated != other => {
            return Err(Doubt::Contradiction(format!("the list names {stated}, the description {other}")));
        }
        _ => {}
    }
    if group.di.is_none() && group.catalogue.is_none() {
        return Err(Doubt::Product(if described.numbers.is_empty() {
            "neither a device identifier nor a catalogue number"
        } else {
            "several catalogue numbers, and nothing says whose the list is"
        }));
    }
    Ok(())
}

/// The reason names a number built like the product's, or a lot, that the list does not.
fn against_reason(group: &Group, reason: &str) -> Result<(), Doubt> {
    let tokens = tokens(reason);
    for (place, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        if let Some(number) = &group.catalogue
            && word != number
            && number.contains('-')
            && has_digit(word)
            && pattern(word) == pattern(number)
        {
            return Err(Doubt::Contradiction(format!("the list names {number}, the reason {word}")));
        }
        let named_lot =
            place > 0 && matches!(tokens[place - 1], Token::Word(lot) if lot.eq_ignore_ascii_case("lot"));
        if named_lot
            && has_digit(word)
            && group.names_lots()
            && group.lot_ranges.is_empty()
            && !group.lots.iter().any(|lot| lot == word)
        {
            return Err(Doubt::Contradiction(format!("the reason names lot {word}, the list does not")));
        }
    }
    Ok(())
}

/// The shape of a number, run lengths left out: "010-55-25" and "010-55-030" are both "9-9-9".
fn pattern(number: &str) -> String {
    let mut shape = String::new();
    for c in number.chars() {
        let class = if c.is_ascii_digit() {
            '9'
        } else if c.is_alphabetic() {
            'A'
        } else {
            c
        };
        if !shape.ends_with(class) {
            shape.push(class);
        }
    }
    shape
}

/// Far more units than serials: the list cannot be the whole recall.
fn against_quantity(groups: &[Group], quantity: &str) -> Result<(), Doubt> {
    let listed: usize = groups.iter().map(|group| group.serials.len()).sum();
    if listed == 0 || groups.iter().any(|group| !group.serial_ranges.is_empty()) {
        return Ok(());
    }
    let digits: String =
        quantity.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == ',').collect();
    match digits.replace(',', "").parse::<usize>() {
        Ok(units) if units > listed * 2 => {
            Err(Doubt::Contradiction(format!("{listed} serials are listed for {units} units")))
        }
        _ => Ok(()),
    }
}
