//! A stored state of this version, which later versions must read, and signed records as COSE messages, which
//! other implementations must make and read the same way. `UDI_WRITE_VECTORS` writes both again.

#[expect(dead_code, reason = "other tests use the rest")]
mod repository;

use std::fs;
use std::path::PathBuf;

use ed25519_dalek::Signer;
use jiff::civil::date;
use repository::{Repository, hex, key, now};
use serde_json::{Value, json};
use udi_verify::seal::{Companion, PublicKey, SignedRecord, StatusIndex, UnitRecord, sig_structure};
use udi_verify::trust::State;
use udi_verify::udi::{Scan, parse};

/// Holds bytes against a vector.
fn hold(name: &str, found: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    if std::env::var_os("UDI_WRITE_VECTORS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    assert!(fs::read(&path).unwrap() == found, "{name}");
}

#[test]
fn a_stored_state_of_this_version_is_read() {
    let mut repository =
        Repository::new(&[("keys.json", br#"{"version":1,"issuers":[]}"#), ("rules.bin", b"rules 1")]);
    repository.delegate("targets", "gs1-9501234", &["status/*"], false, 31);
    repository.set_target("gs1-9501234", "status/acme.bin", b"status 1");
    repository.publish(&["gs1-9501234", "targets", "snapshot", "timestamp"]);
    let pinned = repository.root().to_vec();
    repository.publish(&["root"]);
    let state = repository.update(&State::pinned(&pinned).unwrap(), now()).unwrap();
    hold("trust/root.json", &pinned);
    hold("trust/state.bin", &state.to_bytes());
    let read = State::from_bytes(&state.to_bytes(), &pinned).unwrap();
    assert_eq!((read.version("root"), read.issued(), read.last_sync()), (Some(2), Some(now()), Some(now())));
    assert_eq!(read.target("status/acme.bin").unwrap().bytes(), b"status 1");
}

/// Labels of every agency, with and without each optional field.
const LABELS: [(&str, Option<u64>); 8] = [
    ("]d201095012345678911728013110LT4107\u{1d}21SN100234", Some(100_234)),
    ("]d2010950123456789121SN100234", None),
    ("]d2010950123456789111250101172801001110LT/7\u{1d}21a-B_z", Some((1 << 36) - 1)),
    ("+B234PART50/$$90012571A2/S9/16D20250228/14D20270228Z", Some(0)),
    ("=+05036=/W1234TISSUE0A001=W12342612345600=,000012=>027031&,1000000000000000A77", Some(23)),
    ("[)>\u{1e}06\u{1d}9N110375286414\u{1d}1TB7\u{1d}D270100\u{1d}S5\u{1d}16D20250630\u{1e}\u{4}", Some(24)),
    ("MA.156.M0.100472.1AB03314.L7.S8.M20250131.E270131", Some(65_536)),
    ("MA.156.M0.100472.1AB03314.S8", None),
];

#[test]
fn signed_records_are_those_of_the_vectors() {
    let mut vectors = Vec::new();
    for ((label, index), seed) in LABELS.into_iter().zip(1_u8..) {
        let udi = parse(&Scan::from_text(label), date(2026, 11, 20));
        let record = UnitRecord::from_udi(&udi, index.and_then(StatusIndex::new)).unwrap();
        let public = PublicKey::from_bytes(key(seed).verifying_key().as_bytes()).unwrap();
        let hint = public.hint();
        let message = sig_structure(hint, &record);
        let signature = key(seed).sign(&message).to_bytes();
        let signed = SignedRecord { hint, record, signature };
        let cose = signed.to_cose();
        assert_eq!(SignedRecord::from_cose(&cose).as_ref(), Ok(&signed));
        assert!(public.verifies(&message, &signed.signature));
        vectors.push(json!({
            "label": label,
            "secretSeed": hex(&[seed; 32]),
            "public": hex(public.as_bytes()),
            "keyHint": hex(hint.as_bytes()),
            "fields": fields(&signed.record),
            "payload": hex(&signed.record.to_payload()),
            "sigStructure": hex(&message),
            "cose": hex(&cose),
            "companion": Companion::text(&signed),
        }));
    }
    hold("seal/records.json", (serde_json::to_string_pretty(&vectors).unwrap() + "\n").as_bytes());
}

/// The record by key of its map, for readers that know CBOR and not our names.
fn fields(record: &UnitRecord) -> Value {
    let mut fields = json!({"1": record.di(), "3": record.serial()});
    fields["0"] = match format!("{:?}", record.agency()).as_str() {
        "GS1" => json!(1),
        "HIBCC" => json!(2),
        "ICCBBA" => json!(3),
        "IFA" => json!(4),
        _ => json!(5),
    };
    for (name, text) in [("2", record.lot()), ("4", record.expiry()), ("5", record.manufactured())] {
        if let Some(text) = text {
            fields[name] = json!(text);
        }
    }
    if let Some(index) = record.status_index() {
        fields["6"] = json!(index.get());
    }
    fields
}
