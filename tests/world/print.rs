//! Labels as scans, and verdicts in the words of the model.

use ed25519_dalek::Signer;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use udi_verify::seal::{
    Companion, PublicKey, SealText, SignedRecord, StatusIndex, UnitRecord, sig_structure,
};
use udi_verify::udi::{Scan, parse};
use udi_verify::verdict::{Freshness, RecallState, SignatureState, Verifier};

use crate::model::{Expected, Fields, Label, Seal, Way};
use crate::repository::key;

fn yymmdd(day: Date) -> String {
    day.strftime("%y%m%d").to_string()
}

/// The elements of a label without its seal, those of fixed length first.
fn elements(fields: &Fields) -> Vec<(&'static str, String)> {
    let mut elements = vec![("01", fields.di.clone())];
    elements.extend(fields.expiry.map(|day| ("17", yymmdd(day))));
    elements.extend(fields.made.map(|day| ("11", yymmdd(day))));
    elements.extend(fields.lot.clone().map(|lot| ("10", lot)));
    elements.extend(fields.serial.clone().map(|serial| ("21", serial)));
    elements
}

fn element_string(elements: &[(&'static str, String)]) -> String {
    let mut text = "]d2".to_owned();
    for (position, (id, value)) in elements.iter().enumerate() {
        text += id;
        text += value;
        if !["01", "17", "11"].contains(id) && position + 1 < elements.len() {
            text.push('\u{1d}');
        }
    }
    text
}

fn link(elements: &[(&'static str, String)]) -> String {
    let of = |ids: &[&str]| {
        let mut chosen = Vec::new();
        for id in ids {
            chosen.extend(elements.iter().filter(|(name, _)| name == id));
        }
        chosen
    };
    let path: String = of(&["01", "10", "21"]).iter().map(|(id, value)| format!("/{id}/{value}")).collect();
    let query: Vec<_> =
        of(&["17", "11", "91", "92"]).iter().map(|(id, value)| format!("{id}={value}")).collect();
    format!("https://id.example.org{path}?{}", query.join("&"))
}

/// The bytes of a seal: over what was signed, not over what is printed.
pub(crate) fn signed(seal: &Seal) -> SignedRecord {
    let udi = parse(&Scan::from_text(&element_string(&elements(&seal.over))), date(2026, 11, 20));
    let record = UnitRecord::from_udi(&udi, seal.index.and_then(StatusIndex::new)).unwrap();
    let public = PublicKey::from_bytes(key(seal.names).verifying_key().as_bytes()).unwrap();
    let hint = public.hint();
    let signature = key(seal.by).sign(&sig_structure(hint, &record)).to_bytes();
    SignedRecord { hint, record, signature }
}

fn scans(label: &Label) -> Vec<Scan> {
    let mut printed = elements(&label.fields);
    let Some((way, seal)) = &label.seal else { return vec![Scan::from_text(&element_string(&printed))] };
    let signed = signed(seal);
    if *way == Way::Companion {
        let texts = [element_string(&printed), Companion::text(&signed)];
        return texts.iter().map(|text| Scan::from_text(text)).collect();
    }
    let seal = SealText {
        hint: signed.hint,
        status_index: signed.record.status_index(),
        signature: signed.signature,
    };
    printed.extend([("91", seal.ai_91()), ("92", seal.ai_92())]);
    vec![Scan::from_text(&if *way == Way::Link { link(&printed) } else { element_string(&printed) })]
}

/// The core's verdict on a label.
pub(crate) fn verdict(verifier: &Verifier, label: &Label, clock: Timestamp) -> Expected {
    let verdict = verifier.verify_item(&scans(label), clock);
    Expected {
        headline: verdict.headline.code(),
        signature: match verdict.signature.state {
            SignatureState::Verified => "verified",
            SignatureState::Absent => "absent",
            SignatureState::Invalid => "invalid",
            SignatureState::UnknownKey => "unknown_key",
            SignatureState::KeyWithdrawn => "key_withdrawn",
        },
        recall: match verdict.recall.state {
            RecallState::Hit => "hit",
            RecallState::Possible => "possible",
            RecallState::None => "none",
            RecallState::CannotTell => "cannot_tell",
            RecallState::Unknown => "unknown",
        },
        unit: verdict.unit_status.status.map(|flag| flag.code()),
        freshness: match verdict.as_of.freshness {
            Freshness::Fresh => "fresh",
            Freshness::SoftStale => "soft_stale",
            Freshness::HardStale => "hard_stale",
            Freshness::None => "none",
        },
    }
}
