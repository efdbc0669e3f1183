//! `docs/udi-explained.md` says what runs.

use std::path::PathBuf;

use jiff::civil::date;
use udi_verify::messages::Language;
use udi_verify::udi::{Scan, explain, parse};

/// `\xNN` as the byte it stands for.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

#[test]
fn the_page_of_explained_labels_says_what_runs() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/udi-explained.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let mut count = 0;
    for block in page.split("```\n$ udi parse --explain '").skip(1) {
        let (scan, rest) = block.split_once("'\n").expect("a scan in quotes");
        let (text, _) = rest.split_once("\n```").expect("a block has an end");
        let udi = parse(&Scan::from_bytes(&unescaped(scan)), date(2026, 11, 22));
        assert_eq!(explain(&udi, Language::English), text, "{scan}");
        count += 1;
    }
    assert_eq!(count, 10);
}
