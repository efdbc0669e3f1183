//! What a publication changes, in words, before it is made.

use std::collections::{BTreeMap, BTreeSet};

use udi_verify::recall::rules::{self, NoticeChanges};
use udi_verify::recall::{Flag, UnitStatusList};
use udi_verify::seal::SealsAll;
use udi_verify::seal::registry::{KeyFile, KeyStatus};
use udi_verify::trust;

use super::metadata::{FileMeta, sha256_hex};
use super::publication::{TargetFile, TargetFiles};
use super::repository::{Current, Repository};
use crate::failure::{Exit, Failure, OrFail};

/// More lot files than these are counted, not named.
const MOST_NAMED: usize = 5;

/// What a publication changes.
pub(crate) struct Difference {
    /// The paths whose content is new or gone; deltas say nothing of their own.
    pub(crate) changed: Vec<String>,
    /// The same for a person, a line each.
    pub(crate) words: Vec<String>,
}

impl Difference {
    /// Between what is published and `files`.
    pub(crate) fn of(
        repository: &Repository,
        current: Option<&Current>,
        files: &TargetFiles,
    ) -> Result<Self, Failure> {
        let none = BTreeMap::new();
        let published = current.map_or(&none, |current| &current.targets.body.targets);
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        for (path, file) in files {
            if published.get(path).and_then(FileMeta::sha256) != Some(&sha256_hex(&file.bytes)) {
                changed.insert(path);
            }
        }
        changed.extend(published.keys().map(String::as_str).filter(|path| !files.contains_key(*path)));
        changed.retain(|path| !path.ends_with(".delta"));
        let mut words = Vec::new();
        let before = |path: &str| -> Result<Option<Vec<u8>>, Failure> {
            let Some(hash) = published.get(path).and_then(FileMeta::sha256) else { return Ok(None) };
            repository.read_target(path, hash)
        };
        for path in changed.iter().copied().filter(|path| !path.starts_with("records/")) {
            let after = files.get(path).map(|file| file.bytes.as_slice());
            words.extend(file_words(path, before(path)?.as_deref(), after)?);
        }
        words.extend(record_words(published, files));
        words.extend(date_words(published, files));
        if words.is_empty() {
            words.push("nothing changes but the dates of the metadata".to_owned());
        }
        Ok(Self { changed: changed.into_iter().map(str::to_owned).collect(), words })
    }
}

fn file_words(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<Vec<String>, Failure> {
    let mut words = match (before, after) {
        (_, None) => return Ok(vec![format!("{path} is published no more")]),
        (None, Some(after)) => vec![format!("{path} is new, {} bytes", after.len())],
        (Some(before), Some(after)) => {
            vec![format!("{path} changes, {} bytes become {}", before.len(), after.len())]
        }
    };
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let doing = || format!("cannot compare {path} with what is published");
    if path == trust::RULES {
        let empty = rules::encode(&[]).or_fail(Exit::System, doing)?;
        let before = if before.is_empty() { &empty } else { before };
        words.extend(notice_words(&rules::changes(before, after).or_fail(Exit::Repository, doing)?));
    } else if path == trust::KEYS {
        words.extend(key_words(&keys(before), &keys(after)));
        words.extend(seals_all_words(&seals_all(before), &seals_all(after)));
    } else if path.starts_with("status/") {
        words.extend(status_words(before, after).or_fail(Exit::Input, doing)?);
    }
    Ok(words)
}

fn notice_words(changes: &NoticeChanges) -> Vec<String> {
    let line = |what: &str, notices: &[(String, String)]| {
        let named: Vec<String> =
            notices.iter().map(|(authority, id)| format!("{id} of {authority}")).collect();
        (!named.is_empty()).then(|| format!("  {what}: {}", named.join(", ")))
    };
    [
        line("newly recalled", &changes.added),
        line("changed", &changes.changed),
        line("NO LONGER RECALLED", &changes.withdrawn),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Keys by issuer and hint.
fn keys(bytes: &[u8]) -> BTreeMap<(String, String), KeyStatus> {
    // Registries are checked where they are read; one published by another tool is only not compared.
    let file: KeyFile = serde_json::from_slice(bytes).unwrap_or_default();
    let of_issuer = |issuer: udi_verify::seal::registry::IssuerEntry| {
        let id = issuer.id;
        issuer.keys.into_iter().map(move |key| ((id.clone(), key.hint), key.status))
    };
    file.issuers.into_iter().flat_map(of_issuer).collect()
}

fn key_words(
    before: &BTreeMap<(String, String), KeyStatus>,
    after: &BTreeMap<(String, String), KeyStatus>,
) -> Vec<String> {
    let mut words = Vec::new();
    for (key @ (issuer, hint), status) in after {
        match before.get(key) {
            None => words.push(format!("  {issuer}: key {hint} is new, {}", word(*status))),
            Some(earlier) if earlier != status => {
                words.push(format!(
                    "  {issuer}: key {hint} was {}, becomes {}",
                    word(*earlier),
                    word(*status)
                ));
            }
            Some(_) => {}
        }
    }
    for (issuer, hint) in before.keys().filter(|key| !after.contains_key(*key)) {
        words.push(format!("  {issuer}: key {hint} is GONE, labels signed with it will verify no more"));
    }
    words
}

/// The issuers that state that they seal every label, with their exceptions.
fn seals_all(bytes: &[u8]) -> BTreeMap<String, SealsAll> {
    let file: KeyFile = serde_json::from_slice(bytes).unwrap_or_default();
    file.issuers.into_iter().filter_map(|issuer| Some((issuer.id, issuer.seals_all?))).collect()
}

fn seals_all_words(before: &BTreeMap<String, SealsAll>, after: &BTreeMap<String, SealsAll>) -> Vec<String> {
    let stated =
        after.iter().filter(|(issuer, all)| before.get(*issuer) != Some(all)).map(|(issuer, all)| {
            let except = |what: &str, day: Option<jiff::civil::Date>| {
                day.map(|day| format!(", but for those {what} before {day}")).unwrap_or_default()
            };
            let made = except("manufactured", all.except_manufactured_before);
            let expiring = except("expiring", all.except_expiring_before);
            format!("  {issuer}: seals every label{made}{expiring}; one without a seal will be HELD")
        });
    let withdrawn = before.keys().filter(|issuer| !after.contains_key(*issuer));
    let withdrawn = withdrawn.map(|issuer| format!("  {issuer}: states no more that it seals every label"));
    stated.chain(withdrawn).collect()
}

fn word(status: KeyStatus) -> &'static str {
    match status {
        KeyStatus::Active => "active",
        KeyStatus::Retired => "retired",
        KeyStatus::Compromised => "compromised",
    }
}

fn status_words(before: &[u8], after: &[u8]) -> Result<Vec<String>, udi_verify::recall::FileError> {
    let old = if before.is_empty() { None } else { Some(UnitStatusList::open_unverified(before)?) };
    let new = UnitStatusList::open_unverified(after)?;
    let old_size = old.map_or(0, |old| old.size());
    let mut words = Vec::new();
    if old_size != new.size() {
        words.push(format!("  units covered: {old_size} become {}", new.size()));
    }
    for flag in Flag::ALL {
        let (earlier, now) = (old.map_or(0, |old| old.members(flag)), new.members(flag));
        if earlier != now {
            words.push(format!("  units {}: {earlier} become {now}", flag.code()));
        }
    }
    Ok(words)
}

/// Lot files are many: they are counted.
fn record_words(published: &BTreeMap<String, FileMeta>, files: &TargetFiles) -> Vec<String> {
    let is_record = |path: &&String| path.starts_with("records/");
    let new: Vec<&str> = files
        .keys()
        .filter(is_record)
        .filter(|path| !published.contains_key(*path))
        .map(String::as_str)
        .collect();
    let gone: Vec<&str> = published
        .keys()
        .filter(is_record)
        .filter(|path| !files.contains_key(*path))
        .map(String::as_str)
        .collect();
    let same = |(path, file): &(&String, &TargetFile)| {
        published.get(*path).and_then(FileMeta::sha256) == Some(&sha256_hex(&file.bytes))
    };
    let changed: Vec<&str> = files
        .iter()
        .filter(|(path, _)| is_record(path) && published.contains_key(*path))
        .filter(|entry| !same(entry))
        .map(|(path, _)| path.as_str())
        .collect();
    [("new", new), ("changed", changed), ("GONE", gone)]
        .into_iter()
        .filter(|(_, paths)| !paths.is_empty())
        .map(|(what, paths)| format!("{} lot files are {what}: {}", paths.len(), named(&paths)))
        .collect()
}

fn named(paths: &[&str]) -> String {
    let shown: Vec<&str> = paths.iter().copied().take(MOST_NAMED).collect();
    let more = if paths.len() > MOST_NAMED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A date of the source that goes back is worth a word; so is one that moves.
fn date_words(published: &BTreeMap<String, FileMeta>, files: &TargetFiles) -> Option<String> {
    let before = published.get(trust::RULES)?.custom.as_ref()?.source_date;
    let after = files.get(trust::RULES)?.source_date?;
    match after.cmp(&before) {
        std::cmp::Ordering::Less => {
            Some(format!("the date of the recall data GOES BACK from {before} to {after}"))
        }
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => {
            Some(format!("the recall data reaches to {after}, before to {before}"))
        }
    }
}
