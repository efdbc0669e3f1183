//! Lost separators: a value of variable length that has swallowed the elements behind it.
//!
//! A reader or a keyboard that drops the separator leaves `10ABC` + `17261231` as a lot `ABC17261231`, which is
//! legal. Where the end of a value reads as elements of its own, both readings are kept.

use std::ops::Range;

use jiff::civil::Date;

use super::message::{Field, Message};
use super::{content, date, element_string};
use crate::udi::date::Purpose;
use crate::udi::text::Text;

/// Most readings kept of one message.
const MAX_READINGS: usize = 6;

/// Identifiers worth looking for behind a lost separator: those that device labels carry.
const FOLLOWERS: [&str; 7] = ["17", "11", "21", "10", "01", "240", "30"];

/// One other way to cut a message.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) message: Message<'static>,
    /// Where the separator may be missing, in the text.
    pub(super) at: usize,
    /// The identifier that would begin there.
    pub(super) id: String,
    /// It begins with an element of predefined length whose content holds: seldom chance.
    pub(super) telling: bool,
}

/// Other ways to cut a message, the more telling first.
pub(super) fn splits(text: &Text<'_>, fields: &[Field], now: Date) -> Vec<Split> {
    let mut found = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let variable = field.row.is_some_and(|row| row.min_length() < row.max_length() && !row.predefined);
        // Company-internal data and addresses hold anything.
        if !variable || field.id.starts_with('9') || field.id.len() > 3 {
            continue;
        }
        for at in field.value_at.start + 1..field.value_at.end {
            found.extend(split(text, fields, index, at, now));
        }
    }
    found.sort_by_key(|split| !split.telling);
    found.truncate(MAX_READINGS);
    found
}

/// The reading in which field `index` ends at `at`, if what follows is elements of a device label, each with
/// content that holds and none there already.
fn split(text: &Text<'_>, fields: &[Field], index: usize, at: usize, now: Date) -> Option<Split> {
    let field = fields.get(index)?;
    let tail = text.get(at..field.value_at.end);
    if !FOLLOWERS.iter().any(|id| tail.starts_with(id.as_bytes())) {
        return None;
    }
    let head = Field { value_at: field.value_at.start..at, ..field.clone() };
    if !content::holds(&content::check(text, &head)) {
        return None;
    }
    let cut = element_string::frame(text.slice(at..field.value_at.end));
    if !cut.findings.is_empty() {
        return None;
    }
    let moved = |range: &Range<usize>| range.start + at..range.end + at;
    let behind: Vec<Field> = cut
        .fields
        .iter()
        .map(|field| Field { id_at: moved(&field.id_at), value_at: moved(&field.value_at), ..field.clone() })
        .collect();
    let mut ids: Vec<&str> = fields.iter().chain(&behind).map(|field| field.id.as_str()).collect();
    ids.sort_unstable();
    let repeats = ids.windows(2).any(|pair| pair.first() == pair.last());
    if repeats || !behind.iter().all(|field| is_plausible(text, field, now)) {
        return None;
    }
    let first = behind.first()?;
    let (id, telling) = (first.id.clone(), first.row.is_some_and(|row| row.predefined));
    let before = fields.iter().take(index).cloned();
    let after = fields.iter().skip(index + 1).cloned();
    let fields = before.chain([head]).chain(behind).chain(after).collect();
    let message = Message { text: text.clone().into_owned(), fields, findings: Vec::new() };
    Some(Split { message, at, id, telling })
}

/// Whether an element is one of a device label, its content holds, and a date is within twenty years.
fn is_plausible(text: &Text<'_>, field: &Field, now: Date) -> bool {
    let value = text.get(field.value_at.clone());
    let near = || {
        date::read(value, Purpose::Expiry, now).is_ok_and(|read| (read.date.year() - now.year()).abs() <= 20)
    };
    FOLLOWERS.contains(&field.id.as_str())
        && content::holds(&content::check(text, field))
        && (!matches!(field.id.as_str(), "11" | "17") || near())
}
