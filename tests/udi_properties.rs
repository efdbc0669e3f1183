//! What holds for every scan: no input panics, spans lie in the message, a reading says the same again, and
//! what is formatted is read back.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use udi_verify::udi::{MAX_ALTERNATIVES, Scan, Udi, join, parse};

const NOW: Date = date(2026, 11, 22);

/// Text of the characters that mean something to some grammar, behind a beginning that leads into one.
fn label_like() -> impl Strategy<Value = String> {
    let start = prop_oneof![
        Just(""),
        Just("]d2"),
        Just("]C1"),
        Just("]E0"),
        Just("]A5"),
        Just("]d1"),
        Just("01095012345678911"),
        Just("(01)09501234567891("),
        Just("https://a.b/01/09501234567891"),
        Just("+A123BJC5D6E71/"),
        Just("+$$"),
        Just("=/"),
        Just("=+04"),
        Just("=A99991712345600"),
        Just("[)>\u{1e}06\u{1d}9N110375286414\u{1d}"),
        Just("[)>\u{1e}05\u{1d}010950123456789110ABC17261231\u{1e}05\u{1d}21A10B"),
        Just("MA.156.M0.100472.11103316."),
        Just("MF1234"),
        Just("<UDI IAC=\"MA\"><DI>"),
    ];
    (start, "[0-9A-Za-z\u{1d}\u{1e}\u{4}()+$/=&,.%?*|~^<>{}é ]{0,40}")
        .prop_map(|(start, rest)| format!("{start}{rest}"))
}

/// Every span lies in the message it is of, and a value's span is where its characters are.
fn check_spans(udi: &Udi) -> Result<(), TestCaseError> {
    let length = |source: usize| udi.sources.get(source).map_or(0, |source| source.text.len());
    for element in &udi.elements {
        prop_assert!(element.span.0 <= element.span.1 && element.span.1 <= length(element.source));
    }
    for finding in &udi.findings {
        if let Some((from, to)) = finding.span.filter(|_| !udi.sources.is_empty()) {
            prop_assert!(from <= to && to <= length(finding.source), "{finding:?}");
        }
    }
    Ok(())
}

fn gtin(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn hibc(body: &str) -> String {
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    let sum: usize = body.chars().filter_map(|character| alphabet.find(character)).sum();
    format!("{body}{}", alphabet.chars().nth(sum % 43).unwrap_or('?'))
}

fn field(udi: &Udi) -> (Option<&str>, Option<&str>, Option<&str>, Option<Date>) {
    (
        udi.di.as_deref(),
        udi.lot.as_deref(),
        udi.serial.as_deref(),
        udi.expiry.as_ref().map(|expiry| expiry.date),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let udi = parse(&Scan::from_bytes(&bytes), NOW);
        prop_assert!(serde_json::to_string(&udi).is_ok());
    }

    #[test]
    fn no_label_panics_and_its_spans_lie_in_it(text in label_like()) {
        let scan = Scan::from_text(&text);
        let udi = parse(&scan, NOW);
        check_spans(&udi)?;
        prop_assert!(udi.alternatives.len() <= MAX_ALTERNATIVES);
        prop_assert!(udi.alternatives.iter().all(|other| other.alternatives.is_empty()));
        prop_assert_eq!(&udi, &parse(&scan, NOW));
        prop_assert!(!udi.is_valid() || !udi.has_errors());
    }

    #[test]
    fn joining_keeps_every_symbol(texts in prop::collection::vec(label_like(), 0..4)) {
        let scans: Vec<Scan> = texts.iter().map(|text| Scan::from_text(text)).collect();
        let joined = join(&scans, NOW);
        prop_assert!(joined.len() <= scans.len());
        for udi in &joined {
            check_spans(udi)?;
        }
    }

    #[test]
    fn element_strings_brackets_and_links_read_back_alike(
        body in "[0-9]{13}",
        lot in "[A-Za-z0-9._/-]{1,20}",
        serial in "[A-Za-z0-9._/-]{1,20}",
        days in 0_i32..9000,
    ) {
        prop_assume!(body.as_bytes()[1..5] != *b"0000");
        let expiry = date(2018, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (gtin, yymmdd) = (gtin(&body), expiry.strftime("%y%m%d").to_string());
        let expected = (Some(gtin.as_str()), Some(lot.as_str()), Some(serial.as_str()), Some(expiry));
        let percent = |text: &str| text.replace('/', "%2F");
        for text in [
            format!("]d201{gtin}17{yymmdd}10{lot}\u{1d}21{serial}"),
            format!("01{gtin}10{lot}\u{1d}21{serial}\u{1d}17{yymmdd}"),
            format!("(01){gtin}(17){yymmdd}(10){lot}(21){serial}"),
            format!("https://example.com/x/01/{gtin}/10/{}/21/{}?17={yymmdd}", percent(&lot), percent(&serial)),
        ] {
            let udi = parse(&Scan::from_text(&text), NOW);
            prop_assert!(udi.is_valid(), "{text}: {:?}", udi.findings);
            prop_assert_eq!(field(&udi), expected);
            for element in udi.elements.iter().filter(|_| !text.contains("http")) {
                prop_assert_eq!(udi.sources[0].text.get(element.span.0..element.span.1), Some(element.value.as_str()));
            }
        }
    }

    #[test]
    fn hibc_labels_read_back(
        di in "[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]",
        lot in "[A-Z0-9]{1,18}",
        serial in "[A-Z0-9]{1,18}",
        days in 0_i32..9000,
    ) {
        let expiry = date(2018, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let expected = (Some(di.as_str()), Some(lot.as_str()), Some(serial.as_str()), Some(expiry));
        for (flag, format) in [("2", "%m%d%y"), ("3", "%y%m%d"), ("5", "%y%j")] {
            let text = hibc(&format!("+{di}/$${flag}{}{lot}/S{serial}", expiry.strftime(format)));
            let udi = parse(&Scan::from_text(&text), NOW);
            prop_assert!(udi.is_valid(), "{text}: {:?}", udi.findings);
            prop_assert_eq!(field(&udi), expected);
        }
    }

    #[test]
    fn one_wrong_digit_of_a_gtin_is_always_seen(body in "[0-9]{13}", at in 0_usize..14, other in 1_u8..10) {
        let mut digits = gtin(&body).into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + other) % 10;
        let text = format!("]d201{}", String::from_utf8(digits).unwrap());
        let udi = parse(&Scan::from_text(&text), NOW);
        prop_assert!(!udi.is_valid() && udi.di.is_none());
    }

    #[test]
    fn one_wrong_character_of_a_hibc_label_is_always_seen(
        di in "[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]",
        at in 0_usize..24,
        other in "[A-Z0-9]",
    ) {
        let right = hibc(&format!("+{di}"));
        let at = 1 + at % (right.len() - 1);
        let mut wrong = right.clone();
        wrong.replace_range(at..=at, &other);
        prop_assume!(wrong != right);
        prop_assert!(!parse(&Scan::from_text(&wrong), NOW).is_valid());
    }
}
