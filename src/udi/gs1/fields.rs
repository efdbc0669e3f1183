//! From a cut message to a [`Udi`]: each value is checked, and those that hold fill the fields.

use jiff::civil::Date;

use super::content;
use super::date;
use super::message::{Field, Message};
use crate::udi::date::Purpose;
use crate::udi::finding::Finding;
use crate::udi::text::{Text, number};
use crate::udi::{Agency, Element, Udi};

/// Reads every field of a message.
pub(super) fn read(message: Message<'_>, now: Date) -> Udi {
    let Message { text, fields, findings } = message;
    let mut udi = Udi { agency: Some(Agency::GS1), findings, ..Udi::default() };
    for field in &fields {
        let findings = content::check(&text, field);
        let holds = content::holds(&findings) && !is_repeated(&mut udi, &text, field);
        udi.elements.push(element(&text, field));
        udi.findings.extend(findings);
        if holds {
            fill(&mut udi, &text, field, now);
        }
    }
    remarks(&mut udi, &text, &fields);
    udi
}

fn element(text: &Text<'_>, field: &Field) -> Element {
    Element {
        id: field.id.clone(),
        title: field.row.map(|row| row.title),
        value: text.string(field.value_at.clone()),
        span: text.span(field.value_at.clone()),
        source: 0,
    }
}

/// The same identifier twice: alike is a remark, different is an error that leaves neither value standing.
fn is_repeated(udi: &mut Udi, text: &Text<'_>, field: &Field) -> bool {
    let Some(earlier) = udi.element(&field.id) else { return false };
    let span = text.span(field.id_at.start..field.value_at.end);
    if earlier.as_bytes() == text.get(field.value_at.clone()) {
        udi.findings.push(Finding::info("repeated_element", span).with("ai", &field.id));
    } else {
        udi.findings.push(Finding::error("conflicting_values", span).with("ai", &field.id));
        clear(udi, &field.id);
    }
    true
}

fn clear(udi: &mut Udi, id: &str) {
    match id {
        "01" | "03" | "8006" => udi.di = None,
        "10" => udi.lot = None,
        "11" | "8008" => udi.manufactured = None,
        "17" | "7003" => udi.expiry = None,
        "21" => udi.serial = None,
        "30" => udi.quantity = None,
        "8012" => udi.software_version = None,
        _ => {}
    }
}

/// Puts a value that holds into its field. Where two identifiers state one field, the plain one wins over
/// the one with a time of day.
fn fill(udi: &mut Udi, text: &Text<'_>, field: &Field, now: Date) {
    let value = text.get(field.value_at.clone());
    let string = || Some(text.string(field.value_at.clone()));
    match field.id.as_str() {
        "01" => udi.di = string(),
        // Made to order: the Master UDI-DI, beside which no (01) stands.
        "03" if udi.di.is_none() => udi.di = string(),
        // A piece of a trade item: the first 14 digits identify the item.
        "8006" if udi.di.is_none() => udi.di = value.get(..14).map(crate::udi::text::decode),
        "10" => udi.lot = string(),
        "21" => udi.serial = string(),
        "11" => udi.manufactured = date::read(value, Purpose::Manufacture, now).ok(),
        "8008" if udi.manufactured.is_none() => {
            udi.manufactured = date::read(value, Purpose::Manufacture, now).ok();
        }
        "17" => udi.expiry = date::read(value, Purpose::Expiry, now).ok(),
        "7003" if udi.expiry.is_none() => udi.expiry = date::read(value, Purpose::Expiry, now).ok(),
        "30" => udi.quantity = number(value).map(u64::from),
        "8012" => udi.software_version = string(),
        _ => {}
    }
    if matches!(field.id.as_str(), "01" | "03" | "8006") {
        udi.di_as_printed.clone_from(&udi.di);
    }
}

/// What a specialist wants to know of the identifiers that are there.
fn remarks(udi: &mut Udi, text: &Text<'_>, fields: &[Field]) {
    for field in fields {
        let span = text.span(field.value_at.clone());
        udi.findings.extend(match field.id.as_str() {
            "8013" => Some(
                Finding::warning("basic_udi_di_on_label", span)
                    .with("value", text.string(field.value_at.clone())),
            ),
            "8014" => {
                Some(Finding::info("master_udi_di", span).with("value", text.string(field.value_at.clone())))
            }
            "03" => Some(Finding::info("made_to_order_gtin", span)),
            "8006" => Some(Finding::info("piece_of_item", span)),
            "8030" => Some(Finding::info("digital_signature_not_checked", span)),
            _ => None,
        });
    }
    unserialised_signature(udi, text, fields);
    super::associate(udi);
}

/// A signature (8030) is of one item: a key whose serial part is optional must have it (4.14.2).
fn unserialised_signature(udi: &mut Udi, text: &Text<'_>, fields: &[Field]) {
    if udi.element("8030").is_none() {
        return;
    }
    let without_serial = |field: &&Field| match field.id.as_str() {
        "253" | "255" => field.value_at.len() == 13,
        "8003" => field.value_at.len() == 14,
        _ => false,
    };
    udi.findings.extend(fields.iter().filter(without_serial).map(|field| {
        Finding::warning("signature_without_serial", text.span(field.value_at.clone())).with("ai", &field.id)
    }));
}
