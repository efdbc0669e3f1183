use ed25519_dalek::{Signer, SigningKey};
use jiff::civil::date;

use super::registry::{IssuerEntry, KeyEntry, KeyFile, KeyStatus, Prefix};
use super::*;
use crate::udi::{Agency, Element, LabelDate, Precision};

/// A GS1 label of these elements, without a parser between.
pub(super) fn gs1(elements: &[(&str, &str)]) -> Udi {
    let value = |id| elements.iter().find(|(name, _)| *name == id).map(|(_, value)| (*value).to_owned());
    let label_date = |id| {
        value(id).map(|original| LabelDate {
            original,
            format: "YYMMDD",
            date: date(2027, 1, 31),
            precision: Precision::Day,
        })
    };
    let element = |(id, value): &(&str, &str)| Element {
        id: (*id).to_owned(),
        value: (*value).to_owned(),
        title: None,
        source: 0,
        span: (0, 0),
    };
    Udi {
        agency: Some(Agency::GS1),
        di: value("01"),
        di_as_printed: value("01"),
        serial: value("21"),
        lot: value("10"),
        expiry: label_date("17"),
        manufactured: label_date("11"),
        elements: elements.iter().map(element).collect(),
        ..Udi::default()
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(seed: u8) -> PublicKey {
    PublicKey::from_bytes(key(seed).verifying_key().as_bytes()).unwrap()
}

fn entry(seed: u8) -> KeyEntry {
    KeyEntry {
        hint: public(seed).hint().to_string(),
        public: public(seed).to_base64url(),
        status: KeyStatus::Active,
        compromised_from: None,
        index_ranges: None,
    }
}

fn issuer(id: &str, prefix: &str, keys: Vec<KeyEntry>) -> IssuerEntry {
    let prefixes = vec![Prefix { agency: Agency::GS1, prefix: prefix.to_owned() }];
    IssuerEntry { id: id.to_owned(), name: format!("{id} Medical"), prefixes, keys }
}

fn registry(issuers: Vec<IssuerEntry>) -> Registry {
    let json = serde_json::to_vec(&KeyFile { version: 1, issuers }).unwrap();
    Registry::from_json(&json).unwrap()
}

const UNIT: [(&str, &str); 4] = [("01", "09501234567895"), ("17", "270131"), ("10", "LOT7"), ("21", "S-1")];

/// `fields` as a label sealed by key `seed`, which signed the record of `signed`.
fn sealed(fields: &[(&str, &str)], signed: &[(&str, &str)], seed: u8, index: Option<u64>) -> Udi {
    let status_index = index.and_then(StatusIndex::new);
    let record = UnitRecord::from_udi(&gs1(signed), status_index).unwrap();
    let hint = public(seed).hint();
    let signature = key(seed).sign(&sig_structure(hint, &record)).to_bytes();
    let seal = SealText { hint, status_index, signature };
    let (ai_91, ai_92) = (seal.ai_91(), seal.ai_92());
    let mut elements = fields.to_vec();
    elements.extend([("91", ai_91.as_str()), ("92", ai_92.as_str())]);
    gs1(&elements)
}

fn check(udi: &Udi, registry: &Registry) -> SealStatus {
    verify(udi, Carrier::Ai, registry)
}

#[test]
fn the_signed_bytes_are_those_of_the_documented_layout() {
    let record = UnitRecord::from_udi(&gs1(&UNIT), StatusIndex::new(5)).unwrap();
    let payload = b"\xa6\x00\x01\x01\x6e09501234567895\x02\x64LOT7\x03\x63S-1\x04\x66270131\x06\x05";
    assert_eq!(record.to_payload(), payload);
    assert_eq!(UnitRecord::from_payload(payload), Ok(record.clone()));
    let mut message = b"\x84\x6aSignature1\x48\xa2\x01\x32\x04\x43\x01\x02\x03\x4audi-unit/1".to_vec();
    message.extend([0x58, u8::try_from(payload.len()).unwrap()]);
    message.extend(payload);
    assert_eq!(sig_structure(KeyHint::from_bytes([1, 2, 3]), &record), message);
}

#[test]
fn a_sealed_label_verifies_and_names_its_issuer() {
    let registry = registry(vec![issuer("acme", "9501234", vec![entry(1)])]);
    let SealStatus::Verified(seal) = check(&sealed(&UNIT, &UNIT, 1, Some(99)), &registry) else {
        panic!("not verified")
    };
    assert_eq!(seal.issuer_name(), "acme Medical");
    assert_eq!(seal.status_index(), StatusIndex::new(99));
    assert_eq!(seal.record().lot(), Some("LOT7"));
}

#[test]
fn an_edited_field_or_index_is_invalid() {
    let registry = registry(vec![issuer("acme", "9501234", vec![entry(1)])]);
    for (at, value) in [(1, "280131"), (2, "LOT8"), (3, "S-2")] {
        let mut edited = UNIT;
        edited[at].1 = value;
        let SealStatus::Invalid(invalid) = check(&sealed(&edited, &UNIT, 1, None), &registry) else {
            panic!("{value} passed")
        };
        assert_eq!(invalid.reason, InvalidReason::Signature);
    }
    let dropped: Vec<_> = UNIT.into_iter().filter(|(id, _)| *id != "10").collect();
    assert!(matches!(check(&sealed(&dropped, &UNIT, 1, None), &registry), SealStatus::Invalid(_)));
    let no_serial: Vec<_> = UNIT.into_iter().filter(|(id, _)| *id != "21").collect();
    let SealStatus::Invalid(invalid) = check(&sealed(&no_serial, &UNIT, 1, None), &registry) else {
        panic!()
    };
    assert_eq!(invalid.reason, InvalidReason::Incomplete);
}

#[test]
fn a_key_speaks_only_for_its_own_prefix() {
    let registry =
        registry(vec![issuer("acme", "9501234", vec![entry(1)]), issuer("other", "9509999", vec![entry(2)])]);
    let forged = check(&sealed(&UNIT, &UNIT, 2, None), &registry);
    assert!(matches!(forged, SealStatus::UnknownKey(_)), "{forged:?}");
    let unknown = check(&sealed(&UNIT, &UNIT, 3, None), &registry);
    assert!(matches!(unknown, SealStatus::UnknownKey(_)));
}

#[test]
fn a_retired_key_still_verifies_and_a_withdrawn_one_does_not() {
    let retired = KeyEntry { status: KeyStatus::Retired, ..entry(1) };
    let old = registry(vec![issuer("acme", "9501234", vec![retired, entry(2)])]);
    assert!(matches!(check(&sealed(&UNIT, &UNIT, 1, None), &old), SealStatus::Verified(_)));
    let from = "2026-05-01T00:00:00Z".parse().ok();
    for entry in [
        KeyEntry { status: KeyStatus::Compromised, compromised_from: from, ..entry(1) },
        KeyEntry { status: KeyStatus::Active, compromised_from: from, ..entry(1) },
    ] {
        let registry = registry(vec![issuer("acme", "9501234", vec![entry])]);
        let SealStatus::KeyWithdrawn(seal) = check(&sealed(&UNIT, &UNIT, 1, None), &registry) else {
            panic!("not withdrawn")
        };
        assert_eq!(seal.compromised_from(), from);
    }
}

#[test]
fn an_index_outside_the_keys_ranges_has_no_key() {
    let entry = KeyEntry { index_ranges: Some(vec![(10, 19)]), ..entry(1) };
    let registry = registry(vec![issuer("acme", "9501234", vec![entry])]);
    let status = |index| check(&sealed(&UNIT, &UNIT, 1, index), &registry);
    assert!(matches!(status(Some(19)), SealStatus::Verified(_)));
    assert!(matches!(status(Some(20)), SealStatus::UnknownKey(_)));
    assert!(matches!(status(None), SealStatus::UnknownKey(_)));
}

#[test]
fn other_content_under_91_and_92_is_no_seal_unless_the_issuer_seals() {
    let elements = [UNIT.as_slice(), &[("92", "WAREHOUSE 7")]].concat();
    let empty = registry(vec![]);
    assert_eq!(check(&gs1(&elements), &empty), SealStatus::Absent);
    let acme = registry(vec![issuer("acme", "9501234", vec![entry(1)])]);
    assert!(matches!(
        check(&gs1(&elements), &acme),
        SealStatus::Invalid(Invalid { reason: InvalidReason::Malformed, .. })
    ));
    assert_eq!(check(&gs1(&UNIT), &acme), SealStatus::Absent);
}
