use ed25519_dalek::{Signer, SigningKey};
use jiff::civil::date;

use super::registry::{IssuerEntry, KeyEntry, KeyFile, KeyStatus, Prefix};
use super::*;
use crate::udi::{Agency, Element, LabelDate, Precision, Scan};

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
    IssuerEntry { id: id.to_owned(), name: format!("{id} Medical"), prefixes, keys, seals_all: None }
}

fn registry(issuers: Vec<IssuerEntry>) -> Registry {
    let json = serde_json::to_vec(&KeyFile { version: 1, issuers, ..KeyFile::default() }).unwrap();
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

/// The record of `UNIT` signed by key `seed`, as one message.
fn signed_record(seed: u8, index: Option<u64>) -> SignedRecord {
    let record = UnitRecord::from_udi(&gs1(&UNIT), index.and_then(StatusIndex::new)).unwrap();
    let hint = public(seed).hint();
    let signature = key(seed).sign(&sig_structure(hint, &record)).to_bytes();
    SignedRecord { hint, record, signature }
}

fn companion(seed: u8) -> Companion {
    let text = Companion::text(&signed_record(seed, Some(7)));
    Companion::read(&Scan::from_text(&text)).unwrap()
}

fn acme() -> Registry {
    registry(vec![issuer("acme", "9501234", vec![entry(1)])])
}

#[test]
fn one_record_has_the_same_signed_bytes_in_all_four_carriers() {
    let signed = signed_record(1, Some(7));
    let registry = acme();
    let in_symbol = verify(&sealed(&UNIT, &UNIT, 1, Some(7)), Carrier::Ai, &registry);
    let link = verify(&sealed(&UNIT, &UNIT, 1, Some(7)), Carrier::DigitalLink, &registry);
    let beside = companion(1).verify(&gs1(&UNIT), &registry);
    let file = Bundle::encode([(&signed.record, signed.hint, signed.signature)]);
    let detached = Bundle::open(&file).unwrap().verify(&gs1(&UNIT), &registry);
    for (status, carrier) in [
        (in_symbol, Carrier::Ai),
        (link, Carrier::DigitalLink),
        (beside, Carrier::Companion),
        (detached, Carrier::Detached),
    ] {
        let SealStatus::Verified(seal) = status else { panic!("{carrier:?}: {status:?}") };
        assert_eq!(seal.carrier(), carrier);
        let expected = sig_structure(signed.hint, &signed.record);
        assert_eq!(sig_structure(seal.hint(), seal.record()), expected);
    }
}

#[test]
fn a_companion_of_another_unit_is_invalid() {
    let mut other = UNIT;
    other[3].1 = "S-2";
    let SealStatus::Invalid(invalid) = companion(1).verify(&gs1(&other), &acme()) else { panic!() };
    assert_eq!(invalid.reason, InvalidReason::OtherUnit);
    let forged = companion(2).verify(&gs1(&UNIT), &acme());
    assert!(matches!(forged, SealStatus::UnknownKey(_)));
    let device_alone = gs1(&UNIT[..1]);
    assert_eq!(companion(1).verify(&device_alone, &acme()), SealStatus::Absent);
}

#[test]
fn a_companion_with_any_bit_flipped_never_verifies() {
    let text = Companion::text(&signed_record(1, None));
    for place in companion::PREFIX.len()..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let companion = Companion::read(&Scan::from_bytes(&bytes)).unwrap();
            let status = companion.verify(&gs1(&UNIT), &acme());
            assert!(!matches!(status, SealStatus::Verified(_)), "{place} {bit}");
        }
    }
}

#[test]
fn a_cose_message_has_one_form() {
    let signed = signed_record(1, Some(7));
    let cose = signed.to_cose();
    assert_eq!(SignedRecord::from_cose(&cose), Ok(signed.clone()));
    assert_eq!(SignedRecord::from_cose(&cose[1..]), Ok(signed), "the tag may be left out");
    assert!(matches!(
        SignedRecord::from_cose(&[&cose[..], &[0]].concat()),
        Err(CborError::Trailing { count: 1 })
    ));
    for length in 0..cose.len() {
        assert!(SignedRecord::from_cose(&cose[..length]).is_err());
    }
}

#[test]
fn a_bundle_answers_for_its_units_and_no_other() {
    let units: Vec<_> = (0..50_u64)
        .map(|unit| {
            let serial = format!("S-{unit}");
            let mut fields = UNIT;
            fields[3].1 = &serial;
            let record = UnitRecord::from_udi(&gs1(&fields), StatusIndex::new(unit)).unwrap();
            let hint = public(1).hint();
            let signature = key(1).sign(&sig_structure(hint, &record)).to_bytes();
            (record, hint, signature)
        })
        .collect();
    let file = Bundle::encode(units.iter().map(|(record, hint, signature)| (record, *hint, *signature)));
    let bundle = Bundle::open(&file).unwrap();
    assert_eq!(bundle.len(), 50);
    for unit in 0..60 {
        let serial = format!("S-{unit}");
        let mut fields = UNIT;
        fields[3].1 = &serial;
        let status = bundle.verify(&gs1(&fields), &acme());
        assert_eq!(matches!(status, SealStatus::Verified(_)), unit < 50, "{serial}");
        fields[2].1 = "OTHER";
        let other_lot = bundle.verify(&gs1(&fields), &acme());
        assert_eq!(matches!(other_lot, SealStatus::Invalid(_)), unit < 50, "{serial}");
    }
    for length in 0..file.len() {
        assert!(Bundle::open(&file[..length]).is_err());
    }
}

/// A log of one entry with its checkpoint, cosigned by witnesses at these times.
fn proof(manifest: &[u8], times: &[(u8, u64)]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};
    let leaf = Sha256::new().chain_update([0]).chain_update(manifest).finalize();
    let text = format!("log.example/acme\n1\n{}\n", STANDARD.encode(leaf));
    let line = |name: &str, seed: u8, algorithm: u8, blob: Vec<u8>| {
        let id = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', algorithm])
            .chain_update(key(seed).verifying_key().as_bytes())
            .finalize();
        format!("— {name} {}\n", STANDARD.encode([&id[..4], &blob].concat()))
    };
    let mut note =
        format!("{text}\n{}", line("log.example/acme", 50, 1, key(50).sign(text.as_bytes()).to_vec()));
    for &(seed, time) in times {
        let message = format!("cosignature/v1\ntime {time}\n{text}");
        let signature = key(seed).sign(message.as_bytes()).to_bytes();
        let blob = [&time.to_be_bytes()[..], &signature].concat();
        note += &line(&format!("witness{seed}.example"), seed, 4, blob);
    }
    format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}")
}

#[test]
fn a_stolen_signing_key_spares_units_witnessed_before() {
    let from: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    let lost = u64::try_from(from.as_second()).unwrap();
    let named = |name: &str, seed| super::registry::NamedKeyEntry {
        name: name.to_owned(),
        public: public(seed).to_base64url(),
    };
    let compromised = KeyEntry { status: KeyStatus::Compromised, compromised_from: Some(from), ..entry(1) };
    let file = KeyFile {
        version: 1,
        issuers: vec![issuer("acme", "9501234", vec![compromised])],
        logs: vec![named("log.example/acme", 50)],
        witnesses: vec![
            named("witness51.example", 51),
            named("witness52.example", 52),
            named("witness53.example", 53),
        ],
        witnesses_needed: Some(2),
    };
    let registry = Registry::from_json(&serde_json::to_vec(&file).unwrap()).unwrap();
    let manifest = b"the lot's serials";
    let seen = |times: &[(u8, u64)]| {
        let proof = proof(manifest, times);
        WitnessedManifest::verify(manifest, proof.as_bytes(), &registry).map(|witnessed| {
            let SealStatus::KeyWithdrawn(seal) = check(&sealed(&UNIT, &UNIT, 1, None), &registry) else {
                panic!("not withdrawn")
            };
            matches!(seal.restore(&witnessed, |bytes, _| bytes == manifest), SealStatus::Verified(_))
        })
    };
    assert_eq!(seen(&[(51, lost - 10), (52, lost - 5)]), Ok(true));
    assert_eq!(seen(&[(51, lost - 10), (52, lost), (53, lost + 1)]), Ok(false), "only one saw it in time");
    assert_eq!(
        seen(&[(51, lost - 10), (54, lost - 10)]),
        Err(WitnessError::TooFewWitnesses { found: 1, wanted: 2 })
    );
    assert_eq!(
        seen(&[(51, lost - 10), (51, lost - 9)]),
        Err(WitnessError::TooFewWitnesses { found: 1, wanted: 2 })
    );
    let other = proof(b"another lot", &[(51, lost - 10), (52, lost - 10)]);
    assert_eq!(
        WitnessedManifest::verify(manifest, other.as_bytes(), &registry),
        Err(WitnessError::NotIncluded)
    );
    let unsigned = proof(manifest, &[]).replace("log.example/acme\n1", "log.example/acme\n2");
    assert_eq!(
        WitnessedManifest::verify(manifest, unsigned.as_bytes(), &registry),
        Err(WitnessError::UnknownLog)
    );
}

#[test]
fn weak_and_non_canonical_keys_are_refused() {
    let identity = [[1].as_slice(), &[0; 31]].concat();
    assert_eq!(PublicKey::from_bytes(&identity), Err(KeyError::SmallOrder));
    // y = p + 1 encodes the same point as y = 1.
    let again = [[0xee].as_slice(), &[0xff; 30], &[0x7f]].concat();
    assert!(matches!(PublicKey::from_bytes(&again), Err(KeyError::SmallOrder | KeyError::NotCanonical)));
    // Of the 19 encodings at or above p, none becomes a key.
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let bytes = [[low].as_slice(), &[0xff; 30], &[high]].concat();
            assert!(PublicKey::from_bytes(&bytes).is_err(), "{low:x} {high:x}");
        }
    }
    assert_eq!(PublicKey::from_bytes(&[0; 31]), Err(KeyError::Length));
}
