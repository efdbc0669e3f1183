//! Joining the symbols of one item: the device identifier in one, the production identifier in another.
//!
//! HIBC secondary symbols name their primary by a link character (ANSI/HIBC 2.6 section 2.3.1); GS1 and
//! ISBT 128 symbols have no such thing, so production data joins a device identifier only where there is one
//! alone. Whether the symbols are of one item is for the caller to know: they were in one frame, or the
//! person scanning said so.

use jiff::civil::Date;

use super::finding::Finding;
use super::gs1;
use super::scan::Scan;
use super::{Agency, MAX_ALTERNATIVES, Udi, parse};

/// Reads scans that are of one item, or of one frame: those that belong together as one [`Udi`], the others
/// each alone, in the order of their first scan. `now` as in [`parse`].
pub fn join(scans: &[Scan], now: Date) -> Vec<Udi> {
    let mut whole: Vec<Udi> = Vec::new();
    let mut parts: Vec<Udi> = Vec::new();
    for scan in scans {
        let udi = parse(scan, now);
        let is_part =
            udi.di.is_none() && udi.agency.is_some() && !udi.elements.is_empty() && !has_failed_di(&udi);
        match whole.iter().position(|other| is_same_device(other, &udi)) {
            _ if is_part => parts.push(udi),
            Some(same) => {
                if let Some(other) = whole.get_mut(same) {
                    *other = joined(std::mem::take(other), udi);
                }
            }
            None => whole.push(udi),
        }
    }
    for part in parts {
        match partner(&whole, &part).and_then(|at| whole.get_mut(at)) {
            Some(partner) => *partner = joined(std::mem::take(partner), part),
            None => whole.push(without_partner(&whole, part)),
        }
    }
    whole
}

/// A label whose device identifier is there but wrong is not waiting for another.
fn has_failed_di(udi: &Udi) -> bool {
    udi.elements.iter().any(|element| matches!(element.id.as_str(), "01" | "+" | "9N" | "=/" | "MA"))
}

/// One item often carries its device identifier twice, as EAN-13 and in a GS1 symbol.
fn is_same_device(one: &Udi, other: &Udi) -> bool {
    one.di.is_some() && one.di == other.di && one.agency == other.agency
}

/// Which reading production data belongs to.
fn partner(whole: &[Udi], part: &Udi) -> Option<usize> {
    let link = part.element("L");
    let fits = |other: &&Udi| match part.agency {
        Some(Agency::HIBCC) => link.is_some() && other.element("C") == link && is_primary_alone(other),
        // A symbol that names no product, not even a wrong one, is no partner for production data.
        agency => other.agency == agency && (other.di.is_some() || has_failed_di(other)),
    };
    let mut candidates = whole.iter().enumerate().filter(|(_, other)| fits(other)).map(|(at, _)| at);
    // Two candidates mean two items in the frame: which one the data is of cannot be told.
    candidates.next().filter(|_| candidates.next().is_none())
}

fn is_primary_alone(udi: &Udi) -> bool {
    udi.agency == Some(Agency::HIBCC) && udi.di.is_some() && udi.element("L").is_none()
}

/// Says of HIBC production data that the one primary beside it is not its own.
fn without_partner(whole: &[Udi], mut part: Udi) -> Udi {
    let mut primaries = whole.iter().filter(|other| is_primary_alone(other));
    let (Some(primary), None) = (primaries.next(), primaries.next()) else { return part };
    if let (Some(expected), Some(found)) = (primary.element("C"), part.element("L")) {
        let span = part.elements.iter().find(|element| element.id == "L").map(|element| element.span);
        let finding = Finding::error("link_character_differs", span);
        let finding = finding.with("expected", expected).with("found", found);
        part.findings.push(finding);
    }
    part
}

/// The reading of two scans of one item. Values that contradict each other stand in no field.
fn joined(first: Udi, second: Udi) -> Udi {
    let sources = first.sources.len();
    let second = moved(second, sources);
    let link = second.element("L").map(str::to_owned);
    let mut udi = of_parts(first, second);
    let count = udi.sources.len().to_string();
    udi.findings.retain(|finding| finding.code != "no_device_identifier" && finding.code != "joined");
    udi.findings.push(Finding::info("joined", None).with("count", count));
    if let Some(link) = link {
        udi.findings.push(Finding::info("joined_by_link", None).with("character", link));
    }
    gs1::associate(&mut udi);
    udi
}

/// The reading of two parts of one message or item, with the other readings of each beside the first of the
/// other. Values that contradict each other stand in no field.
pub(super) fn of_parts(first: Udi, second: Udi) -> Udi {
    let of_second = second.alternatives.iter().map(|other| (&first, other));
    let of_first = first.alternatives.iter().map(|other| (other, &second));
    let alternatives = of_second
        .chain(of_first)
        .take(MAX_ALTERNATIVES)
        .map(|(one, other)| merged_where_alike(without_alternatives(one), without_alternatives(other)))
        .collect();
    Udi { alternatives, ..merged_where_alike(first, second) }
}

/// All of two readings; what both state differently stands in no field.
fn merged_where_alike(first: Udi, second: Udi) -> Udi {
    let conflicts = conflicts(&first, &second);
    let mut udi = merged(first, second);
    for name in conflicts {
        clear(&mut udi, name);
        udi.findings.push(Finding::error("joined_in_conflict", None).with("ai", name));
    }
    udi
}

/// The reading of a HIBC primary and a secondary symbol that came as one message. Their link character must
/// agree: a scanner that joins symbols may join those of two items.
pub(super) fn of_one_message(first: Udi, second: Udi) -> Udi {
    let link =
        second.elements.iter().find(|element| element.id == "L").map(|link| (link.span, link.value.clone()));
    let check = first.element("C").map(str::to_owned);
    let mut udi = of_parts(first, second);
    match (link, check) {
        (Some((_, found)), Some(expected)) if found == expected => {
            udi.findings.push(Finding::info("joined_by_link", None).with("character", found));
        }
        (Some((span, found)), Some(expected)) => {
            let finding = Finding::error("link_character_differs", span);
            udi.findings.push(finding.with("expected", expected).with("found", found));
            (udi.serial, udi.lot, udi.expiry, udi.manufactured) = (None, None, None, None);
        }
        _ => udi.findings.push(Finding::error("two_symbols_sent_as_one", None)),
    }
    udi
}

fn without_alternatives(udi: &Udi) -> Udi {
    Udi { alternatives: Vec::new(), ..udi.clone() }
}

/// The same reading as one of the `by`-th source and on.
fn moved(mut udi: Udi, by: usize) -> Udi {
    udi.elements.iter_mut().for_each(|element| element.source += by);
    udi.findings.iter_mut().for_each(|finding| finding.source += by);
    udi.alternatives = udi.alternatives.into_iter().map(|other| moved(other, by)).collect();
    udi
}

/// The fields that two scans state differently.
fn conflicts(first: &Udi, second: &Udi) -> Vec<&'static str> {
    fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
        one.zip(other).is_some_and(|(one, other)| one != other)
    }
    let date = |label: &Option<super::LabelDate>| label.as_ref().map(|label| label.date);
    [
        ("di", differ(first.di.as_ref(), second.di.as_ref()) && first.agency == second.agency),
        ("serial", differ(first.serial.as_ref(), second.serial.as_ref())),
        ("lot", differ(first.lot.as_ref(), second.lot.as_ref())),
        ("expiry", differ(date(&first.expiry).as_ref(), date(&second.expiry).as_ref())),
        ("manufactured", differ(date(&first.manufactured).as_ref(), date(&second.manufactured).as_ref())),
        ("donationId", differ(first.donation_id.as_ref(), second.donation_id.as_ref())),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

fn clear(udi: &mut Udi, name: &str) {
    match name {
        "di" => (udi.di, udi.di_as_printed) = (None, None),
        "serial" => udi.serial = None,
        "lot" => udi.lot = None,
        "expiry" => udi.expiry = None,
        "manufactured" => udi.manufactured = None,
        _ => udi.donation_id = None,
    }
}

/// All of two readings; where both state a field, the first stands.
fn merged(mut first: Udi, second: Udi) -> Udi {
    first.agency = first.agency.or(second.agency);
    first.di = first.di.or(second.di);
    first.di_as_printed = first.di_as_printed.or(second.di_as_printed);
    first.serial = first.serial.or(second.serial);
    first.lot = first.lot.or(second.lot);
    first.expiry = first.expiry.or(second.expiry);
    first.manufactured = first.manufactured.or(second.manufactured);
    first.quantity = first.quantity.or(second.quantity);
    first.software_version = first.software_version.or(second.software_version);
    first.donation_id = first.donation_id.or(second.donation_id);
    first.elements.extend(second.elements);
    first.findings.extend(second.findings);
    first.sources.extend(second.sources);
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn of(texts: &[&str]) -> Vec<Udi> {
        let scans: Vec<Scan> = texts.iter().map(|text| Scan::from_text(text)).collect();
        join(&scans, date(2026, 11, 22))
    }

    fn has(udi: &Udi, code: &str) -> bool {
        udi.findings.iter().any(|finding| finding.code == code)
    }

    #[test]
    fn an_ean_and_a_gs1_symbol_with_production_data_are_one_label() {
        let [udi] =
            &of(&["]C11726123110ABC", "]E09501234567891"]).try_into().unwrap_or_else(|_| panic!("one"));
        let udi: &Udi = udi;
        assert_eq!((udi.di.as_deref(), udi.lot.as_deref()), (Some("09501234567891"), Some("ABC")));
        assert_eq!(udi.sources.len(), 2);
        assert!(udi.is_valid() && has(udi, "joined") && !has(udi, "no_device_identifier"));
        let lot = udi.elements.iter().find(|element| element.id == "10").unwrap();
        assert_eq!(udi.sources[lot.source].text.get(lot.span.0..lot.span.1), Some("ABC"));
    }

    #[test]
    fn production_data_between_two_devices_stays_alone() {
        assert_eq!(of(&["0109501234567891", "0104012345678901", "]C110ABC"]).len(), 3);
    }

    #[test]
    fn a_symbol_that_says_nothing_is_no_second_device() {
        let joined = of(&["]E09501234567891", "]C1 ", "]C110ABC"]);
        assert_eq!(joined.len(), 2);
        assert_eq!(
            (joined[0].di.as_deref(), joined[0].lot.as_deref()),
            (Some("09501234567891"), Some("ABC"))
        );
    }

    #[test]
    fn hibc_symbols_join_by_their_link_character_only() {
        let joined = of(&["+A123BJC5D6E71G", "+$$52001510X3GD"]);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].lot.as_deref(), Some("10X3"));
        assert!(has(&joined[0], "joined_by_link"));
        let apart = of(&["+A123BJC5D6E71G", "+$$+20928050001X5"]);
        assert_eq!(apart.len(), 2);
        assert!(has(&apart[1], "link_character_differs"));
    }

    #[test]
    fn contradicting_lots_leave_none() {
        let joined = of(&["010950123456789110ABC", "010950123456789110XYZ"]);
        assert_eq!(joined.len(), 1);
        assert!(joined[0].lot.is_none() && joined[0].has_errors());
    }

    #[test]
    fn associations_hold_over_all_symbols() {
        let joined = of(&["0109501234567891250A", "]C121X1"]);
        assert_eq!(joined.len(), 1);
        assert!(!has(&joined[0], "association_needs"));
    }
}
