//! Writing a `rules.bin`. The bytes depend on the set of rules alone, not on their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::super::agency;
use super::super::cursor::put_varint;
use super::super::rule::{DateRange, Match, Range, Rule, RuleError, gtin_14};
use super::super::text::Dictionary;
use super::super::{Action, Order, list};
use super::{CATALOGUE_KIND, KIND, PREFIX_KIND, product_key};
use crate::udi::Agency;
use crate::udi::matching::fold;

/// Encodes rules as a `rules.bin` of one segment.
pub fn encode(rules: &[Rule]) -> Result<Vec<u8>, RuleError> {
    Ok(file(&[&segment(rules, &BTreeSet::new())?]))
}

/// Puts segments into a file.
pub(super) fn file(segments: &[&[u8]]) -> Vec<u8> {
    let mut out = KIND.head();
    out.extend_from_slice(&u16::try_from(segments.len()).unwrap_or(u16::MAX).to_le_bytes());
    for segment in segments {
        out.extend_from_slice(&size(segment.len()).to_le_bytes());
    }
    out.extend(segments.concat());
    out
}

/// A segment with these rules that withdraws these notices of earlier segments.
pub(super) fn segment(rules: &[Rule], withdrawn: &BTreeSet<Vec<u8>>) -> Result<Vec<u8>, RuleError> {
    rules.iter().try_for_each(Rule::check)?;
    let notices: BTreeSet<Notice<'_>> = rules.iter().map(Notice::of).collect();
    let numbers: BTreeMap<&Notice<'_>, u32> = notices.iter().zip(0..).collect();
    let mut entries: BTreeSet<(Vec<u8>, Vec<u8>)> = BTreeSet::new();
    let mut prefix_lengths = 0_u64;
    for rule in rules {
        let notice = numbers.get(&Notice::of(rule)).copied().unwrap_or_default();
        entries.insert((key(&rule.units), body(notice, &rule.units)));
        if let Some(prefix) = &rule.units.di_prefix {
            prefix_lengths |= 1 << prefix.len().min(63);
        }
    }
    let (keys, bodies): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
    let texts = Texts::of(&notices);
    let dictionary =
        Dictionary::new(texts.order.iter().copied().chain(notices.iter().map(|notice| notice.id)));
    let sections = [
        list::encode_sorted(&keys),
        list::encode(&bodies),
        list::encode(&notices.iter().map(|notice| notice.encode(&texts, &dictionary)).collect::<Vec<_>>()),
        list::encode(&texts.order.iter().map(|text| dictionary.encode(text)).collect::<Vec<_>>()),
        dictionary.to_list(),
        list::encode_sorted(&withdrawn.iter().collect::<Vec<_>>()),
    ];
    let mut out = prefix_lengths.to_le_bytes().to_vec();
    for section in &sections {
        out.extend_from_slice(&size(section.len()).to_le_bytes());
    }
    out.extend(sections.concat());
    Ok(out)
}

/// A length as the format writes it. Files end far below the limit, which `Rules::open` enforces.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn key(units: &Match) -> Vec<u8> {
    let agency = units.agency();
    if let Some(prefix) = &units.di_prefix {
        return [&[PREFIX_KIND + agency::code(agency)], prefix.as_bytes()].concat();
    }
    if let Some(number) = &units.catalogue {
        return [&[CATALOGUE_KIND], fold(number.as_bytes()).as_slice()].concat();
    }
    let di = units.di.as_deref().unwrap_or_default();
    let normalised = if agency == Agency::GS1 { gtin_14(di) } else { None };
    let (head, rest) = product_key(agency, normalised.as_deref().unwrap_or(di));
    [head, rest].concat()
}

fn body(notice: u32, units: &Match) -> Vec<u8> {
    let conditions = [
        (!units.lots.is_empty()).then(|| values(&units.lots)),
        (!units.lot_prefixes.is_empty()).then(|| values(&units.lot_prefixes)),
        (!units.lot_ranges.is_empty()).then(|| ranges(&units.lot_ranges)),
        (!units.serials.is_empty()).then(|| values(&units.serials)),
        (!units.serial_prefixes.is_empty()).then(|| values(&units.serial_prefixes)),
        (!units.serial_ranges.is_empty()).then(|| ranges(&units.serial_ranges)),
    ];
    let dated = units.manufactured.is_some() || units.expiry.is_some();
    let mut bits = 0_u8;
    for (bit, condition) in conditions.iter().enumerate() {
        bits |= u8::from(condition.is_some()) << bit;
    }
    bits |= u8::from(dated) << 6 | u8::from(units.text_only) << 7;
    let mut out = vec![bits];
    put_varint(&mut out, notice);
    for condition in conditions.iter().flatten() {
        put_varint(&mut out, size(condition.len()));
        out.extend_from_slice(condition);
    }
    if dated {
        for range in [units.manufactured, units.expiry] {
            let range = range.unwrap_or(DateRange { from: None, to: None });
            put_date(&mut out, range.from);
            put_date(&mut out, range.to);
        }
    }
    out
}

fn values(values: &[String]) -> Vec<u8> {
    let sorted: BTreeSet<(Vec<u8>, &[u8])> =
        values.iter().map(|value| (fold(value.as_bytes()), value.as_bytes())).collect();
    list::encode_sorted(&sorted.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
}

fn ranges(ranges: &[Range]) -> Vec<u8> {
    let records: BTreeSet<Vec<u8>> = ranges
        .iter()
        .map(|range| {
            let order = match range.order {
                Order::Numeric => 0,
                Order::FixedWidth => 1,
            };
            let length = u8::try_from(range.from.len()).unwrap_or(u8::MAX);
            [&[order, length], range.from.as_bytes(), range.to.as_bytes()].concat()
        })
        .collect();
    list::encode(&records.into_iter().collect::<Vec<_>>())
}

fn put_date(out: &mut Vec<u8>, date: Option<Date>) {
    let (year, month, day) = date.map_or((0, 0, 0), |date| (date.year(), date.month(), date.day()));
    out.extend_from_slice(&year.to_le_bytes());
    out.extend_from_slice(&month.to_le_bytes());
    out.extend_from_slice(&day.to_le_bytes());
}

/// What the rules of one notice share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Notice<'r> {
    authority: &'r str,
    id: &'r str,
    class: &'r str,
    reason: &'r str,
    source: &'r str,
    action: u8,
    source_date: Date,
}

impl<'r> Notice<'r> {
    fn of(rule: &'r Rule) -> Self {
        let action = match rule.action {
            Action::DoNotUse => 0,
            Action::Return => 1,
            Action::Destroy => 2,
            Action::Correct => 3,
            Action::Inspect => 4,
            Action::ReadNotice => 5,
        };
        Self {
            authority: &rule.authority,
            id: &rule.id,
            class: &rule.class,
            reason: &rule.reason,
            source: &rule.source,
            action,
            source_date: rule.source_date,
        }
    }

    fn texts(&self) -> [&'r str; 4] {
        [self.authority, self.class, self.reason, self.source]
    }

    fn encode(&self, texts: &Texts<'_>, dictionary: &Dictionary<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        for text in self.texts() {
            put_varint(&mut out, texts.numbers.get(text).copied().unwrap_or_default());
        }
        out.push(self.action);
        put_date(&mut out, Some(self.source_date));
        out.extend(dictionary.encode(self.id));
        out
    }
}

/// The texts of all notices, each once, the commonest first: its number is then the shortest.
struct Texts<'r> {
    order: Vec<&'r str>,
    numbers: HashMap<&'r str, u32>,
}

impl<'r> Texts<'r> {
    fn of(notices: &BTreeSet<Notice<'r>>) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for text in notices.iter().flat_map(Notice::texts) {
            *counts.entry(text).or_default() += 1;
        }
        let mut order: Vec<(&str, u32)> = counts.into_iter().collect();
        order.sort_unstable_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
        let order: Vec<&str> = order.into_iter().map(|(text, _)| text).collect();
        let numbers = order.iter().copied().zip(0..).collect();
        Self { order, numbers }
    }
}
