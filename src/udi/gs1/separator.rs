//! Lost separators: a value of variable length that has swallowed the elements behind it.
//!
//! A reader or a keyboard that drops the separator leaves `10ABC` + `17261231` as a lot `ABC17261231`, which is
//! legal. Where the end of a value reads as elements of its own, both readings are kept. What drops one
//! separator drops all of them, so the pieces are looked at again.

use std::ops::Range;

use jiff::civil::Date;

use super::message::{Field, Message};
use super::{NEAR_YEARS, content, date, element_string};
use crate::udi::date::Purpose;
use crate::udi::text::Text;

/// Most readings kept of one message.
const MAX_READINGS: usize = 6;

/// Identifiers worth looking for behind a lost separator: those that device labels carry.
const FOLLOWERS: [&str; 11] = ["17", "11", "21", "10", "01", "240", "30", "241", "7003", "8008", "8012"];

/// One place where a separator may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// Where in the text.
    pub(super) at: usize,
    /// The identifier that would begin there.
    pub(super) id: String,
    /// It begins with an element of predefined length whose content holds: seldom chance.
    pub(super) telling: bool,
}

/// One other way to cut a message.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) message: Message<'static>,
    /// The separators it puts in.
    pub(super) cuts: Vec<Cut>,
}

impl Split {
    fn is_telling(&self) -> bool {
        self.cuts.iter().any(|cut| cut.telling)
    }

    fn is_like(&self, other: &Self) -> bool {
        let ends = |split: &Self| {
            split.message.fields.iter().map(|field| field.value_at.clone()).collect::<Vec<_>>()
        };
        ends(self) == ends(other)
    }
}

/// Other ways to cut a message, the more telling first.
pub(super) fn splits(text: &Text<'_>, fields: &[Field], now: Date) -> Vec<Split> {
    let mut found = with_one_more(text, fields, now);
    // A label has two values of variable length, seldom three: two rounds find every separator of it.
    let mut seen = 0;
    while seen < found.len() && found.len() < 2 * MAX_READINGS {
        let again: Vec<Split> = found
            .get(seen)
            .map(|split| {
                let mut more = with_one_more(text, &split.message.fields, now);
                more.iter_mut().for_each(|deeper| deeper.cuts.extend(split.cuts.iter().cloned()));
                more
            })
            .unwrap_or_default();
        seen += 1;
        for split in again {
            if !found.iter().any(|known| known.is_like(&split)) {
                found.push(split);
            }
        }
    }
    found.sort_by_key(|split| !split.is_telling());
    found.truncate(MAX_READINGS);
    found
}

/// The ways to cut a message with one separator more.
fn with_one_more(text: &Text<'_>, fields: &[Field], now: Date) -> Vec<Split> {
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
    found
}

/// The reading in which field `index` ends at `at`, if what follows is elements of a device label, each with
/// content that holds and none there already.
fn split(text: &Text<'_>, fields: &[Field], index: usize, at: usize, now: Date) -> Option<Split> {
    let field = fields.get(index)?;
    let tail = text.get(at..field.value_at.end);
    // Most places begin none of them; a long list is not gone through at each.
    if !matches!(tail.first(), Some(b'0'..=b'3' | b'7' | b'8'))
        || !tail.get(1).is_some_and(u8::is_ascii_digit)
    {
        return None;
    }
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
    let place = Cut { at, id: first.id.clone(), telling: first.row.is_some_and(|row| row.predefined) };
    let before = fields.iter().take(index).cloned();
    let after = fields.iter().skip(index + 1).cloned();
    let fields = before.chain([head]).chain(behind).chain(after).collect();
    let message = Message { text: text.clone().into_owned(), fields, findings: Vec::new() };
    Some(Split { message, cuts: vec![place] })
}

/// Whether an element is one of a device label, its content holds, and a date is within twenty years.
fn is_plausible(text: &Text<'_>, field: &Field, now: Date) -> bool {
    let value = text.get(field.value_at.clone());
    let near = || {
        date::read(value, Purpose::Expiry, now)
            .is_ok_and(|read| (read.date.year() - now.year()).abs() <= NEAR_YEARS)
    };
    FOLLOWERS.contains(&field.id.as_str())
        && content::holds(&content::check(text, field))
        && (!matches!(field.id.as_str(), "11" | "17" | "7003" | "8008") || near())
}
