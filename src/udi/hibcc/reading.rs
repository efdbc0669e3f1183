//! A HIBC label being read: the text, and the [`Udi`] so far.

use std::ops::Range;

use crate::udi::date::{DateFault, LabelDate, Purpose};
use crate::udi::finding::{Finding, Span};
use crate::udi::text::{Text, decode};
use crate::udi::{Element, Udi};

pub(super) struct Reading<'a> {
    pub(super) text: &'a Text<'a>,
    pub(super) udi: Udi,
}

impl Reading<'_> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.text.span(range)
    }

    pub(super) fn find(&mut self, finding: Finding) {
        self.udi.findings.push(finding);
    }

    pub(super) fn element(&mut self, id: &str, title: &'static str, range: Range<usize>) {
        self.udi.elements.push(Element {
            id: id.to_owned(),
            title: Some(title),
            value: self.text.string(range.clone()),
            span: self.span(range),
            source: 0,
        });
    }

    /// Whether a value is letters and digits, `most` of them at most; says so where not.
    pub(super) fn is_alphanumeric(&mut self, id: &str, range: Range<usize>, most: usize) -> bool {
        let value = self.text.get(range.clone());
        let allowed = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if let Some(bad) = value.iter().position(|byte| !allowed(byte)) {
            let at = self.text.character(range.start + bad);
            let character = decode(self.text.get(at.clone()));
            let span = self.span(at);
            // One outside the whole alphabet was found before.
            let known = self.udi.findings.iter().any(|finding| finding.span == Some(span));
            if !known {
                let finding = Finding::error("character_not_allowed", span).with("ai", id);
                self.find(finding.with("character", character));
            }
            return false;
        }
        if value.len() > most {
            let (found, span) = (value.len().to_string(), self.span(range));
            let finding = Finding::error("value_too_long", span).with("ai", id);
            self.find(finding.with("max", most.to_string()).with("found", found));
            return false;
        }
        true
    }

    /// Puts a date into its field, or says why it is none.
    pub(super) fn date(
        &mut self,
        purpose: Purpose,
        id: &'static str,
        range: Range<usize>,
        read: Result<LabelDate, DateFault>,
    ) {
        let title = match purpose {
            Purpose::Expiry => "EXPIRY",
            Purpose::Manufacture => "MANUFACTURED",
        };
        self.element(id, title, range.clone());
        let span = self.span(range);
        let date = match read {
            Ok(date) => date,
            Err(fault) => return self.find(Finding::error(fault.code(), span).with("ai", id)),
        };
        let field = match purpose {
            Purpose::Expiry => &mut self.udi.expiry,
            Purpose::Manufacture => &mut self.udi.manufactured,
        };
        match field {
            Some(earlier) if earlier.date != date.date => {
                *field = None;
                self.find(Finding::error("conflicting_values", span).with("ai", id));
            }
            Some(_) => {}
            None => *field = Some(date),
        }
    }
}
