//! A rule's conditions, put to what a label says.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::civil::Date;

use super::super::cursor::Cursor;
use super::super::error::FileError;
use super::super::list::List;
use super::super::{Because, Order};
use crate::udi::matching::{fold, folded};
use crate::udi::{LabelDate, Precision};

/// Whether a condition holds for a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    /// Nearly: a person must compare.
    Near(Because),
    /// The label does not say what the condition asks for.
    Missing(Because),
    No,
}

impl Answer {
    /// The better of two alternatives.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Near(_), _) => self,
            (Self::No, _) => other,
            (Self::Missing(_), Self::Near(_)) => other,
            (Self::Missing(_), _) => self,
        }
    }
}

/// The alternatives a rule states for one field: lots, or serials.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values<'a> {
    pub(super) exact: Option<List<'a>>,
    pub(super) prefixes: Option<List<'a>>,
    pub(super) ranges: Option<List<'a>>,
}

impl Values<'_> {
    /// The best answer of several values that a label states for one field.
    pub(super) fn ask_any(
        &self,
        values: &[Cow<'_, str>],
        near: Because,
        missing: Because,
    ) -> Result<Option<Answer>, FileError> {
        let mut best = self.ask(values.first().map(AsRef::as_ref), near, missing)?;
        for value in values.iter().skip(1) {
            let answer = self.ask(Some(value), near, missing)?;
            best = best.zip(answer).map(|(best, answer)| best.or(answer));
        }
        Ok(best)
    }

    /// `None` where the rule states nothing about this field.
    pub(super) fn ask(
        &self,
        value: Option<&str>,
        near: Because,
        missing: Because,
    ) -> Result<Option<Answer>, FileError> {
        if self.exact.is_none() && self.prefixes.is_none() && self.ranges.is_none() {
            return Ok(None);
        }
        let Some(value) = value.map(str::as_bytes) else { return Ok(Some(Answer::Missing(missing))) };
        let mut answer = Answer::No;
        if let Some(list) = &self.exact {
            answer = answer.or(in_set(list, value, near)?);
        }
        if let Some(list) = &self.prefixes {
            answer = answer.or(has_prefix(list, value, near)?);
        }
        if let Some(list) = &self.ranges {
            answer = answer.or(in_range(list, value, near)?);
        }
        Ok(Some(answer))
    }
}

fn in_set(list: &List<'_>, value: &[u8], near: Because) -> Result<Answer, FileError> {
    let mut answer = Answer::No;
    let mut entries = list.seek(|key| folded(key).lt(folded(value)))?;
    while let Some((_, key)) = entries.next()? {
        match folded(key).cmp(folded(value)) {
            Ordering::Less => {}
            Ordering::Equal if key == value => return Ok(Answer::Yes),
            Ordering::Equal => answer = Answer::Near(near),
            Ordering::Greater => break,
        }
    }
    Ok(answer)
}

fn has_prefix(list: &List<'_>, value: &[u8], near: Because) -> Result<Answer, FileError> {
    let mut answer = Answer::No;
    let mut entries = list.seek(|_| false)?;
    while let Some((_, prefix)) = entries.next()? {
        if value.starts_with(prefix) {
            return Ok(Answer::Yes);
        }
        let prefix = fold(prefix);
        if !prefix.is_empty() && fold(value).starts_with(&prefix) {
            answer = Answer::Near(near);
        }
    }
    Ok(answer)
}

fn in_range(list: &List<'_>, value: &[u8], near: Because) -> Result<Answer, FileError> {
    let mut answer = Answer::No;
    for record in list.iter() {
        let mut cursor = Cursor::new(record?);
        let at = cursor.at();
        let order = match cursor.u8("range order")? {
            0 => Order::Numeric,
            1 => Order::FixedWidth,
            _ => return Err(FileError::Malformed { what: "range order", at }),
        };
        let length = cursor.u8("range bound length")?;
        let from = cursor.take(length.into(), "range bound")?;
        let to = cursor.remainder();
        if compare(order, from, value).is_some_and(Ordering::is_le)
            && compare(order, value, to).is_some_and(Ordering::is_le)
        {
            return Ok(Answer::Yes);
        }
        let value = fold(value);
        if by_length(&fold(from), &value).is_le() && by_length(&value, &fold(to)).is_le() {
            answer = Answer::Near(near);
        }
    }
    Ok(answer)
}

/// Compares two values in a stated order; `None` where the order does not cover them.
fn compare(order: Order, a: &[u8], b: &[u8]) -> Option<Ordering> {
    match order {
        Order::Numeric => Some(by_length(digits(a)?, digits(b)?)),
        Order::FixedWidth => (a.len() == b.len()).then(|| a.cmp(b)),
    }
}

/// Whether `from` comes no later than `to` in a stated order.
#[cfg(feature = "author")]
pub(in crate::recall) fn in_order(order: Order, from: &str, to: &str) -> bool {
    compare(order, from.as_bytes(), to.as_bytes()).is_some_and(Ordering::is_le)
}

/// The order of numbers written without leading zeros.
fn by_length(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Digits without leading zeros; `None` where there is another character.
fn digits(value: &[u8]) -> Option<&[u8]> {
    let significant = value.iter().position(|byte| *byte != b'0').unwrap_or(value.len());
    value.iter().all(u8::is_ascii_digit).then(|| value.get(significant..).unwrap_or_default())
}

/// Days from one bound to another; an open bound is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
}

impl Days {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<Self>, FileError> {
        let days = Self { from: read_date(cursor)?, to: read_date(cursor)? };
        Ok((days.from.is_some() || days.to.is_some()).then_some(days))
    }

    pub(super) fn ask(&self, date: Option<&LabelDate>, missing: Because) -> Answer {
        let Some(label) = date else { return Answer::Missing(missing) };
        let (first, last) = match label.precision {
            Precision::Month => (label.date.first_of_month(), label.date.last_of_month()),
            Precision::Day | Precision::Time => (label.date, label.date),
        };
        let holds =
            |day: Date| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to);
        let overlaps = self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first <= to);
        match (holds(first) && holds(last), overlaps) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Near(Because::DatePrecision),
            (false, false) => Answer::No,
        }
    }
}

/// Reads a date; `None` where all its bytes are zero.
pub(super) fn read_date(cursor: &mut Cursor<'_>) -> Result<Option<Date>, FileError> {
    let at = cursor.at();
    let [low, high, month, day] = cursor.array("date")?;
    let year = i16::from_le_bytes([low, high]);
    if (year, month, day) == (0, 0, 0) {
        return Ok(None);
    }
    let malformed = FileError::Malformed { what: "date", at };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(malformed) };
    Date::new(year, month, day).map(Some).map_err(|_| malformed)
}
