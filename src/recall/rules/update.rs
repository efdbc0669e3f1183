//! Bringing a published `rules.bin` up to date so that what has not changed keeps its bytes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::FileError;
use super::super::rule::{Rule, RuleError};
use super::super::{Certainty, Hit, cursor::Cursor};
use super::encode::{encode, file, segment};
use super::lookup::{Judged, notice_key};
use super::{Rules, Segment};

/// Segments beyond which the later ones are joined: each costs every question a search.
const MANY_SEGMENTS: usize = 8;
/// The later segments may hold a quarter of the first one's bytes before everything is written anew.
const LATER_SHARE: usize = 4;

/// Why a file cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The previous file cannot be read.
    #[error("the previous rules file: {0}")]
    Previous(#[from] FileError),
    /// A rule cannot be published.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// A file with exactly these rules that shares as many bytes with `previous` as it well can: the changes go
/// into a segment of their own. Without changes it is `previous`; with many it is a new file of one segment.
pub fn update(previous: &[u8], rules: &[Rule]) -> Result<Vec<u8>, UpdateError> {
    let whole = encode(rules)?;
    let current = Rules::read(previous)?;
    let Some(base) = current.segments.first() else { return Ok(whole) };
    let wanted = statements(&Rules::read(&whole)?.segments)?;
    let kept = if current.segments.len() < MANY_SEGMENTS { current.segments.len() } else { 1 };
    let kept = current.segments.get(..kept).unwrap_or_default();
    let stated = statements(kept)?;
    let differs = |notice: &Vec<u8>| stated.get(notice) != wanted.get(notice);
    let withdrawn: BTreeSet<Vec<u8>> = stated.keys().filter(|notice| differs(notice)).cloned().collect();
    let added: Vec<Rule> =
        rules.iter().filter(|rule| differs(&notice_key(&rule.authority, &rule.id))).cloned().collect();
    if withdrawn.is_empty() && added.is_empty() {
        return Ok(previous.to_vec());
    }
    let newest = segment(&added, &withdrawn)?;
    let mut segments: Vec<&[u8]> = kept.iter().map(|segment| segment.bytes).collect();
    segments.push(&newest);
    let later: usize = segments.iter().skip(1).map(|segment| segment.len()).sum();
    Ok(if later > base.bytes.len() / LATER_SHARE { whole } else { file(&segments) })
}

/// Which notices differ between two files, each as (authority, id).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeChanges {
    /// In force in the second file only.
    pub added: Vec<(String, String)>,
    /// In force in both, with other words or for other units.
    pub changed: Vec<(String, String)>,
    /// In force in the first file only.
    pub withdrawn: Vec<(String, String)>,
}

/// Compares two files notice by notice, for a publisher who wants to know before what a publication changes.
pub fn changes(previous: &[u8], next: &[u8]) -> Result<NoticeChanges, FileError> {
    let (old, new) =
        (statements(&Rules::read(previous)?.segments)?, statements(&Rules::read(next)?.segments)?);
    let mut changes = NoticeChanges::default();
    for (notice, said) in &new {
        match old.get(notice) {
            None => changes.added.push(names(notice)),
            Some(before) if before != said => changes.changed.push(names(notice)),
            Some(_) => {}
        }
    }
    changes.withdrawn =
        old.keys().filter(|notice| !new.contains_key(*notice)).map(|key| names(key)).collect();
    Ok(changes)
}

/// Authority and id out of a [`notice_key`].
fn names(notice: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(notice);
    let (authority, id) = text.split_once('\0').unwrap_or(("", &text));
    (authority.to_owned(), id.to_owned())
}

/// What a file says, notice by notice: its words and the keys and conditions of its rules.
type Statements = BTreeMap<Vec<u8>, BTreeSet<(String, Vec<u8>, Vec<u8>)>>;

fn statements(segments: &[Segment<'_>]) -> Result<Statements, FileError> {
    let mut all = Statements::new();
    for segment in segments {
        let mut withdrawn = segment.withdrawn.seek(|_| false)?;
        while let Some((_, notice)) = withdrawn.next()? {
            all.remove(notice);
        }
        let mut keys = segment.keys.seek(|_| false)?;
        let mut bodies = segment.bodies.iter();
        while let Some((_, key)) = keys.next()? {
            let body = bodies.next().unwrap_or(Ok(&[]))?;
            let mut cursor = Cursor::new(body);
            let bits = cursor.u8("conditions")?;
            let notice = cursor.varint("notice number")?;
            let judged =
                Judged { notice, certainty: Certainty::Exact, because: Vec::new(), named_by: Vec::new() };
            let hit = segment.hit(judged)?;
            let conditions = [&[bits], cursor.remainder()].concat();
            let statement = (words(&hit), key.to_vec(), conditions);
            all.entry(notice_key(&hit.authority, &hit.id)).or_default().insert(statement);
        }
    }
    Ok(all)
}

/// All words of a notice, apart.
fn words(hit: &Hit) -> String {
    format!("{hit:?}")
}
