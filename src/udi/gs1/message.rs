//! [`Message`]: a GS1 message cut into identifiers and values, whatever form it came in.

use std::ops::Range;

use super::dictionary::Row;
use crate::udi::finding::Finding;
use crate::udi::text::Text;

/// One application identifier and its value.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The identifier's digits.
    pub(super) id: String,
    /// Its row; `None` for an identifier the dictionary does not have.
    pub(super) row: Option<&'static Row>,
    /// Where the identifier stands in the text.
    pub(super) id_at: Range<usize>,
    /// Where the value stands in the text.
    pub(super) value_at: Range<usize>,
}

/// A message whose framing is done; the values are not checked yet.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) text: Text<'a>,
    pub(super) fields: Vec<Field>,
    /// What framing found.
    pub(super) findings: Vec<Finding>,
}

impl<'a> Message<'a> {
    pub(super) fn new(text: Text<'a>) -> Self {
        Self { text, fields: Vec::new(), findings: Vec::new() }
    }
}
