//! One ObjectEvent: when, which units, and what it says of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use udi_verify::recall::Flag;

use super::epc::{Epc, Product};

/// A flag that an event sets or takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The units carry it from now on.
    Set(Flag),
    /// They no longer carry it.
    Unset(Flag),
}

impl Change {
    /// `+recalled`, `-stolen`.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Set(flag) => format!("+{}", flag.code()),
            Self::Unset(flag) => format!("-{}", flag.code()),
        }
    }

    /// Applies it to the flags of one unit, each with the event that set it.
    pub(super) fn apply(self, flags: &mut BTreeMap<Flag, String>, event: &str) {
        match self {
            Self::Set(flag) => {
                flags.entry(flag).or_insert_with(|| event.to_owned());
            }
            Self::Unset(flag) => {
                flags.remove(&flag);
            }
        }
    }
}

/// An ObjectEvent that says something of units.
#[derive(Debug)]
pub(super) struct Event {
    /// `eventID`, or a hash of the event where it has none.
    pub(super) id: String,
    /// `eventTime`.
    pub(super) time: Timestamp,
    /// Its units and classes of units.
    pub(super) epcs: Vec<Epc>,
    /// What it says of them.
    pub(super) changes: Vec<Change>,
    /// Identifiers that are neither: locations, assets, broken ones.
    pub(super) unread: Vec<String>,
    /// It carries an error declaration: the event of the same name was wrong.
    pub(super) takes_back: bool,
}

/// The events of a document: EPCISDocument, EPCISQueryDocument, an array, or one event.
pub(super) fn values(document: &Value) -> Vec<&Value> {
    let body = &document["epcisBody"];
    let lists = [&body["eventList"], &body["queryResults"]["resultsBody"]["eventList"], document];
    if let Some(list) = lists.iter().find_map(|list| list.as_array()) {
        return list.iter().collect();
    }
    vec![if body["event"].is_object() { &body["event"] } else { document }]
}

/// What an event calls itself, for the report.
pub(super) fn name(event: &Value) -> String {
    match event["eventID"].as_str() {
        Some(id) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => {
            let hash = Sha256::digest(event.to_string());
            let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            format!("event-{hex}")
        }
    }
}

impl Event {
    /// Reads an event; the error says why it says nothing here.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let kind = value["type"].as_str().unwrap_or_default();
        if kind != "ObjectEvent" {
            return Err(format!(
                "a {} is not read, only an ObjectEvent",
                if kind.is_empty() { "value" } else { kind }
            ));
        }
        let time = value["eventTime"].as_str().unwrap_or_default();
        let time = time.parse().map_err(|_| format!("its eventTime {time:?} is no time"))?;
        let changes = changes(value);
        let takes_back = value["errorDeclaration"].is_object();
        if changes.is_empty() && !takes_back {
            return Err("it says nothing of recalls, thefts or destruction".to_owned());
        }
        let mut event =
            Self { id: name(value), time, epcs: Vec::new(), changes, unread: Vec::new(), takes_back };
        let units = value["epcList"].as_array().into_iter().flatten();
        let classes = value["quantityList"].as_array().into_iter().flatten().map(|entry| &entry["epcClass"]);
        for identifier in units.chain(classes).map(|value| value.as_str().unwrap_or_default()) {
            match Epc::read(identifier) {
                Some(epc) => event.epcs.push(epc),
                None => event.unread.push(identifier.to_owned()),
            }
        }
        if event.epcs.is_empty() && !takes_back {
            return Err(format!("it names no units: {}", event.unread.join(", ")));
        }
        Ok(event)
    }

    /// Its units.
    pub(super) fn units(&self) -> impl Iterator<Item = (Product, String)> + '_ {
        self.epcs.iter().filter_map(|epc| match epc {
            Epc::Unit { product, serial } => Some((product.clone(), serial.clone())),
            Epc::Class { .. } => None,
        })
    }
}

/// What disposition, business step and persistent disposition change.
fn changes(event: &Value) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let plain = [&event["disposition"], &event["bizStep"]].into_iter().filter_map(Value::as_str);
    let persistent = &event["persistentDisposition"];
    let listed = |name: &str| persistent[name].as_array().into_iter().flatten().filter_map(Value::as_str);
    changes.extend(plain.chain(listed("set")).filter_map(flag).map(Change::Set));
    changes.extend(listed("unset").filter_map(flag).map(Change::Unset));
    changes.dedup();
    changes
}

/// The flag of a word of the Core Business Vocabulary, bare (`recalled`), as a web vocabulary
/// (`https://ref.gs1.org/cbv/Disp-recalled`) or as a URN of version 1 (`urn:epcglobal:cbv:disp:recalled`).
fn flag(word: &str) -> Option<Flag> {
    let bare = word.rsplit(['/', ':']).next().unwrap_or(word);
    let bare = bare.strip_prefix("Disp-").or_else(|| bare.strip_prefix("BizStep-")).unwrap_or(bare);
    match bare {
        "recalled" => Some(Flag::Recalled),
        "stolen" => Some(Flag::Stolen),
        // A decommissioned identifier is on no object any more.
        "destroyed" | "destroying" | "decommissioning" => Some(Flag::Destroyed),
        _ => None,
    }
}
