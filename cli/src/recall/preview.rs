//! `udi recall preview`: what each rule hits among the units that were issued, asked of the code that a phone
//! asks, before anything is published. So that nobody recalls 14,000 units for 200.

use std::collections::{BTreeSet, HashSet};
use std::io::stdout;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;
use udi_verify::recall::{Certainty, Rule, Rules, rules};
use udi_verify::udi::Udi;

use super::book::{Book, Entry};
use super::issued::{IssuedFiles, Tally};
use crate::failure::{Exit, Failure, OrFail};
use crate::output;

/// Arguments of `udi recall preview`.
#[derive(clap::Args)]
pub(crate) struct Preview {
    #[command(flatten)]
    issued: IssuedFiles,
    /// Only the rules of this notice; repeatable.
    #[arg(long)]
    id: Vec<String>,
}

/// What one rule hits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Units that every phone will call recalled.
    pub(crate) exact: u64,
    /// Units of which a phone says "possible, compare by hand".
    pub(crate) possible: u64,
    /// Units whose labels do not say enough.
    pub(crate) cannot_tell: u64,
    /// The lots of the exact ones.
    pub(crate) lots: BTreeSet<String>,
}

/// What all rules hit.
#[derive(Debug, Default)]
pub(crate) struct RuleHits {
    /// In the order of the rules asked.
    pub(crate) rules: Vec<Counts>,
    /// Units looked at.
    pub(crate) issued: u64,
    /// Device identifiers met.
    pub(crate) items: HashSet<String>,
}

/// One line of the preview.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    id: &'a str,
    number: usize,
    units: u64,
    possible: u64,
    cannot_tell: u64,
    lots: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'a str>,
}

/// Prints a line a rule, says on standard error what a person should look at, and fails where a rule hits
/// other units than it should.
pub(super) fn run(args: &Preview, rules: &Path, today: Date) -> Result<(), Failure> {
    let book = Book::read(rules)?;
    let asked: Vec<(usize, &Entry)> = book
        .in_force(today)
        .filter(|(_, entry)| args.id.is_empty() || args.id.contains(&entry.rule.id))
        .collect();
    if asked.is_empty() {
        return Err(Failure::new(Exit::Input, "no rule in force is asked for"));
    }
    let hits =
        count(&asked.iter().map(|(_, entry)| entry.rule.clone()).collect::<Vec<_>>(), &args.issued, today)?;
    let out = &mut stdout().lock();
    let mut wrong = 0;
    for ((number, entry), counts) in asked.iter().zip(&hits.rules) {
        let doubt = doubt(entry, counts, &hits.items);
        let warning = doubt.as_ref().map(|doubt| doubt.words.as_str());
        output::line(
            out,
            &Line {
                id: &entry.rule.id,
                number: *number,
                units: counts.exact,
                possible: counts.possible,
                cannot_tell: counts.cannot_tell,
                lots: counts.lots.len(),
                quantity: entry.notes.quantity,
                warning,
            },
        )?;
        eprintln!("{}", in_words(entry, *number, counts));
        if let Some(doubt) = doubt {
            let mark = if doubt.grave { "  STOP: " } else { "  note: " };
            eprintln!("{mark}{}", doubt.words);
            wrong += usize::from(doubt.grave);
        }
    }
    eprintln!("{} issued units of {} items were looked at", hits.issued, hits.items.len());
    match wrong {
        0 => Ok(()),
        1 => {
            Err(Failure::new(Exit::Hits, "one rule hits other units than it should; look before you publish"))
        }
        _ => {
            let words = format!("{wrong} rules hit other units than they should; look before you publish");
            Err(Failure::new(Exit::Hits, words))
        }
    }
}

/// Asks every rule about every issued unit.
pub(crate) fn count(asked: &[Rule], issued: &IssuedFiles, today: Date) -> Result<RuleHits, Failure> {
    // A hit names its notice; numbers in place of names tell the rules of one notice apart.
    let numbered: Vec<Rule> =
        asked.iter().enumerate().map(|(at, rule)| Rule { id: at.to_string(), ..rule.clone() }).collect();
    let bytes = rules::encode(&numbered).or_fail(Exit::Input, || "the rules cannot be published")?;
    let file = Rules::open_unverified(&bytes).or_fail(Exit::Input, || "the rules cannot be read back")?;
    let empty = || Asking {
        rules: Some(&file),
        hits: RuleHits { rules: vec![Counts::default(); asked.len()], ..RuleHits::default() },
    };
    Ok(issued.tally(today, empty)?.hits)
}

#[derive(Default)]
struct Asking<'a> {
    rules: Option<&'a Rules<'a>>,
    hits: RuleHits,
}

impl Tally for Asking<'_> {
    fn add(&mut self, unit: &Udi, _: usize) {
        self.hits.issued += 1;
        if let Some(di) = unit.di.as_ref().filter(|di| !self.hits.items.contains(*di)) {
            self.hits.items.insert(di.clone());
        }
        let Some(rules) = self.rules else { return };
        for hit in rules.lookup(unit).hits() {
            let Some(counts) = hit.id.parse().ok().and_then(|at: usize| self.hits.rules.get_mut(at)) else {
                continue;
            };
            match hit.certainty {
                Certainty::Exact => {
                    counts.exact += 1;
                    if let Some(lot) = unit.lot.as_ref().filter(|lot| !counts.lots.contains(*lot)) {
                        counts.lots.insert(lot.clone());
                    }
                }
                Certainty::Possible => counts.possible += 1,
                Certainty::CannotTell => counts.cannot_tell += 1,
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.hits.issued += other.hits.issued;
        self.hits.items.extend(other.hits.items);
        for (sum, part) in self.hits.rules.iter_mut().zip(other.hits.rules) {
            sum.exact += part.exact;
            sum.possible += part.possible;
            sum.cannot_tell += part.cannot_tell;
            sum.lots.extend(part.lots);
        }
    }
}

fn in_words(entry: &Entry, number: usize, counts: &Counts) -> String {
    let shown: Vec<&str> = counts.lots.iter().map(String::as_str).take(3).collect();
    let more = if counts.lots.len() > shown.len() { ", …" } else { "" };
    let lots = match counts.lots.len() {
        0 => String::new(),
        1 => format!(" in lot {}", shown.join(", ")),
        many => format!(" in {many} lots ({}{more})", shown.join(", ")),
    };
    let mut words = format!("{} rule {number}: {} units recalled{lots}", entry.rule.id, counts.exact);
    if counts.possible > 0 {
        words.push_str(&format!(", {} to be compared by hand", counts.possible));
    }
    if counts.cannot_tell > 0 {
        words.push_str(&format!(", {} whose labels do not say enough", counts.cannot_tell));
    }
    words
}

/// What a person should look at before publishing.
struct Doubt {
    grave: bool,
    words: String,
}

/// Far more is twice the quantity stated, far fewer half of it.
fn doubt(entry: &Entry, counts: &Counts, items: &HashSet<String>) -> Option<Doubt> {
    let units = counts.exact;
    let grave = |words: String| Some(Doubt { grave: true, words });
    let note = |words: String| Some(Doubt { grave: false, words });
    if let Some(stated) = entry.notes.quantity {
        if units > stated.saturating_mul(2) {
            let times = units
                .checked_div(stated)
                .map_or_else(String::new, |times| format!(", {times} times as many"));
            return grave(format!("the notice states {stated} units and the rule recalls {units}{times}"));
        }
        if units < stated / 2 {
            return grave(format!(
                "the notice states {stated} units and the rule recalls only {units} of those issued"
            ));
        }
    }
    let reached = units + counts.possible + counts.cannot_tell;
    if reached > 0 || entry.rule.units.text_only {
        return None;
    }
    match &entry.rule.units.di {
        Some(di) if items.contains(&format!("{di:0>14}")) || items.contains(di) => grave(format!(
            "units of {di} were issued and the rule hits none of them: is a lot or serial mistyped?"
        )),
        _ => note("it names no item that was issued".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(quantity: Option<u64>) -> Entry {
        serde_json::from_value(json!({
            "id": "R", "authority": "A", "action": "do_not_use", "reason": "r", "source": "",
            "sourceDate": "2027-01-01", "match": {"di": "9501234567891", "lots": ["L"]}, "quantity": quantity,
        }))
        .unwrap()
    }

    fn verdict(quantity: Option<u64>, exact: u64, item: &str) -> Option<(bool, String)> {
        let counts = Counts { exact, ..Counts::default() };
        let doubt = doubt(&entry(quantity), &counts, &HashSet::from([item.to_owned()]));
        doubt.map(|doubt| (doubt.grave, doubt.words))
    }

    #[test]
    fn a_rule_that_hits_far_more_or_far_fewer_units_than_stated_is_stopped() {
        let item = "09501234567891";
        let (grave, words) = verdict(Some(200), 14_000, item).unwrap();
        assert!(grave && words.contains("states 200 units and the rule recalls 14000, 70 times"), "{words}");
        assert_eq!(verdict(Some(200), 400, item), None);
        assert_eq!(verdict(Some(200), 100, item), None);
        assert!(verdict(Some(200), 99, item).unwrap().0);
        assert_eq!(verdict(None, 14_000, item), None);
    }

    #[test]
    fn a_rule_that_hits_nothing_issued_is_suspected_of_a_typing_error() {
        assert!(verdict(None, 0, "09501234567891").unwrap().0);
        assert!(!verdict(None, 0, "09504321000011").unwrap().0, "another maker's item");
    }
}
