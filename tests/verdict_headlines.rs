//! Every headline, from a published repository and a scan: the verdicts are held in `vectors/verdict`.

#[expect(dead_code, reason = "other tests use the rest")]
mod repository;

use std::fs;
use std::path::Path;

use ed25519_dalek::Signer;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use repository::{Repository, hex, key, now};
use serde_json::{Value, json};
use udi_verify::messages::{self, Language};
use udi_verify::recall::manifest::{self, Lot};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Action, DateRange, Flag, Match, Rule, rules};
use udi_verify::seal::{PublicKey, SealText, StatusIndex, UnitRecord, sig_structure};
use udi_verify::trust::State;
use udi_verify::udi::{Agency, Scan, parse};
use udi_verify::verdict::Verifier;

const ACME: u8 = 41;
const STOLEN: u8 = 42;
const OTHER: u8 = 43;
const STRICT: u8 = 44;

fn public(seed: u8) -> PublicKey {
    PublicKey::from_bytes(key(seed).verifying_key().as_bytes()).unwrap()
}

fn key_entry(seed: u8, status: &str) -> Value {
    json!({"hint": public(seed).hint().to_string(), "public": public(seed).to_base64url(), "status": status})
}

fn registry() -> Vec<u8> {
    let mut stolen = key_entry(STOLEN, "compromised");
    stolen["compromisedFrom"] = json!("2026-05-01T00:00:00Z");
    let issuer = |id: &str, name: &str, prefix: &str, keys: Vec<Value>| json!({"id": id, "name": name, "prefixes": [{"agency": "GS1", "prefix": prefix}], "keys": keys});
    let acme = issuer("acme", "Acme Medical", "9501234", vec![key_entry(ACME, "active"), stolen]);
    let other = issuer("other", "Other Devices", "9504321", vec![key_entry(OTHER, "active")]);
    let mut strict = issuer("strict", "Strict Implants", "9507777", vec![key_entry(STRICT, "active")]);
    strict["sealsAll"] = json!({"exceptExpiringBefore": "2027-07-01"});
    serde_json::to_vec(&json!({"version": 1, "issuers": [acme, other, strict]})).unwrap()
}

fn rule(id: &str, units: Match) -> Rule {
    Rule {
        id: id.into(),
        authority: "FDA".into(),
        class: "II".into(),
        action: Action::DoNotUse,
        reason: "Seal may be open".into(),
        source: "https://example.org/recall".into(),
        source_date: date(2026, 11, 18),
        units,
    }
}

const DI: &str = "09501234567891";
const STRICT_DI: &str = "09507777000017";
const NOTICE_DI: &str = "09501234000022";
const SERIAL_DI: &str = "09501234000039";
const DATE_DI: &str = "09501234000046";
const WHOLE_DI: &str = "09501234000053";
/// Of [`STRICT`]'s units this one carries no flag; the ones after it carry each flag, in the order of [`Flag::ALL`].
const UNFLAGGED: u64 = 100_234;

fn recall_rules() -> Vec<u8> {
    let of = |di: &str| Match { di: Some(di.into()), ..Match::default() };
    let by_lot = Match { lots: vec!["RC2201".into()], ..of(DI) };
    let text = Match { text_only: true, ..of(NOTICE_DI) };
    let serial = Match { lots: vec!["LT4107".into()], serials: vec!["SN100234".into()], ..of(SERIAL_DI) };
    let until = DateRange { from: None, to: Some(date(2028, 2, 1)) };
    let dates = Match { expiry: Some(until), ..of(DATE_DI) };
    let whole = Match { all: true, ..of(WHOLE_DI) };
    let all = [("R-1", by_lot), ("R-2", text), ("R-3", serial), ("R-4", dates), ("R-5", whole)];
    rules::encode(&all.map(|(id, units)| rule(id, units))).unwrap()
}

fn status_list() -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), UNFLAGGED + 10).unwrap();
    for (flag, index) in Flag::ALL.into_iter().zip(UNFLAGGED + 1..) {
        encoder.push(flag, index).unwrap();
    }
    encoder.finish().unwrap()
}

/// A repository whose rules reach to the day before it was published.
fn repository() -> Repository {
    let mut repository = Repository::new(&[
        ("keys.json", &registry()),
        ("rules.bin", &recall_rules()),
        ("status/strict.bin", &status_list()),
    ]);
    repository.spoil = |role, signed| {
        if role == "targets" {
            signed["targets"]["rules.bin"]["custom"] = json!({"sourceDate": "2026-11-19"});
        }
    };
    repository.publish(&["targets", "snapshot", "timestamp"]);
    repository
}

fn verifier() -> Verifier {
    let repository = repository();
    let state = repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap();
    Verifier::new(state).unwrap()
}

const FIELDS: &str = "010950123456789117280131\u{1d}10LT4107\u{1d}21SN100234";

/// A scan of these elements, sealed by a key over the elements of `signed`.
fn sealed(scanned: &str, signed: &str, seed: u8, named: u8) -> String {
    sealed_at(UNFLAGGED, scanned, signed, seed, named)
}

/// The same, with this index of the issuer's status list.
fn sealed_at(index: u64, scanned: &str, signed: &str, seed: u8, named: u8) -> String {
    let udi = parse(&Scan::from_text(&format!("]d2{signed}")), date(2026, 11, 20));
    let status_index = StatusIndex::new(index);
    let record = UnitRecord::from_udi(&udi, status_index).unwrap();
    let hint = public(named).hint();
    let signature = key(seed).sign(&sig_structure(hint, &record)).to_bytes();
    let seal = SealText { hint, status_index, signature };
    format!("]d2{scanned}\u{1d}91{}\u{1d}92{}", seal.ai_91(), seal.ai_92())
}

fn verdict(verifier: &Verifier, scan: &str, now: Timestamp) -> Value {
    serde_json::to_value(verifier.verify(&Scan::from_text(scan), now)).unwrap()
}

fn cases() -> Vec<(&'static str, String)> {
    let plain = |fields: &str| format!("]d2{fields}");
    let recalled = FIELDS.replace("LT4107", "RC2201");
    let expired = FIELDS.replace("280131", "260131");
    let other = FIELDS.replace("9501234567891", "9504321000011");
    vec![
        ("signed_no_recall", sealed(FIELDS, FIELDS, ACME, ACME)),
        ("signed_uncovered", sealed(&format!("{FIELDS}\u{1d}240REF-77"), FIELDS, ACME, ACME)),
        ("unsigned_no_recall", plain(FIELDS)),
        ("recalled_unsigned", plain(&recalled)),
        ("recalled_signed", sealed(&recalled, &recalled, ACME, ACME)),
        ("altered_lot", sealed(&FIELDS.replace("LT4107", "LT4108"), FIELDS, ACME, ACME)),
        ("altered_forged", sealed(FIELDS, FIELDS, OTHER, ACME)),
        ("expired", sealed(&expired, &expired, ACME, ACME)),
        ("hold_unknown_key", sealed(FIELDS, FIELDS, 99, 99)),
        ("hold_other_prefix", sealed(&other, &other, ACME, ACME)),
        ("hold_key_withdrawn", sealed(FIELDS, FIELDS, STOLEN, STOLEN)),
        ("hold_recall_possible", plain(&FIELDS.replace(DI, NOTICE_DI))),
        ("hold_recall_cannot_tell", plain("010950123456789117280131\u{1d}21SN100234")),
        ("hold_seal_taken_off", plain(&FIELDS.replace(DI, STRICT_DI))),
        ("hold_unreadable", "hello".to_owned()),
    ]
}

#[test]
fn a_seal_taken_off_is_held_where_the_issuer_seals_everything() {
    let verifier = verifier();
    let fields = FIELDS.replace(DI, STRICT_DI);
    let headline = |scan: &str| verifier.verify(&Scan::from_text(scan), now()).headline.code();
    assert_eq!(headline(&sealed(&fields, &fields, STRICT, STRICT)), "signed_no_recall");
    assert_eq!(headline(&format!("]d2{fields}")), "hold");
    assert_eq!(headline(&format!("]d2{fields}\u{1d}91WAREHOUSE")), "altered");
    let older = fields.replace("280131", "270131");
    assert_eq!(headline(&format!("]d2{older}")), "unsigned_no_recall", "older than the practice");
    assert_eq!(headline(&format!("]d2{FIELDS}")), "unsigned_no_recall", "another issuer's label");
}

/// Holds `found` against the vector of that name; `UDI_WRITE_VECTORS` writes it instead.
fn hold_to_vector(name: &str, scan: &str, now: Timestamp, found: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/verdict/{name}.json"));
    let vector = json!({"scan": scan, "now": now.to_string(), "verdict": found});
    if std::env::var_os("UDI_WRITE_VECTORS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
    }
    let expected: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(vector, expected, "{name}");
}

#[test]
fn headlines_are_those_of_the_vectors() {
    let verifier = verifier();
    for (name, scan) in cases() {
        let found = verdict(&verifier, &scan, now());
        let headline = found["headline"].as_str().unwrap();
        assert!(
            name.starts_with(headline) || (name, headline) == ("signed_uncovered", "signed_no_recall"),
            "{name}: {headline}"
        );
        hold_to_vector(name, &scan, now(), &found);
    }
}

/// What stands under the headline: a code for words, and the facts in them.
#[test]
fn the_reason_is_what_decided_the_headline() {
    let verifier = verifier();
    let label = |di: &str| format!("]d2{}", FIELDS.replace(DI, di));
    let strict = FIELDS.replace(DI, STRICT_DI);
    let flagged = |at: u64| sealed_at(UNFLAGGED + 1 + at, &strict, &strict, STRICT, STRICT);
    let flag_codes = Flag::ALL.map(|flag| match flag {
        Flag::Recalled => "reason_recalled_by_maker",
        Flag::Quarantined => "reason_quarantined",
        Flag::Used => "reason_used",
        Flag::Stolen => "reason_stolen",
        Flag::Destroyed => "reason_destroyed",
    });
    let mut expected = vec![
        (
            format!("]d2{}", FIELDS.replace("LT4107", "RC2201")),
            "reason_recalled_lot",
            json!({"id": "R-1", "lot": "RC2201"}),
        ),
        (label(SERIAL_DI), "reason_recalled_serial", json!({"id": "R-3", "serial": "SN100234"})),
        (label(DATE_DI), "reason_recalled_dates", json!({"id": "R-4"})),
        (label(WHOLE_DI), "reason_recalled_device", json!({"id": "R-5"})),
        (
            sealed(&FIELDS.replace("LT4107", "LT4108"), FIELDS, ACME, ACME),
            "reason_signature_does_not_fit",
            json!({}),
        ),
        (format!("]d2{strict}\u{1d}91WAREHOUSE"), "reason_signature_unreadable", json!({})),
        (
            sealed(FIELDS, FIELDS, ACME, ACME).replace("\u{1d}21SN100234", ""),
            "reason_signed_field_missing",
            json!({}),
        ),
        (sealed(FIELDS, FIELDS, 99, 99), "reason_unknown_key", json!({})),
        (sealed(FIELDS, FIELDS, STOLEN, STOLEN), "reason_key_withdrawn", json!({"issuer": "Acme Medical"})),
        (format!("]d2{strict}"), "reason_seal_expected", json!({"issuer": "Strict Implants"})),
        (label(NOTICE_DI), "reason_recall_possible", json!({"ids": "R-2"})),
        (
            "]d2010950123456789117280131\u{1d}21SN100234".into(),
            "reason_recall_cannot_tell",
            json!({"ids": "R-1"}),
        ),
        ("]d217280131\u{1d}10LT4107".into(), "reason_no_device", json!({})),
        ("hello".into(), "reason_not_udi", json!({})),
        (label("09501234567892"), "reason_label_faulty", json!({"finding": "check_digit"})),
        (
            format!("]d2{}", FIELDS.replace("17280131", "11281331")),
            "reason_label_faulty",
            json!({"finding": "date_month"}),
        ),
        (
            format!("]d2{}", FIELDS.replace("280131", "260131")),
            "reason_expired",
            json!({"date": "2026-01-31"}),
        ),
    ];
    expected.extend((0..).zip(flag_codes).map(|(at, code)| (flagged(at), code, json!({}))));
    for (scan, code, params) in expected {
        let found = verdict(&verifier, &scan, now());
        assert_eq!(found["reason"], json!({"code": code, "params": params}), "{} {scan}", found["headline"]);
    }
    for clear in [sealed(FIELDS, FIELDS, ACME, ACME), format!("]d2{FIELDS}")] {
        assert_eq!(verdict(&verifier, &clear, now())["reason"], Value::Null);
    }
    let after = |days: i64| now() + SignedDuration::from_hours(24 * days);
    let old = verdict(&verifier, &format!("]d2{FIELDS}"), after(31));
    assert_eq!(old["reason"], json!({"code": "reason_data_too_old", "params": {"asOf": "2026-11-19"}}));
    let pinned = Verifier::new(State::pinned(repository().root()).unwrap()).unwrap();
    let none = verdict(&pinned, &format!("]d2{FIELDS}"), now());
    assert_eq!(none["reason"], json!({"code": "reason_no_data", "params": {}}));
}

/// One code of a label in two: the device identifier alone, in each agency's writing.
const DEVICE_ALONE: [&str; 6] = [
    "]d20109501234000060",
    "]E09501234000060",
    "+H123ABC01234567890D",
    "=/A9999XYZ100T0944",
    "[)>\u{1e}06\u{1d}9N111234567842\u{1e}\u{4}",
    "MA.156.M0.100133.D78961234",
];

#[test]
fn a_device_without_lot_serial_or_date_is_said_to_be_half_a_label() {
    let verifier = verifier();
    for scan in DEVICE_ALONE {
        let found = verdict(&verifier, scan, now());
        // That no recall names the device at all is established; whether this label is in order is not.
        assert_eq!(found["headline"], "unsigned_no_recall", "{scan}: {}", found["reason"]);
        assert_eq!(found["reason"], json!({"code": "reason_device_alone", "params": {}}), "{scan}");
        let codes = |lines: &Value| {
            let lines = lines.as_array().unwrap().iter();
            lines.map(|line| line["code"].to_string()).collect::<Vec<_>>().join(" ")
        };
        assert!(codes(&found["established"]).contains("no_recall_of_device"), "{}", found["established"]);
        let open = codes(&found["notEstablished"]);
        assert!(open.contains("other_code"), "{open}");
        for of_the_other_code in ["maker_issued_serial", "expiry_not_stated"] {
            assert!(!open.contains(of_the_other_code), "its other code may say so: {open}");
        }
    }
    hold_to_vector(
        "unsigned_no_recall_device_alone",
        DEVICE_ALONE[0],
        now(),
        &verdict(&verifier, DEVICE_ALONE[0], now()),
    );
}

/// What the missing half cannot change stands; what it can is asked of it.
#[test]
fn half_a_label_is_recalled_where_its_whole_device_is_and_held_where_its_lot_may_be() {
    let verifier = verifier();
    let found = |scan: &str| {
        let found = verdict(&verifier, scan, now());
        (found["headline"].as_str().unwrap().to_owned(), found["reason"]["code"].as_str().unwrap().to_owned())
    };
    let answer = |headline: &str, reason: &str| (headline.to_owned(), reason.to_owned());
    assert_eq!(found(&format!("]d201{WHOLE_DI}")), answer("recalled", "reason_recalled_device"));
    assert_eq!(found(&format!("]d201{DI}")), answer("hold", "reason_recall_cannot_tell"));
    // The seal that such a label must have is in its other code.
    assert_eq!(found(&format!("]d201{STRICT_DI}")), answer("hold", "reason_device_alone"));
    assert_eq!(found(&format!("]d201{STRICT_DI}\u{1d}11261001")), answer("hold", "reason_seal_expected"));
}

/// An expiry that no calendar has, in each agency's writing, and what is found wrong with it.
const UNREADABLE_EXPIRIES: [(&str, &str); 9] = [
    ("]d2010950123456789117281331\u{1d}10LT4107\u{1d}21SN100234", "date_month"),
    ("]d20109501234567891700328013224990\u{1d}10LT4107", "date_day"),
    ("+H123ABC01234567890/$$31313011LOT7/S77DG", "date_month"),
    ("+A99912345/$$1328LT41/16D20260101L", "date_month"),
    ("+A99912345/14D20281331/SSN1X", "date_month"),
    ("=/A9999XYZ100T0944=,000025=>028400", "date_day"),
    ("=/A9999XYZ100T0944=,000025=]022813", "date_month"),
    ("[)>\u{1e}06\u{1d}9N111234567842\u{1d}1TLT4107\u{1d}D281331\u{1d}SSN1\u{1e}\u{4}", "date_month"),
    ("MA.156.M0.100133.D78961234.E281331.LLT4107.SSN1", "date_month"),
];

#[test]
fn an_expiry_that_is_no_date_is_the_reason_in_every_agencys_writing() {
    let verifier = verifier();
    for (scan, finding) in UNREADABLE_EXPIRIES {
        let found = verdict(&verifier, scan, now());
        assert_eq!(found["headline"], "hold", "{scan}");
        assert_eq!(found["expiry"]["state"], "unreadable", "{scan}");
        let reason = json!({"code": "reason_expiry_unreadable", "params": {"finding": finding}});
        assert_eq!(found["reason"], reason, "{scan} {}", found["udi"]["findings"]);
    }
    let (scan, _) = UNREADABLE_EXPIRIES[0];
    hold_to_vector("hold_expiry_unreadable", scan, now(), &verdict(&verifier, scan, now()));
}

/// Rules, dates and lists that a repository has or lacks, each with the reason that follows from it.
#[test]
fn what_the_repository_lacks_is_the_reason() {
    let scan = format!("]d2{FIELDS}");
    let update = |repository: &Repository| {
        let state = repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap();
        Verifier::new(state).unwrap()
    };

    let without_rules = update(&Repository::new(&[("keys.json", &registry())]));
    let found = verdict(&without_rules, &scan, now());
    assert_eq!(found["headline"], "cannot_check_recalls");
    assert_eq!(found["reason"], json!({"code": "reason_no_rules", "params": {}}));
    hold_to_vector("cannot_check_recalls_no_rules", &scan, now(), &found);
    let damaged = update(&Repository::new(&[("keys.json", &registry()), ("rules.bin", b"UDIR\x63\0")]));
    assert_eq!(verdict(&damaged, &scan, now())["reason"], found["reason"], "rules that cannot be read");

    let mut undated = repository();
    undated.spoil = |_, signed| drop(signed.as_object_mut().unwrap().remove("issued"));
    undated.publish(&["targets", "snapshot", "timestamp"]);
    let found = verdict(&update(&undated), &scan, now());
    assert_eq!(found["headline"], "cannot_check_recalls");
    assert_eq!(found["reason"], json!({"code": "reason_data_of_unknown_age", "params": {}}));
    hold_to_vector("cannot_check_recalls_of_unknown_age", &scan, now(), &found);

    let lot = Lot { agency: Agency::GS1, di: DI, lot: "LT4107", first_index: None };
    let manifest = manifest::encode(lot, &["SN100235", "SN100236"]).unwrap();
    let mut listing = repository();
    listing.set_target("targets", "records/LT4107.manifest", &manifest);
    listing.publish(&["targets", "snapshot", "timestamp"]);
    let found = verdict(&update(&listing), &scan, now());
    assert_eq!(found["headline"], "hold");
    assert_eq!(found["reason"], json!({"code": "reason_serial_not_listed", "params": {}}));
    hold_to_vector("hold_serial_not_listed", &scan, now(), &found);
    let listed = format!("]d2{}", FIELDS.replace("SN100234", "SN100235"));
    assert_eq!(verdict(&update(&listing), &listed, now())["reason"], Value::Null);
}

const LANGUAGES: [Language; 6] = [
    Language::English,
    Language::SimplifiedChinese,
    Language::German,
    Language::French,
    Language::Spanish,
    Language::Arabic,
];

/// No headline but the two that found nothing goes without its reason, half a label never, and every reason has words with
/// its facts. The vectors hold verdicts of the other tests too.
#[test]
fn every_other_headline_has_a_reason_with_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/verdict");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (verdict, name) = (&vector["verdict"], path.display());
        let headline = verdict["headline"].as_str().unwrap();
        let unit = ["lot", "serial", "expiry", "manufactured"];
        let whole = unit.iter().any(|field| !verdict["udi"][field].is_null());
        let found_nothing = whole && ["signed_no_recall", "unsigned_no_recall"].contains(&headline);
        assert_eq!(verdict["reason"].is_null(), found_nothing, "{name}");
        if found_nothing {
            continue;
        }
        let facts = verdict["reason"]["params"].as_object().unwrap().iter();
        let facts: Vec<_> =
            facts.map(|(name, value)| (name.as_str(), value.as_str().unwrap().to_owned())).collect();
        for language in LANGUAGES {
            let words = messages::words(verdict["reason"]["code"].as_str().unwrap(), &facts, language);
            let words = words.unwrap_or_else(|| panic!("{name}: {language:?}"));
            assert!(!words.text.is_empty() && !words.text.contains('{'), "{name}: {}", words.text);
        }
    }
}

#[test]
fn without_data_recalls_cannot_be_checked() {
    let pinned = Verifier::new(State::pinned(repository().root()).unwrap()).unwrap();
    let scan = format!("]d2{FIELDS}");
    let found = verdict(&pinned, &scan, now());
    assert_eq!(found["headline"], "cannot_check_recalls");
    assert_eq!(found["asOf"]["freshness"], "none");
    hold_to_vector("cannot_check_recalls_no_data", &scan, now(), &found);
}

#[test]
fn old_data_is_shown_then_refused_and_still_recalls() {
    let verifier = verifier();
    let scan = sealed(FIELDS, FIELDS, ACME, ACME);
    let after = |hours| now() + SignedDuration::from_hours(hours);
    let at = |hours| verdict(&verifier, &scan, after(hours));
    // The source reaches to the end of the 19th, half a day before the repository was signed.
    assert_eq!(at(24)["asOf"]["freshness"], "fresh");
    assert_eq!(at(25)["asOf"]["freshness"], "soft_stale");
    assert_eq!(at(25)["headline"], "signed_no_recall");
    let stale = at(24 * 30);
    assert_eq!(stale["headline"], "cannot_check_recalls");
    assert_eq!(stale["signature"]["state"], "verified");
    hold_to_vector("cannot_check_recalls_hard_stale", &scan, after(24 * 30), &stale);
    let recalled = format!("]d2{}", FIELDS.replace("LT4107", "RC2201"));
    assert_eq!(verdict(&verifier, &recalled, after(24 * 365))["headline"], "recalled");
}

#[test]
fn a_wrong_clock_is_named_and_changes_no_answer() {
    let verifier = verifier();
    let scan = sealed(FIELDS, FIELDS, ACME, ACME);
    let past = verdict(&verifier, &scan, "2016-11-20T12:00:00Z".parse().unwrap());
    assert_eq!(past["headline"], "signed_no_recall");
    let codes: Vec<_> = past["notEstablished"].as_array().unwrap().iter().map(|line| &line["code"]).collect();
    assert!(codes.contains(&&json!("clock_behind")));
    hold_to_vector("signed_no_recall_clock_behind", &scan, "2016-11-20T12:00:00Z".parse().unwrap(), &past);
    let future = verdict(&verifier, &scan, "2036-11-20T12:00:00Z".parse().unwrap());
    assert_eq!(future["headline"], "expired");
    assert_eq!(future["asOf"]["freshness"], "hard_stale");
}

#[test]
fn every_verdict_says_what_no_label_can_settle() {
    let verifier = verifier();
    for (name, scan) in cases() {
        let found = verdict(&verifier, &scan, now());
        let lines = found["notEstablished"].as_array().unwrap();
        assert_eq!(lines[0]["code"], "physical_item_is_original", "{name}");
        assert_eq!(lines[1]["code"], "no_recall_after", "{name}");
        assert_eq!(lines[1]["params"]["asOf"], "2026-11-19", "{name}");
    }
}

/// Other codes in the picture: none is followed, none changes the verdict on the label, and one that claims to be
/// a companion and is none speaks against it.
#[test]
fn a_foreign_symbol_beside_a_label_changes_no_verdict() {
    let verifier = verifier();
    let label = Scan::from_text(&sealed(FIELDS, FIELDS, ACME, ACME));
    let alone = serde_json::to_value(verifier.verify(&label, now())).unwrap();
    for text in
        ["https://evil.example/", "WIFI:S:ward;T:WPA;P:12345678;;", "javascript:alert(1)", "UDI2:ABC", ""]
    {
        let frame = [Scan::from_text(text), label.clone()];
        let verdicts = verifier.verify_frame(&frame, now());
        let headlines: Vec<_> = verdicts.iter().map(|verdict| verdict.headline.code()).collect();
        assert_eq!(headlines, ["signed_no_recall"], "{text}");
        assert_eq!(serde_json::to_value(&verdicts).unwrap(), json!([alone]), "{text}");
    }
    let frame = [Scan::from_text("https://maker.example/"), label.clone()];
    assert_eq!(verifier.verify_item(&frame, now()).headline.code(), "signed_no_recall");
    assert_eq!(verifier.verify_item(&frame[..1], now()).headline.code(), "hold", "alone it is no label");
    for text in ["UDI1:", "UDI1:%%%", "UDI1:BB8"] {
        let frame = [Scan::from_text(text), label.clone()];
        assert_eq!(verifier.verify_item(&frame, now()).headline.code(), "altered", "{text}");
    }
}

/// Flip every bit of a signed symbol's message, one at a time.
#[test]
fn no_flipped_bit_ends_in_a_signed_headline() {
    let verifier = verifier();
    let intact = Scan::from_text(&sealed(FIELDS, FIELDS, ACME, ACME));
    let mut ends = std::collections::BTreeMap::new();
    for place in 0..intact.bytes.len() {
        for bit in 0..8 {
            let mut scan = intact.clone();
            scan.bytes[place] ^= 1 << bit;
            let headline = verifier.verify(&scan, now()).headline.code();
            assert_ne!(headline, "signed_no_recall", "byte {place} bit {bit}: {}", hex(&scan.bytes));
            *ends.entry(headline).or_insert(0) += 1;
        }
    }
    println!("headlines of {} flipped bits: {ends:?}", intact.bytes.len() * 8);
}
