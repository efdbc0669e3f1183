//! The rules file: a JSON array of rules with what only their authors need, checked whenever it is read.
//!
//! Nothing is ever taken out of it: a rule that is edited, closed or replaced by an import ends with a day and
//! a reason and stays. So the file says at any time what was in force when, and why.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use udi_verify::recall::Rule;

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// The rules of a file, in the order they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Book {
    /// Those in force and those that have ended.
    pub(crate) entries: Vec<Entry>,
}

/// A rule with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What is published.
    pub(crate) rule: Rule,
    /// What is not.
    pub(crate) notes: Notes,
}

/// What only the authors of a rule need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Notes {
    /// How many units the notice states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quantity: Option<u64>,
    /// When it was written here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entered: Option<Timestamp>,
    /// Why it took the place of an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
    /// Since when it holds no more, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<Ended>,
}

/// The end of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ended {
    /// The first day it is not published any more.
    pub(crate) on: Date,
    /// Why.
    pub(crate) because: String,
}

/// The fields of [`Notes`]; all others are the rule's.
const NOTES: [&str; 4] = ["quantity", "entered", "because", "ended"];

impl Entry {
    /// A rule entered now.
    pub(crate) fn new(rule: Rule, quantity: Option<u64>, because: Option<String>) -> Self {
        // Whole seconds are enough for people.
        let entered = Timestamp::from_second(Timestamp::now().as_second()).ok();
        Self { rule, notes: Notes { quantity, entered, because, ended: None } }
    }

    /// Whether it is to be published on that day.
    pub(crate) fn in_force(&self, today: Date) -> bool {
        self.notes.ended.as_ref().is_none_or(|ended| today < ended.on)
    }

    /// Ends it; one that has ended keeps its first end.
    pub(crate) fn end(&mut self, on: Date, because: &str) {
        self.notes.ended.get_or_insert_with(|| Ended { on, because: because.to_owned() });
    }
}

impl Serialize for Entry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            #[serde(flatten)]
            rule: &'a Rule,
            #[serde(flatten)]
            notes: &'a Notes,
        }
        Flat { rule: &self.rule, notes: &self.notes }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entry {
    /// Serde's `flatten` would pass over a field that is misspelt, so the two halves are taken apart here.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rule = Map::deserialize(deserializer)?;
        let notes: Map<String, Value> =
            NOTES.iter().filter_map(|name| Some(((*name).to_owned(), rule.remove(*name)?))).collect();
        let refused = |error: serde_json::Error| serde::de::Error::custom(error.to_string());
        Ok(Self {
            rule: serde_json::from_value(Value::Object(rule)).map_err(refused)?,
            notes: serde_json::from_value(Value::Object(notes)).map_err(refused)?,
        })
    }
}

impl Book {
    /// The book in the file at `path`, every rule fit to be published.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let refused = || format!("cannot read the rules in {}", path.display());
        let bytes = fs::read(path).or_fail(Exit::System, refused)?;
        let entries: Vec<Entry> = serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?;
        entries.iter().try_for_each(|entry| entry.rule.check()).or_fail(Exit::Input, refused)?;
        Ok(Self { entries })
    }

    /// The same, empty where there is no file yet.
    pub(crate) fn read_or_empty(path: &Path) -> Result<Self, Failure> {
        if path.exists() { Self::read(path) } else { Ok(Self::default()) }
    }

    /// Replaces the file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut bytes =
            serde_json::to_vec_pretty(&self.entries).or_fail(Exit::System, || "cannot encode the rules")?;
        bytes.push(b'\n');
        write_atomically(path, &bytes)
    }

    /// The entries in force on that day, each with its number among those of its notice, from 1.
    pub(crate) fn in_force(&self, today: Date) -> impl Iterator<Item = (usize, &Entry)> {
        let entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.in_force(today)).collect();
        let number = |at: usize| {
            let same = |entry: &&&Entry| entry.rule.id == entries[at].rule.id;
            entries[..at].iter().filter(same).count() + 1
        };
        let numbers: Vec<usize> = (0..entries.len()).map(number).collect();
        numbers.into_iter().zip(entries)
    }

    /// The places of a notice's rules in force: all of them, or the one with that number.
    pub(crate) fn find(&self, id: &str, number: Option<usize>, today: Date) -> Result<Vec<usize>, Failure> {
        let places: Vec<usize> = (0..self.entries.len())
            .filter(|&at| self.entries[at].rule.id == id && self.entries[at].in_force(today))
            .collect();
        let none = |words: String| Err(Failure::new(Exit::Input, words));
        match number {
            _ if places.is_empty() => none(format!("no rule in force has the id {id}")),
            None => Ok(places),
            Some(number) => match number.checked_sub(1).and_then(|at| places.get(at)) {
                Some(place) => Ok(vec![*place]),
                None => {
                    none(format!("{id} has {} rules in force, none of the number {number}", places.len()))
                }
            },
        }
    }

    /// Takes in what an authority states now: its notices replace what this file says of them. A rule that
    /// was closed here and that the notice states unchanged stays closed. Gives what a person should know.
    pub(crate) fn import(&mut self, imported: Vec<Rule>, today: Date) -> Vec<String> {
        let mut words = Vec::new();
        let ids: Vec<String> = imported.iter().map(|rule| rule.id.clone()).collect();
        for entry in self.entries.iter_mut().filter(|entry| ids.contains(&entry.rule.id)) {
            if entry.in_force(today) && !imported.contains(&entry.rule) {
                entry.end(today, "the notice was imported again and says something else");
            }
        }
        for rule in imported {
            let known: Vec<&Entry> = self.entries.iter().filter(|entry| entry.rule == rule).collect();
            if known.iter().any(|entry| entry.in_force(today)) {
                continue;
            }
            if let Some(ended) = known.last().and_then(|entry| entry.notes.ended.as_ref()) {
                let id = &rule.id;
                words.push(format!("{id} stays closed, as on {}: {}", ended.on, ended.because));
                continue;
            }
            self.entries.push(Entry::new(rule, None, None));
        }
        words
    }
}

/// The rules of a file that are to be published today.
pub(crate) fn rules_in_force(path: &Path) -> Result<Vec<Rule>, Failure> {
    let today = clock::day(Timestamp::now());
    Ok(Book::read(path)?.in_force(today).map(|(_, entry)| entry.rule.clone()).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TODAY: Date = jiff::civil::date(2027, 3, 15);

    fn rule(id: &str, lots: &[&str]) -> Rule {
        serde_json::from_value(json!({
            "id": id, "authority": "A", "action": "do_not_use", "reason": "r", "source": "",
            "sourceDate": "2027-01-01", "match": {"di": "09501234567891", "lots": lots},
        }))
        .unwrap()
    }

    fn entry(rule: Rule) -> Entry {
        Entry { rule, notes: Notes::default() }
    }

    #[test]
    fn a_plain_rule_is_an_entry_and_a_misspelt_field_is_refused() {
        let plain = serde_json::to_value(rule("R", &["L"])).unwrap();
        let read: Entry = serde_json::from_value(plain.clone()).unwrap();
        assert_eq!(read, entry(rule("R", &["L"])));
        assert_eq!(serde_json::to_value(&read).unwrap(), plain);
        let mut misspelt = plain;
        misspelt["quantitty"] = json!(200);
        assert!(serde_json::from_value::<Entry>(misspelt).unwrap_err().to_string().contains("quantitty"));
    }

    #[test]
    fn an_ended_rule_stays_and_holds_until_its_day() {
        let mut book = Book { entries: vec![entry(rule("R", &["L"])), entry(rule("R", &["M"]))] };
        let tomorrow = TODAY.tomorrow().unwrap();
        book.entries[0].end(tomorrow, "corrected in the field");
        book.entries[0].end(TODAY, "a second end does not count");
        assert_eq!(book.in_force(TODAY).map(|(number, _)| number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(book.in_force(tomorrow).count(), 1);
        let text = serde_json::to_string(&book.entries).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Entry>>(&text).unwrap(), book.entries);
        assert_eq!(book.find("R", Some(2), TODAY).unwrap(), [1]);
        assert!(book.find("R", Some(3), TODAY).is_err());
        assert!(book.find("S", None, TODAY).is_err());
    }

    #[test]
    fn an_import_replaces_a_notice_and_keeps_what_it_replaced() {
        let mut book = Book { entries: vec![entry(rule("R", &["L"])), entry(rule("Q", &["L"]))] };
        book.import(vec![rule("R", &["L", "M"])], TODAY);
        let in_force: Vec<_> = book.in_force(TODAY).map(|(_, entry)| entry.rule.units.lots.len()).collect();
        assert_eq!(in_force, [1, 2], "Q as it was, R as it is now");
        assert_eq!(book.entries.len(), 3);
        let again = book.clone();
        book.import(vec![rule("R", &["L", "M"])], TODAY);
        assert_eq!(book, again, "the same notice changes nothing");
    }

    #[test]
    fn a_notice_closed_here_stays_closed_until_it_says_something_else() {
        let mut book = Book { entries: vec![entry(rule("R", &["L"]))] };
        book.entries[0].end(TODAY, "all units are back");
        assert_eq!(book.import(vec![rule("R", &["L"])], TODAY).len(), 1);
        assert_eq!(book.in_force(TODAY).count(), 0);
        assert!(book.import(vec![rule("R", &["L", "M"])], TODAY).is_empty());
        assert_eq!(book.in_force(TODAY).count(), 1);
    }
}
