//! Which identifiers need or exclude which, General Specifications section 4.14.
//!
//! The rules hold over all symbols of one item, so a symbol that carries production data alone breaks none.
//! A broken rule is a warning: the values themselves are read with certainty.

use super::dictionary::lookup;
use crate::udi::finding::{Finding, Span};

/// Warnings for the identifiers of one item, each with where it stands.
pub(crate) fn check(ids: &[(&str, Span, usize)]) -> Vec<Finding> {
    let has_key = ids
        .iter()
        .any(|(id, ..)| lookup(id).is_some_and(|row| row.link_key.is_some()) || matches!(*id, "02" | "03"));
    let mut findings = Vec::new();
    for (id, span, source) in ids {
        let Some(row) = lookup(id) else { continue };
        let excluded = |pattern: &str| ids.iter().find(|(other, ..)| other != id && matches(other, pattern));
        for (other, ..) in row.excludes.split(',').filter_map(excluded) {
            findings.push(Finding {
                source: *source,
                ..Finding::warning("association_excludes", *span).with("ai", *id).with("other", *other)
            });
        }
        if !has_key {
            continue;
        }
        for group in row.needs.split(' ').filter(|group| !group.is_empty() && !holds(group, ids)) {
            findings.push(Finding {
                source: *source,
                ..Finding::warning("association_needs", *span).with("ai", *id).with("needs", words(group))
            });
        }
    }
    findings
}

/// Whether one of the alternatives of a group is there whole.
fn holds(group: &str, ids: &[(&str, Span, usize)]) -> bool {
    let present = |pattern: &str| ids.iter().any(|(id, ..)| matches(id, pattern));
    group.split(',').any(|alternative| alternative.split('+').all(present))
}

/// Whether an identifier fits a pattern such as `31nn`.
fn matches(id: &str, pattern: &str) -> bool {
    id.len() == pattern.len()
        && id.bytes().zip(pattern.bytes()).all(|(digit, wanted)| wanted == b'n' || digit == wanted)
}

/// `01+21,8006` as `(01)+(21) / (8006)`.
fn words(group: &str) -> String {
    let alternative = |text: &str| text.split('+').map(|id| format!("({id})")).collect::<Vec<_>>().join("+");
    group.split(',').map(alternative).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(ids: &[&str]) -> Vec<(&'static str, String)> {
        let ids: Vec<_> = ids.iter().map(|&id| (id, (0, 0), 0)).collect();
        check(&ids).into_iter().map(|f| (f.code, f.param("ai").unwrap().to_owned())).collect()
    }

    #[test]
    fn a_udi_breaks_no_rule_and_neither_does_production_data_alone() {
        assert!(codes(&["01", "17", "10", "21"]).is_empty());
        assert!(codes(&["17", "10"]).is_empty());
    }

    #[test]
    fn needs_and_exclusions_are_warned_of() {
        assert_eq!(codes(&["01", "250"]), [("association_needs", "250".to_owned())]);
        assert_eq!(codes(&["01", "21", "235"]), [("association_excludes", "21".to_owned())]);
        assert_eq!(codes(&["01", "3101", "3102"]).len(), 2);
        assert!(codes(&["01", "10", "7004"]).is_empty());
        assert_eq!(codes(&["01", "7004"]), [("association_needs", "7004".to_owned())]);
    }
}
