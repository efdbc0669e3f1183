//! Recall rules from their JSON to the answer for one label.
#![cfg(feature = "author")]

use jiff::civil::date;
use udi_verify::recall::{Because, Certainty, FileError, RecallStatus, Rule, Rules, rules};
use udi_verify::udi::{Agency, Element, Finding, LabelDate, Precision, Scan, Severity, Udi, parse};

const DI: &str = "09501234543215";

fn rule(units: serde_json::Value) -> Rule {
    let json = serde_json::json!({
        "id": "R-1", "authority": "FDA", "class": "II", "action": "return",
        "reason": "The sterile barrier may be open.", "source": "https://recalls.example/R-1",
        "sourceDate": "2026-11-20", "match": units,
    });
    serde_json::from_value(json).expect("a rule")
}

fn label(lot: Option<&str>, serial: Option<&str>) -> Udi {
    Udi {
        agency: Some(Agency::GS1),
        di: Some(DI.into()),
        lot: lot.map(Into::into),
        serial: serial.map(Into::into),
        ..Udi::default()
    }
}

fn ask(units: serde_json::Value, udi: &Udi) -> RecallStatus {
    let file = rules::encode(&[rule(units)]).expect("encodes");
    Rules::open_unverified(&file).expect("opens").lookup(udi)
}

/// State and reasons, in short.
fn say(units: serde_json::Value, udi: &Udi) -> (&'static str, Vec<Because>) {
    let status = ask(units, udi);
    (status.code(), status.hits().iter().flat_map(|hit| hit.because.clone()).collect())
}

#[test]
fn a_hit_carries_the_notice() {
    let status = ask(serde_json::json!({"di": DI, "lots": ["LOT7", "LOT8"]}), &label(Some("LOT8"), None));
    let RecallStatus::Hit(hits) = &status else { panic!("{status:?}") };
    let json = serde_json::to_value(&hits[0]).expect("serialises");
    assert_eq!(
        json,
        serde_json::json!({
            "id": "R-1", "authority": "FDA", "class": "II", "action": "return",
            "reason": "The sterile barrier may be open.", "source": "https://recalls.example/R-1",
            "sourceDate": "2026-11-20", "certainty": "exact", "because": [], "namedBy": ["lot"],
        })
    );
}

#[test]
fn another_lot_is_not_recalled() {
    let units = serde_json::json!({"di": DI, "lots": ["LOT7", "LOT8"]});
    assert_eq!(ask(units, &label(Some("LOT9"), None)), RecallStatus::None);
}

#[test]
fn a_lot_rule_cannot_be_told_without_a_lot() {
    let units = serde_json::json!({"di": DI, "lots": ["LOT7"]});
    assert_eq!(say(units, &label(None, Some("1"))), ("cannot_tell", vec![Because::LotMissing]));
}

#[test]
fn all_units_are_recalled_without_lot_or_serial() {
    assert_eq!(say(serde_json::json!({"di": DI, "all": true}), &label(None, None)), ("hit", vec![]));
}

#[test]
fn near_lots_and_serials_are_possible() {
    for (listed, scanned) in [("LOT7", "lot7"), ("LOT7", "L0T7"), ("A-17", "AI7"), ("0012", "12")] {
        let lots = serde_json::json!({"di": DI, "lots": [listed]});
        assert_eq!(say(lots, &label(Some(scanned), None)), ("possible", vec![Because::NearLot]));
        let serials = serde_json::json!({"di": DI, "serials": [listed]});
        assert_eq!(say(serials, &label(None, Some(scanned))), ("possible", vec![Because::NearSerial]));
    }
}

#[test]
fn prefixes_and_ranges_match_as_stated() {
    let prefix = serde_json::json!({"di": DI, "lotPrefixes": ["21A"]});
    assert_eq!(say(prefix.clone(), &label(Some("21A999"), None)).0, "hit");
    assert_eq!(say(prefix.clone(), &label(Some("21B999"), None)).0, "none");
    assert_eq!(say(prefix, &label(Some("21a999"), None)).0, "possible");
    let numeric =
        serde_json::json!({"di": DI, "serialRanges": [{"from": "900", "to": "1100", "order": "numeric"}]});
    for (serial, state) in
        [("900", "hit"), ("01100", "hit"), ("1101", "none"), ("899", "none"), ("1O00", "possible")]
    {
        assert_eq!(say(numeric.clone(), &label(None, Some(serial))).0, state, "{serial}");
    }
    let width = serde_json::json!({"di": DI, "serialRanges": [{"from": "JV010A", "to": "JV020A", "order": "fixed_width"}]});
    for (serial, state) in
        [("JV015A", "hit"), ("JV021A", "none"), ("jv015a", "possible"), ("JV0155A", "none")]
    {
        assert_eq!(say(width.clone(), &label(None, Some(serial))).0, state, "{serial}");
    }
}

#[test]
fn a_lot_and_serial_rule_needs_both() {
    let units = serde_json::json!({"di": DI, "lots": ["L1"], "serials": ["S1", "S2"]});
    assert_eq!(say(units.clone(), &label(Some("L1"), Some("S2"))).0, "hit");
    assert_eq!(say(units.clone(), &label(Some("L2"), Some("S2"))).0, "none");
    assert_eq!(say(units, &label(Some("L1"), None)), ("cannot_tell", vec![Because::SerialMissing]));
}

#[test]
fn dates_match_by_day_and_by_month() {
    let units = serde_json::json!({"di": DI, "expiry": {"from": "2027-01-01", "to": "2027-03-15"}});
    let expiring = |day, precision| {
        let date = LabelDate { original: String::new(), format: "YYMMDD", date: day, precision };
        Udi { expiry: Some(date), ..label(Some("L"), None) }
    };
    for (day, precision, state) in [
        (date(2027, 1, 1), Precision::Day, "hit"),
        (date(2027, 3, 16), Precision::Day, "none"),
        (date(2027, 2, 28), Precision::Month, "hit"),
        (date(2027, 3, 31), Precision::Month, "possible"),
        (date(2027, 4, 30), Precision::Month, "none"),
    ] {
        assert_eq!(say(units.clone(), &expiring(day, precision)).0, state, "{day}");
    }
    assert_eq!(say(units, &label(None, None)), ("cannot_tell", vec![Because::ExpiryMissing]));
}

#[test]
fn another_package_level_is_possible() {
    let mut carton = label(None, None);
    carton.di = Some("19501234543212".into());
    let all = serde_json::json!({"di": DI, "all": true});
    assert_eq!(say(all, &carton), ("possible", vec![Because::PackageLevel]));
    let mut other = label(None, None);
    other.di = Some("09501234543222".into());
    assert_eq!(say(serde_json::json!({"di": DI, "all": true}), &other).0, "none");
}

#[test]
fn a_short_gtin_in_a_rule_is_padded() {
    let mut udi = label(None, None);
    udi.di = Some("00614141999996".into());
    assert_eq!(say(serde_json::json!({"di": "614141999996", "all": true}), &udi).0, "hit");
}

#[test]
fn hibc_levels_and_case_are_near() {
    let hibc = |di: &str| Udi { agency: Some(Agency::HIBCC), di: Some(di.into()), ..Udi::default() };
    let units = serde_json::json!({"agency": "HIBCC", "di": "A123XB10", "all": true});
    assert_eq!(say(units.clone(), &hibc("A123XB10")), ("hit", vec![]));
    assert_eq!(say(units.clone(), &hibc("A123XB13")), ("possible", vec![Because::PackageLevel]));
    assert_eq!(say(units.clone(), &hibc("a123xb10")), ("possible", vec![Because::NearDi]));
    assert_eq!(say(units.clone(), &hibc("A123XB20")), ("none", vec![]));
    let by_number = serde_json::json!({"catalogue": "XB-1", "all": true});
    assert_eq!(say(by_number, &hibc("A123XB10")), ("possible", vec![Because::Catalogue]));
}

#[test]
fn notices_that_name_no_device_are_possible() {
    let maker = serde_json::json!({"diPrefix": "9501234", "textOnly": true});
    assert_eq!(say(maker, &label(None, None)), ("possible", vec![Because::DiPrefix, Because::TextOnly]));
    let other = serde_json::json!({"diPrefix": "9501235", "textOnly": true});
    assert_eq!(say(other, &label(None, None)).0, "none");
    let mut udi = label(Some("L1"), None);
    udi.elements.push(Element {
        id: "240".into(),
        value: "974".into(),
        span: (0, 3),
        title: None,
        source: 0,
    });
    let number = serde_json::json!({"catalogue": "974", "lots": ["L1"]});
    assert_eq!(say(number, &udi), ("possible", vec![Because::Catalogue]));
}

#[test]
fn a_doubtful_label_is_never_cleared() {
    let units = serde_json::json!({"di": DI, "lots": ["LOT7"]});
    let mut wrong = label(Some("LOT9"), None);
    wrong.findings.push(Finding {
        code: "check_digit",
        severity: Severity::Error,
        span: None,
        source: 0,
        params: vec![],
    });
    assert_eq!(ask(units.clone(), &wrong), RecallStatus::CannotTell(vec![]));
    wrong.lot = Some("LOT7".into());
    assert_eq!(ask(units.clone(), &wrong).code(), "hit");
    assert_eq!(ask(units, &Udi::default()), RecallStatus::CannotTell(vec![]));
}

/// A label as it is scanned.
fn scanned(text: &str) -> Udi {
    parse(&Scan::from_text(text), date(2026, 11, 22))
}

#[test]
fn a_label_answers_to_every_identifier_it_carries() {
    let lens = scanned("(01)09501234567891(8014)1987654Ad4X4bL5ttr2310c2K(10)L1");
    for di in ["09501234567891", "1987654Ad4X4bL5ttr2310c2K"] {
        assert_eq!(say(serde_json::json!({"di": di, "lots": ["L1"]}), &lens), ("hit", vec![]), "{di}");
    }
    let pack = scanned("[)>\u{1e}06\u{1d}9N110375286414\u{1d}8P04150037528643\u{1d}1TL1\u{1e}\u{4}");
    let by_ppn = serde_json::json!({"agency": "IFA", "di": "110375286414", "lots": ["L1"]});
    assert_eq!(say(by_ppn, &pack), ("hit", vec![]));
    assert_eq!(say(serde_json::json!({"di": "04150037528643", "lots": ["L1"]}), &pack), ("hit", vec![]));
    assert_eq!(ask(serde_json::json!({"di": "04150037528643", "lots": ["L2"]}), &pack), RecallStatus::None);
}

#[test]
fn a_donation_is_known_by_its_number_however_it_is_written() {
    let graft = scanned("=/A9997XYZ100T0479=A99991712345600=,000012");
    let donation = |number: &str| {
        say(serde_json::json!({"agency": "ICCBBA", "di": "A9997XYZ100T0479", "serials": [number]}), &graft)
    };
    for number in ["000012", "A999917123456", "A99991712345600", "A9999171234569"] {
        assert_eq!(donation(number), ("hit", vec![]), "{number}");
    }
    assert_eq!(donation("A9999 17 123456 9"), ("possible", vec![Because::NearSerial]));
    assert_eq!(donation("12"), ("possible", vec![Because::NearSerial]));
    assert_eq!(donation("A999917123457"), ("none", vec![]));
}

#[test]
fn a_recall_of_the_reading_with_the_lost_separators_is_possible() {
    let label = scanned("010950123456789110ABC21SER117261231");
    let lot = serde_json::json!({"di": "09501234567891", "lots": ["ABC"]});
    assert_eq!(say(lot, &label), ("possible", vec![Because::OtherReading]));
    let serial = serde_json::json!({"di": "09501234567891", "serials": ["SER1"]});
    assert_eq!(say(serial, &label), ("possible", vec![Because::OtherReading]));
}

#[test]
fn the_most_certain_rule_leads() {
    let set = [
        rule(serde_json::json!({"di": DI, "serials": ["S1"]})),
        rule(serde_json::json!({"di": DI, "lots": ["lot7"]})),
        Rule { id: "R-0".into(), ..rule(serde_json::json!({"di": DI, "lots": ["LOT7"]})) },
    ];
    let file = rules::encode(&set).expect("encodes");
    let status = Rules::open_unverified(&file).expect("opens").lookup(&label(Some("LOT7"), None));
    let certainties: Vec<_> = status.hits().iter().map(|hit| hit.certainty).collect();
    assert_eq!(certainties, [Certainty::Exact, Certainty::Possible, Certainty::CannotTell]);
    assert_eq!(status.code(), "hit");
}

#[test]
fn a_rule_that_says_too_little_or_too_much_is_refused() {
    for units in [
        serde_json::json!({"di": DI}),
        serde_json::json!({"lots": ["A"]}),
        serde_json::json!({"di": DI, "all": true, "lots": ["A"]}),
        serde_json::json!({"di": "09501234543214", "all": true}),
        serde_json::json!({"di": DI, "lots": [" A"]}),
        serde_json::json!({"di": DI, "lotRanges": [{"from": "A1", "to": "A9", "order": "numeric"}]}),
        serde_json::json!({"di": DI, "lotRanges": [{"from": "A9", "to": "A10", "order": "fixed_width"}]}),
        serde_json::json!({"di": DI, "lotRanges": [{"from": "9", "to": "1", "order": "numeric"}]}),
        serde_json::json!({"di": DI, "expiry": {"from": "2027-01-02", "to": "2027-01-01"}}),
    ] {
        assert!(rules::encode(&[rule(units.clone())]).is_err(), "{units}");
    }
}

#[test]
fn a_file_cut_anywhere_never_clears() {
    let file = rules::encode(&[rule(serde_json::json!({"di": DI, "lots": ["LOT7"]}))]).expect("encodes");
    for end in 0..file.len() {
        assert!(Rules::open_unverified(&file[..end]).is_err(), "cut at {end}");
    }
    let longer = [file.as_slice(), &[0]].concat();
    assert!(matches!(Rules::open_unverified(&longer), Err(FileError::Trailing { .. })));
    let mut newer = file.clone();
    newer[4] = 2;
    assert_eq!(Rules::open_unverified(&newer).err(), Some(FileError::Version { found: 2, known: 1 }));
}

#[test]
fn the_order_of_rules_does_not_change_the_file() {
    let many: Vec<Rule> = (0..100)
        .map(|n| Rule {
            id: format!("R-{n}"),
            ..rule(serde_json::json!({"di": DI, "lots": [format!("L{n}"), "LX"]}))
        })
        .collect();
    let forward = rules::encode(&many).expect("encodes");
    let backward = rules::encode(&many.iter().rev().cloned().collect::<Vec<_>>()).expect("encodes");
    assert_eq!(forward, backward);
    let rules = Rules::open_unverified(&forward).expect("opens");
    assert_eq!(rules.len(), 100);
    for n in 0..100 {
        let status = rules.lookup(&label(Some(&format!("L{n}")), None));
        assert_eq!(status.hits().len(), 1, "lot L{n}");
        assert_eq!(status.hits()[0].id, format!("R-{n}"));
    }
    assert_eq!(rules.lookup(&label(Some("LX"), None)).hits().len(), 100);
}
