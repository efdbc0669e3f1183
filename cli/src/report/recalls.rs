//! Recalls in force and what they hit, and those that have ended.

use std::path::Path;

use jiff::civil::Date;
use udi_verify::recall::Rule;

use crate::failure::Failure;
use crate::recall::{Book, Entry, IssuedFiles, RuleHits, count};

/// A rule with what it hits.
pub(super) struct Recall {
    /// The rule and its history.
    pub(super) entry: Entry,
    /// Units recalled, lots of them, units to be compared by hand; `None` where no issued units were named.
    pub(super) hits: Option<Hits>,
}

/// What a rule hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hits {
    /// Recalled for certain.
    pub(super) units: u64,
    /// The lots of those.
    pub(super) lots: usize,
    /// To be compared by hand.
    pub(super) possible: u64,
}

/// The rules of a file.
pub(super) struct Recalls {
    /// Published today.
    pub(super) in_force: Vec<Recall>,
    /// Published no more, the latest end first.
    pub(super) ended: Vec<Entry>,
}

impl Recalls {
    /// Of a rules file, asked about the issued units where there are any.
    pub(super) fn read(path: &Path, issued: Option<&IssuedFiles>, today: Date) -> Result<Self, Failure> {
        let book = Book::read(path)?;
        let entries: Vec<Entry> = book.in_force(today).map(|(_, entry)| entry.clone()).collect();
        let rules: Vec<Rule> = entries.iter().map(|entry| entry.rule.clone()).collect();
        let counted: Option<RuleHits> = match issued {
            Some(issued) if !rules.is_empty() => Some(count(&rules, issued, today)?),
            _ => None,
        };
        let hits = |at: usize| {
            let counts = counted.as_ref()?.rules.get(at)?;
            let possible = counts.possible + counts.cannot_tell;
            Some(Hits { units: counts.exact, lots: counts.lots.len(), possible })
        };
        let in_force =
            entries.into_iter().enumerate().map(|(at, entry)| Recall { entry, hits: hits(at) }).collect();
        let mut ended: Vec<Entry> = book.entries.into_iter().filter(|entry| !entry.in_force(today)).collect();
        ended.sort_by_key(|entry| std::cmp::Reverse(entry.notes.ended.as_ref().map(|ended| ended.on)));
        Ok(Self { in_force, ended })
    }
}
