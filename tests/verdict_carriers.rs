//! One record in every carrier that its agency can have, from the scans of a frame to the verdict: the same
//! signed bytes each time. AIs 91 and 92 are GS1's, so carriers A and B exist for GS1 alone; the companion and
//! the bundle know no agency and serve all five.
#![cfg(feature = "author")]

#[expect(dead_code, reason = "other tests use the rest")]
mod repository;

use ed25519_dalek::Signer;
use jiff::civil::{Date, date};
use repository::{Repository, key, now};
use serde_json::{Value, json};
use udi_verify::recall::rules;
use udi_verify::seal::{
    Bundle, Carrier, Companion, PublicKey, Registry, SealStatus, SealText, SignedRecord, StatusIndex,
    UnitRecord, sig_structure,
};
use udi_verify::trust::State;
use udi_verify::udi::{Agency, Scan, parse};
use udi_verify::verdict::Verifier;

const SEED: u8 = 71;

/// A maker of one agency, one of its labels, and the same label of another unit.
struct Maker {
    agency: Agency,
    prefix: &'static str,
    label: String,
    other: String,
    link: Option<&'static str>,
}

/// The check character of HIBC: the sum of the characters' places, modulo 43 (ANSI/HIBC 2.6, appendix B).
fn hibc(text: &str) -> String {
    const ORDER: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    let sum: usize = text.chars().map(|character| ORDER.find(character).unwrap()).sum();
    format!("{text}{}", ORDER.chars().nth(sum % 43).unwrap())
}

fn makers() -> Vec<Maker> {
    let gs1 = |serial| format!("]d2010950123456789117280131\u{1d}10LT4107\u{1d}21{serial}");
    let hibcc = |serial| hibc(&format!("+B234PART50/$$90012571A2/S{serial}/16D20250228/14D20270228"));
    let iccbba =
        |serial| format!("=+05036=/W1234TISSUE0A001=W12342612345600=,{serial}=>027031&,1000000000000000A77");
    let ifa = |serial| {
        format!(
            "[)>\u{1e}06\u{1d}9N110375286414\u{1d}1TB7\u{1d}D270100\u{1d}S{serial}\u{1d}16D20250630\u{1e}\u{4}"
        )
    };
    let ma = |serial| format!("MA.156.M0.100472.1AB03314.L7.S{serial}.M20250131.E270131");
    let maker = |agency, prefix, label: &dyn Fn(&'static str) -> String, one, other| Maker {
        agency,
        prefix,
        label: label(one),
        other: label(other),
        link: None,
    };
    vec![
        Maker {
            link: Some("https://id.example.org/01/09501234567891/10/LT4107/21/SN100234?17=280131"),
            ..maker(Agency::GS1, "9501234", &gs1, "SN100234", "SN100235")
        },
        maker(Agency::HIBCC, "B234", &hibcc, "9", "8"),
        maker(Agency::ICCBBA, "W1234", &iccbba, "000012", "000013"),
        maker(Agency::IFA, "11", &ifa, "5", "6"),
        maker(Agency::MA, "MA.156.M0.100472", &ma, "8", "9"),
    ]
}

fn today() -> Date {
    date(2026, 11, 20)
}

fn public() -> PublicKey {
    PublicKey::from_bytes(key(SEED).verifying_key().as_bytes()).unwrap()
}

fn sign(label: &str) -> SignedRecord {
    let record = UnitRecord::from_udi(&parse(&Scan::from_text(label), today()), StatusIndex::new(7)).unwrap();
    let hint = public().hint();
    let signature = key(SEED).sign(&sig_structure(hint, &record)).to_bytes();
    SignedRecord { hint, record, signature }
}

fn keys(maker: &Maker) -> Value {
    let agency = format!("{:?}", maker.agency);
    let key =
        json!({"hint": public().hint().to_string(), "public": public().to_base64url(), "status": "active"});
    json!({"version": 1, "issuers": [{"id": "maker", "name": "Maker", "keys": [key],
        "prefixes": [{"agency": agency, "prefix": maker.prefix}]}]})
}

fn verifier(maker: &Maker, bundle: Option<&[u8]>) -> Verifier {
    let keys = serde_json::to_vec(&keys(maker)).unwrap();
    let rules = rules::encode(&[]).unwrap();
    let mut targets: Vec<(&str, &[u8])> = vec![("keys.json", &keys), ("rules.bin", &rules)];
    targets.extend(bundle.map(|bytes| ("records/stock.bin", bytes)));
    let repository = Repository::new(&targets);
    Verifier::new(repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap()).unwrap()
}

/// A carrier's code, the scans of the frame, and a bundle synced beforehand.
type Carried = (&'static str, Vec<String>, Option<Vec<u8>>);

/// The signed label in every carrier its agency has.
fn carriers(maker: &Maker, signed: &SignedRecord) -> Vec<Carried> {
    let bundle = Bundle::encode([(&signed.record, signed.hint, signed.signature)]);
    let mut carriers = vec![
        ("companion", vec![maker.label.clone(), Companion::text(signed)], None),
        ("detached", vec![maker.label.clone()], Some(bundle)),
    ];
    let status_index = signed.record.status_index();
    let seal = SealText { hint: signed.hint, status_index, signature: signed.signature };
    if let Some(link) = maker.link {
        let element_string = format!("{}\u{1d}91{}\u{1d}92{}", maker.label, seal.ai_91(), seal.ai_92());
        carriers.push(("ai", vec![element_string], None));
        let link = format!("{link}&91={}&92={}", seal.ai_91(), seal.ai_92());
        carriers.push(("digital_link", vec![link], None));
    }
    carriers
}

#[test]
fn every_carrier_of_every_agency_ends_in_a_signed_verdict() {
    for maker in makers() {
        let signed = sign(&maker.label);
        assert_eq!(signed.record.agency(), maker.agency);
        for (name, scans, bundle) in carriers(&maker, &signed) {
            let scans: Vec<Scan> = scans.iter().map(|text| Scan::from_text(text)).collect();
            let verdict = verifier(&maker, bundle.as_deref()).verify_item(&scans, now());
            let json = serde_json::to_value(&verdict).unwrap();
            assert_eq!(json["headline"], "signed_no_recall", "{:?} {name}", maker.agency);
            assert_eq!(json["signature"]["carrier"], name, "{:?}", maker.agency);
        }
    }
}

#[test]
fn every_carrier_of_every_agency_has_the_same_signed_bytes() {
    for maker in makers() {
        let signed = sign(&maker.label);
        let message = sig_structure(signed.hint, &signed.record);
        let registry = Registry::author(serde_json::from_value(keys(&maker)).unwrap()).unwrap();
        let udi = parse(&Scan::from_text(&maker.label), today());
        for (name, scans, bundle) in carriers(&maker, &signed) {
            let status = match (name, &bundle) {
                ("companion", _) => {
                    Companion::read(&Scan::from_text(&scans[1])).unwrap().verify(&udi, &registry)
                }
                (_, Some(bundle)) => Bundle::open(bundle).unwrap().verify(&udi, &registry),
                _ => {
                    let scan = Scan::from_text(&scans[0]);
                    let carrier = Carrier::of(&scan.bytes);
                    udi_verify::seal::verify(&parse(&scan, today()), carrier, &registry)
                }
            };
            let SealStatus::Verified(seal) = status else { panic!("{:?} {name}: {status:?}", maker.agency) };
            assert_eq!(sig_structure(seal.hint(), seal.record()), message, "{:?} {name}", maker.agency);
        }
    }
}

#[test]
fn a_companion_beside_another_unit_of_any_agency_is_altered() {
    for maker in makers() {
        let companion = Companion::text(&sign(&maker.label));
        let scans = [&maker.other, &companion].map(|text| Scan::from_text(text));
        let verdict = verifier(&maker, None).verify_item(&scans, now());
        assert_eq!(verdict.headline.code(), "altered", "{:?}", maker.agency);
        assert_eq!(verdict.reason.unwrap().code, "reason_companion_of_other_unit", "{:?}", maker.agency);
    }
}

#[test]
fn a_bundle_says_nothing_of_another_unit_of_any_agency() {
    for maker in makers() {
        let signed = sign(&maker.label);
        let bundle = Bundle::encode([(&signed.record, signed.hint, signed.signature)]);
        let verdict = verifier(&maker, Some(&bundle)).verify(&Scan::from_text(&maker.other), now());
        assert_eq!(verdict.headline.code(), "unsigned_no_recall", "{:?}", maker.agency);
    }
}
