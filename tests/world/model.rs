//! What the verdict on a label must be, said as plainly and as slowly as it can be said.
//!
//! It shares no code with the core: seals are facts about who signed what, lists are lists, and every question
//! is a walk over all of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// What a GS1 label prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) di: String,
    pub(crate) lot: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) expiry: Option<Date>,
    pub(crate) made: Option<Date>,
}

/// How a seal reaches the verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Symbol,
    Link,
    Companion,
}

/// Who signed what. Keys are told apart by their seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    /// The key that signed.
    pub(crate) by: u8,
    /// The key the seal names.
    pub(crate) names: u8,
    pub(crate) over: Fields,
    pub(crate) index: Option<u64>,
}

/// A label as it is scanned.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) fields: Fields,
    pub(crate) seal: Option<(Way, Seal)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    Retired,
    CompromisedFrom(Timestamp),
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) seed: u8,
    pub(crate) standing: Standing,
    /// The indices it may sign, first and last; `None`: any or none.
    pub(crate) range: Option<(u64, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) id: String,
    pub(crate) prefix: String,
    pub(crate) keys: Vec<Key>,
    /// It seals all labels but those that expire before a day.
    pub(crate) seals_all_expiring_from: Option<Date>,
    /// Indices given out.
    pub(crate) given_out: u64,
    /// What is flagged, by index.
    pub(crate) flags: BTreeMap<u64, BTreeSet<&'static str>>,
}

/// Which units of a product a notice names.
#[derive(Debug, Clone)]
pub(crate) enum Units {
    All,
    TextOnly,
    Lots(Vec<String>),
    Serials(u64, u64),
    Expiring(Date, Date),
}

#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) id: String,
    pub(crate) di: String,
    pub(crate) units: Units,
}

/// All serials of one lot.
#[derive(Debug, Clone)]
pub(crate) struct LotList {
    pub(crate) di: String,
    pub(crate) lot: String,
    pub(crate) serials: Vec<String>,
    pub(crate) first_index: Option<u64>,
    /// When the two witnesses saw it.
    pub(crate) witnessed: Option<(Timestamp, Timestamp)>,
}

/// A publication, as the device holds it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) lots: Vec<LotList>,
    pub(crate) detached: Vec<Seal>,
    pub(crate) published: Timestamp,
    pub(crate) source: Date,
}

/// The answer, in the codes of the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) headline: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) recall: &'static str,
    pub(crate) unit: Option<&'static str>,
    pub(crate) freshness: &'static str,
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

/// The verdict of a device that holds `known` since `synced` and shows the time `clock`.
pub(crate) fn verdict(known: &Known, synced: Timestamp, clock: Timestamp, label: &Label) -> Expected {
    // No clock can be earlier than what was signed.
    let time = if clock < known.published { known.published } else { clock };
    let fields = &label.fields;

    // The age of the data is that of the oldest of its three dates.
    let mut source = midnight(known.source.tomorrow().unwrap());
    if source > known.published {
        source = known.published;
    }
    let mut oldest = source;
    for other in [known.published, synced] {
        if other < oldest {
            oldest = other;
        }
    }
    let age = time.duration_since(oldest);
    let freshness = if age > SignedDuration::from_hours(30 * 24) {
        "hard_stale"
    } else if age > SignedDuration::from_hours(36) {
        "soft_stale"
    } else {
        "fresh"
    };
    let answers = freshness != "hard_stale";

    let (signature, signed_index) = signature(known, label);
    let listed = lot_of(known, fields).map(|lot| place_in(lot, fields.serial.as_ref().unwrap()));
    let manifest_index = match listed {
        Some(Some(place)) => lot_of(known, fields).unwrap().first_index.map(|first| first + place),
        _ => None,
    };

    // The list of the issuer, for an index that somebody signed.
    let mut unit = None;
    if let (Some(index), Some(issuer)) = (signed_index.or(manifest_index), issuer_of(known, &fields.di))
        && index < issuer.given_out
    {
        for flag in ["recalled", "stolen", "used", "destroyed", "quarantined"] {
            if unit.is_none() && issuer.flags.get(&index).is_some_and(|flags| flags.contains(flag)) {
                unit = Some(flag);
            }
        }
    }

    let mut recall = recall(known, fields);
    if recall == "none" && !answers {
        recall = "unknown";
    }

    let today = jiff::tz::TimeZone::UTC.to_datetime(time).date();
    let expired = fields.expiry.is_some_and(|expiry| expiry < today);
    let seal_missing = signature == "absent"
        && issuer_of(known, &fields.di).is_some_and(|issuer| match issuer.seals_all_expiring_from {
            None => false,
            Some(from) => fields.expiry.is_none_or(|expiry| expiry >= from),
        });

    let headline = if recall == "hit" || unit == Some("recalled") {
        "recalled"
    } else if signature == "invalid" {
        "altered"
    } else if unit.is_some_and(|flag| flag != "quarantined") {
        "used_or_stolen"
    } else if expired {
        "expired"
    } else if ["unknown_key", "key_withdrawn"].contains(&signature)
        || ["possible", "cannot_tell"].contains(&recall)
        || unit.is_some()
        || listed == Some(None)
        || seal_missing
    {
        "hold"
    } else if recall == "unknown" {
        "cannot_check_recalls"
    } else if signature == "verified" {
        "signed_no_recall"
    } else {
        "unsigned_no_recall"
    };
    Expected { headline, signature, recall, unit, freshness }
}

fn issuer_of<'a>(known: &'a Known, di: &str) -> Option<&'a Issuer> {
    known.issuers.iter().find(|issuer| di[1..].starts_with(&issuer.prefix))
}

fn lot_of<'a>(known: &'a Known, fields: &Fields) -> Option<&'a LotList> {
    fields.serial.as_ref()?;
    known.lots.iter().find(|lot| lot.di == fields.di && Some(&lot.lot) == fields.lot.as_ref())
}

/// The place of a serial in order of length, then of characters.
fn place_in(lot: &LotList, serial: &str) -> Option<u64> {
    if !lot.serials.iter().any(|known| known == serial) {
        return None;
    }
    let before = |other: &String| (other.len(), other.as_str()) < (serial.len(), serial);
    Some(lot.serials.iter().filter(|other| before(other)).count() as u64)
}

fn signature(known: &Known, label: &Label) -> (&'static str, Option<u64>) {
    let fields = &label.fields;
    match &label.seal {
        Some((Way::Companion, _)) if fields.serial.is_none() => detached(known, fields),
        Some((Way::Companion, seal)) if seal.over != *fields => ("invalid", None),
        Some((_, _)) if fields.serial.is_none() => ("invalid", None),
        Some((_, seal)) => examine(known, fields, seal),
        None => detached(known, fields),
    }
}

/// Seals that came beforehand, filed under device identifier and serial.
fn detached(known: &Known, fields: &Fields) -> (&'static str, Option<u64>) {
    let filed = known.detached.iter().filter(|seal| {
        fields.serial.is_some() && seal.over.di == fields.di && seal.over.serial == fields.serial
    });
    filed.map(|seal| examine(known, fields, seal)).next().unwrap_or(("absent", None))
}

fn examine(known: &Known, fields: &Fields, seal: &Seal) -> (&'static str, Option<u64>) {
    let mut candidates = Vec::new();
    for issuer in &known.issuers {
        for key in &issuer.keys {
            let speaks = fields.di[1..].starts_with(&issuer.prefix);
            let allowed = match (key.range, seal.index) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some((first, last)), Some(index)) => first <= index && index <= last,
            };
            if speaks && allowed && key.seed == seal.names {
                candidates.push(key);
            }
        }
    }
    if candidates.is_empty() {
        return ("unknown_key", None);
    }
    let signed = candidates.into_iter().find(|key| key.seed == seal.by && seal.over == *fields);
    match signed.map(|key| key.standing) {
        None => ("invalid", None),
        Some(Standing::Active | Standing::Retired) => ("verified", seal.index),
        Some(Standing::CompromisedFrom(from)) => {
            let witnessed = lot_of(known, fields).is_some_and(|lot| {
                place_in(lot, fields.serial.as_ref().unwrap()).is_some()
                    && lot.witnessed.is_some_and(|(one, other)| one < from && other < from)
            });
            if witnessed { ("verified", seal.index) } else { ("key_withdrawn", None) }
        }
    }
}

fn recall(known: &Known, fields: &Fields) -> &'static str {
    let mut answers = Vec::new();
    for notice in &known.notices {
        let same = notice.di == fields.di;
        // All package levels of an item share the twelve digits in the middle.
        if notice.di[1..13] != fields.di[1..13] {
            continue;
        }
        let named = match &notice.units {
            Units::All => Some(true),
            Units::TextOnly => Some(true),
            Units::Lots(lots) => fields.lot.as_ref().map(|lot| lots.contains(lot)),
            Units::Serials(first, last) => fields.serial.as_ref().map(|serial| {
                let number: u64 = serial.parse().unwrap();
                *first <= number && number <= *last
            }),
            Units::Expiring(first, last) => fields.expiry.map(|expiry| *first <= expiry && expiry <= *last),
        };
        match named {
            Some(false) => {}
            None => answers.push("cannot_tell"),
            Some(true) if same && !matches!(notice.units, Units::TextOnly) => answers.push("hit"),
            Some(true) => answers.push("possible"),
        }
    }
    ["hit", "possible", "cannot_tell"].into_iter().find(|code| answers.contains(code)).unwrap_or("none")
}
