//! EPCIS 2.0 events (JSON-LD) → what they say of units: recalled, stolen, destroyed, decommissioned.
//!
//! Read are ObjectEvents: their disposition, business step and persistent disposition (GS1 EPCIS 2.0 7.4.2,
//! CBV 2.0). Units of the issuer's own labels become flags of its unit status file; all others become rules
//! that name their serials. A class of units (`quantityList`) says how many of a lot, not which, so it becomes
//! a text-only notice. Flags stay until `persistentDisposition` unsets them: another disposition later says
//! where a unit is, not that it was never recalled. An event that an error declaration takes back is left out.

mod epc;
mod event;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::{Value, json};
use udi_verify::recall::{Action, Flag, Match, Rule};

use self::epc::{Epc, Product};
use self::event::{Change, Event};
use self::status::UnitFlags;
use crate::failure::Failure;

/// Where the issuer's own units are looked up, and what is done with them.
#[derive(clap::Args)]
pub(crate) struct Ledger {
    /// Labels that `udi sign` wrote: where events name their units, the status file is changed instead of
    /// making rules. EPCIS only; repeatable.
    #[arg(long, value_name = "FILE", requires = "status")]
    labels: Vec<PathBuf>,
    /// The issuer's unit status file; made if it is not there. EPCIS only.
    #[arg(long, value_name = "FILE", requires = "labels")]
    status: Option<PathBuf>,
    /// The ledger of status indices, which says how many were handed out. EPCIS only.
    #[arg(long, value_name = "FILE", default_value = "indices.json")]
    indices: PathBuf,
}

/// What events came to.
pub(super) struct Imported {
    /// Rules for units that are not in the issuer's labels, and notices for classes of units.
    pub(super) rules: Vec<Rule>,
    /// A line an event.
    pub(super) report: Vec<Value>,
    /// Changes to the status file.
    flags: Option<(PathBuf, UnitFlags)>,
}

impl Imported {
    /// Writes the status file, where it changes.
    pub(super) fn write_status(&self) -> Result<(), Failure> {
        match &self.flags {
            Some((path, flags)) => flags.write(path),
            None => Ok(()),
        }
    }
}

/// Reads the events of several documents, in the order of their times.
pub(super) fn import(
    documents: &[Value],
    ledger: &Ledger,
    authority: &str,
    otherwise: Date,
) -> Result<Imported, Failure> {
    let mut events: Vec<Event> = Vec::new();
    let mut report = Vec::new();
    for value in documents.iter().flat_map(event::values) {
        match Event::read(value) {
            Ok(event) => events.push(event),
            Err(why) => report.push(json!({ "event": event::name(value), "units": 0, "why": why })),
        }
    }
    let taken_back: BTreeSet<String> =
        events.iter().filter(|event| event.takes_back).map(|event| event.id.clone()).collect();
    let (events, wrong): (Vec<Event>, Vec<Event>) =
        events.into_iter().partition(|event| !taken_back.contains(&event.id));
    report.extend(
        wrong.iter().map(
            |event| json!({ "event": event.id, "units": 0, "why": "an error declaration takes it back" }),
        ),
    );
    let mut events = events;
    events.sort_by_key(|event| event.time);

    let wanted = events.iter().flat_map(Event::units).collect();
    let mut flags = match &ledger.status {
        Some(status) => {
            Some((status.clone(), UnitFlags::open(status, &ledger.labels, &ledger.indices, &wanted)?))
        }
        None => None,
    };
    let mut standing = Standing::default();
    for event in &events {
        let (own, other) = apply(event, flags.as_mut().map(|(_, flags)| flags), &mut standing);
        let notices = event.epcs.iter().filter(|epc| matches!(epc, Epc::Class { .. })).count();
        report.push(json!({
            "event": event.id,
            "time": event.time.to_string(),
            "changes": event.changes.iter().map(Change::code).collect::<Vec<_>>(),
            "statusFlags": own,
            "ruleUnits": other,
            "notices": notices,
            "notRead": event.unread,
        }));
    }
    Ok(Imported { rules: standing.rules(authority, otherwise), report, flags })
}

/// What events left standing of units that have no status index, by event, product and flag.
#[derive(Default)]
struct Standing {
    serials: BTreeMap<(Product, String), BTreeMap<Flag, String>>,
    classes: BTreeMap<(Product, Option<String>), BTreeMap<Flag, String>>,
}

/// Applies an event; returns how many units changed in the status file, and how many outside it.
fn apply(event: &Event, mut flags: Option<&mut UnitFlags>, standing: &mut Standing) -> (usize, usize) {
    let (mut own, mut other) = (0, 0);
    for epc in &event.epcs {
        for change in &event.changes {
            match epc {
                Epc::Unit { product, serial } => {
                    let indices =
                        flags.as_deref().map(|flags| flags.indices(product, serial)).unwrap_or_default();
                    match flags.as_deref_mut().filter(|_| !indices.is_empty()) {
                        Some(flags) => {
                            indices.into_iter().for_each(|index| flags.change(*change, index));
                            own += 1;
                        }
                        _ => {
                            let unit = (product.clone(), serial.clone());
                            change.apply(standing.serials.entry(unit).or_default(), &event.id);
                            other += 1;
                        }
                    }
                }
                Epc::Class { product, lot } => {
                    let class = (product.clone(), lot.clone());
                    change.apply(standing.classes.entry(class).or_default(), &event.id);
                }
            }
        }
    }
    (own, other)
}

impl Standing {
    /// A rule for the serials of one product that one event flags, a notice for each class of units.
    fn rules(self, authority: &str, otherwise: Date) -> Vec<Rule> {
        let mut grouped: BTreeMap<(String, Product, Flag), Vec<String>> = BTreeMap::new();
        for ((product, serial), flags) in self.serials {
            for (flag, event) in flags {
                grouped.entry((event, product.clone(), flag)).or_default().push(serial.clone());
            }
        }
        let rule = |event: String, flag: Flag, more: &str, units: Match| Rule {
            id: event,
            authority: authority.to_owned(),
            class: String::new(),
            action: if units.text_only { Action::ReadNotice } else { Action::DoNotUse },
            reason: format!("Reported {} by an EPCIS event{more}", flag.code()),
            source: String::new(),
            source_date: otherwise,
            units,
        };
        let mut rules: Vec<Rule> = grouped
            .into_iter()
            .map(|((event, product, flag), serials)| {
                rule(event, flag, "", Match { di: Some(product.0), serials, ..Match::default() })
            })
            .collect();
        for ((product, lot), flags) in self.classes {
            let more = lot.map_or_else(String::new, |lot| format!(", for some units of lot {lot}"));
            rules.extend(flags.into_iter().map(|(flag, event)| {
                let units = Match { di: Some(product.0.clone()), text_only: true, ..Match::default() };
                rule(event, flag, &more, units)
            }));
        }
        rules
    }
}

#[cfg(test)]
mod tests;
