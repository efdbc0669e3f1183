//! One value against its row: lengths, characters and rules, component by component.

use std::ops::Range;

use super::component::{CharacterSet, Component};
use super::message::Field;
use super::rules;
use crate::udi::finding::{Finding, Severity};
use crate::udi::text::Text;

/// What is wrong with a field's value.
pub(super) fn check(text: &Text<'_>, field: &Field) -> Vec<Finding> {
    let value = text.get(field.value_at.clone());
    let Some(row) = field.row else {
        return vec![unknown(text, field)];
    };
    if value.is_empty() {
        return vec![Finding::error("value_empty", text.span(field.id_at.clone())).with("ai", &field.id)];
    }
    let mut findings = Vec::new();
    let mut from = 0;
    for component in row.components {
        if from == value.len() && component.optional {
            break;
        }
        let to = (from + component.max).min(value.len());
        check_component(text, field, component, from..to, &mut findings);
        from = to;
    }
    if from < value.len() {
        let span = text.span(field.value_at.clone());
        let finding = Finding::error("value_too_long", span).with("ai", &field.id);
        findings
            .push(finding.with("max", row.max_length().to_string()).with("found", value.len().to_string()));
    }
    findings
}

fn unknown(text: &Text<'_>, field: &Field) -> Finding {
    Finding::warning("unknown_application_identifier", text.span(field.id_at.start..field.value_at.end))
        .with("ai", &field.id)
}

fn check_component(
    text: &Text<'_>,
    field: &Field,
    component: &Component,
    within: Range<usize>,
    findings: &mut Vec<Finding>,
) {
    let value = text.get(field.value_at.clone());
    let part = value.get(within.clone()).unwrap_or_default();
    let span_of =
        |at: Range<usize>| text.span(field.value_at.start + at.start..field.value_at.start + at.end);
    let allowed = |byte: u8| component.characters.contains(byte);
    let padding = if component.characters == CharacterSet::Z { padding_of(part) } else { 0 };
    let unpadded = part.len() - padding;
    if let Some(bad) = part.iter().take(unpadded).position(|&byte| !allowed(byte)) {
        let at = text.character(field.value_at.start + within.start + bad);
        let finding = Finding::error("character_not_allowed", text.span(at.clone())).with("ai", &field.id);
        findings.push(finding.with("character", text.string(at)));
        return;
    }
    if padding > 0 {
        let span = span_of(within.start + unpadded..within.end);
        findings.push(Finding::warning("base64_padding", span).with("ai", &field.id));
    }
    if part.len() < component.min {
        let min = field.row.map_or(component.min, |row| row.min_length());
        let finding =
            Finding::error("value_too_short", text.span(field.value_at.clone())).with("ai", &field.id);
        findings.push(finding.with("min", min.to_string()).with("found", value.len().to_string()));
        return;
    }
    for rule in component.rules {
        let Err(fault) = rules::check(*rule, part) else { continue };
        let mut finding = Finding::new(
            fault.code,
            fault.severity,
            span_of(within.start + fault.at.start..within.start + fault.at.end),
        )
        .with("ai", &field.id);
        finding.params.extend(fault.params);
        findings.push(finding);
    }
}

/// Base64 padding at the end: real signatures are sent without, so it is warned of.
fn padding_of(part: &[u8]) -> usize {
    part.iter().rev().take_while(|&&byte| byte == b'=').count().min(2).min(part.len().saturating_sub(1))
}

/// Whether nothing in these findings casts doubt on the value.
pub(super) fn holds(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity < Severity::Error)
}
