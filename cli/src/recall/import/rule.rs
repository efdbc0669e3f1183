//! Groups → rules and the line of the report.

use jiff::civil::Date;
use serde_json::{Value, json};
use udi_verify::recall::{Action, Match, Order, Range, Rule};

use super::doubt::Doubt;
use super::group::Group;
use super::identifier::gtin;
use super::product::catalogue;
use super::record::Record;
use super::token::{Token, tokens};

/// One rule a group. A rule that fails the core's own check is left out; the groups come from text that was
/// understood, so that is a length limit at most.
pub(super) fn rules(record: &Record, groups: &[Group], otherwise: Date) -> Vec<Rule> {
    let rule = |group: &Group| {
        let di = group.di.clone();
        let catalogue = if di.is_some() { None } else { group.catalogue.clone() };
        let units = Match {
            di,
            catalogue,
            all: group.all,
            lots: group.lots.clone(),
            lot_ranges: group.lot_ranges.iter().map(range).collect(),
            serials: group.serials.clone(),
            serial_ranges: group.serial_ranges.iter().map(range).collect(),
            ..Match::default()
        };
        notice(record, units, Action::DoNotUse, otherwise)
    };
    groups.iter().map(rule).filter(|rule| rule.check().is_ok()).collect()
}

/// Text-only notices: one for each device identifier of the record, or else for each catalogue number.
pub(super) fn notices(record: &Record, otherwise: Date) -> Vec<Rule> {
    let text = format!("{}\n{}", record.codes(), record.product_description);
    let mut products: Vec<Match> = Vec::new();
    for token in tokens(&text) {
        let (Token::Word(word) | Token::Bracketed { value: word, .. }) = token else { continue };
        if let Some(di) = gtin(word)
            && !products.iter().any(|units| units.di.as_ref() == Some(&di))
        {
            products.push(Match { di: Some(di), text_only: true, ..Match::default() });
        }
    }
    if products.is_empty() {
        let numbers = catalogue(&text).numbers;
        products.extend(numbers.into_iter().map(|number| Match {
            catalogue: Some(number),
            text_only: true,
            ..Match::default()
        }));
    }
    let rules = products.into_iter().map(|units| notice(record, units, Action::ReadNotice, otherwise));
    rules.filter(|rule| rule.check().is_ok()).collect()
}

fn notice(record: &Record, units: Match, action: Action, otherwise: Date) -> Rule {
    let number = record.number();
    Rule {
        source: format!("https://api.fda.gov/device/enforcement.json?search=recall_number:{number}"),
        id: number,
        authority: "FDA".to_owned(),
        class: record.classification.clone(),
        action,
        reason: record.reason_for_recall.clone(),
        source_date: record.date().unwrap_or(otherwise),
        units,
    }
}

/// Ends of equal length and with the same letters in front, so comparing character by character is certain.
fn range((from, to): &(String, String)) -> Range {
    Range { from: from.clone(), to: to.clone(), order: Order::FixedWidth }
}

/// The record's line: the rules as read, or why there are none.
pub(super) fn report(record: &Record, decision: &Result<Vec<Group>, Doubt>) -> Value {
    match decision {
        Ok(groups) => json!({
            "id": record.number(),
            "firm": record.recalling_firm,
            "text_only": false,
            "rules": groups.iter().map(as_json).collect::<Vec<_>>(),
            "why": null,
        }),
        Err(doubt) => json!({
            "id": record.number(),
            "firm": record.recalling_firm,
            "text_only": true,
            "rules": [],
            "why": doubt.to_string(),
        }),
    }
}

fn as_json(group: &Group) -> Value {
    json!({
        "di": group.di,
        "catalogue": group.catalogue,
        "lots": group.lots,
        "lot_ranges": group.lot_ranges,
        "serials": group.serials,
        "serial_ranges": group.serial_ranges,
        "expiry_range": null,
        "all": group.all,
    })
}
