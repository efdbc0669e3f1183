//! The page: markup around what was collected. It loads nothing; its policy forbids everything but its own
//! style sheet, by hash.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use udi_verify::recall::Action;
use udi_verify::seal::registry::KeyStatus;

use super::chart::{Point, bars, line, meter};
use super::collect::{Findings, Key};
use super::recalls::{Recall, Recalls};
use super::signed::Signed;
use crate::clock;
use crate::publish::{Freshness, Publication};
use crate::recall::Entry;

const STYLE: &str = include_str!("style.css");
/// Lots shown one by one, the largest first.
const MOST_LOTS: usize = 14;
/// Items shown one by one, the largest first.
const MOST_ITEMS: usize = 8;
/// Ended recalls shown.
const MOST_ENDED: usize = 50;
/// From this age on a signing key is worth a thought of rotating it, in days.
const OLD_KEY: i64 = 730;

/// The page.
pub(super) fn html(findings: &Findings) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Units, recalls and keys on {day} · UDI Verify</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Units, recalls and keys</h1>\n<p class=\"soft\">As of <time datetime=\"{now}\">{when} UTC</time></p>\n",
        day = clock::day(findings.now),
        now = findings.now,
        when = minute(findings.now),
    );
    page.push_str(&figures(findings));
    page.push_str(&alerts(findings));
    page.push_str("</header>\n<main>\n");
    if let Some(recalls) = &findings.recalls {
        page.push_str(&recall_section(recalls));
    }
    if let Some(signed) = &findings.signed {
        page.push_str(&signed_section(findings, signed));
    }
    if let Some(last) = findings.publications.last() {
        page.push_str(&publication_section(findings, last));
    }
    if !findings.keys.is_empty() {
        page.push_str(&key_section(findings));
    }
    page.push_str(
        "</main>\n<footer>Written by <code>udi report</code> from the issuer's own files. Counts of recalled units \
         are what a phone would say of each issued label; a unit whose label was altered or copied is not \
         counted.</footer>\n</body>\n</html>\n",
    );
    page
}

/// What stands in a page as itself.
pub(super) fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// 12,345,678.
fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// As few digits as tell values apart.
fn short(value: f64) -> String {
    let (number, unit) = match value {
        value if value >= 1e9 => (value / 1e9, " bn"),
        value if value >= 1e6 => (value / 1e6, " M"),
        value if value >= 1e4 => (value / 1e3, "k"),
        value if value.fract() == 0.0 => return count(value as u64),
        value => (value, ""),
    };
    let rounded = (number * 10.0).round() / 10.0;
    format!("{rounded}{unit}")
}

fn bytes(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.1} MB", value / 1e6),
        value if value >= 1e3 => format!("{:.1} kB", value / 1e3),
        value => format!("{value:.0} B"),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

fn figures(findings: &Findings) -> String {
    let mut list = Vec::new();
    if let Some(signed) = &findings.signed {
        list.push((
            count(signed.units()),
            format!("units signed in {} lots", count(signed.lots.len() as u64)),
        ));
    }
    if let Some(recalls) = &findings.recalls {
        let units: u64 =
            recalls.in_force.iter().filter_map(|recall| recall.hits).map(|hits| hits.units).sum();
        list.push((count(recalls.in_force.len() as u64), "recall rules in force".to_owned()));
        if findings.signed.is_some() {
            list.push((count(units), "issued units they recall".to_owned()));
        }
    }
    if let Some(freshness) = &findings.freshness
        && let Some(published) = freshness.published
    {
        let hours = findings.now.duration_since(published).as_hours();
        let age = if hours < 48 { format!("{hours} h") } else { format!("{} d", hours / 24) };
        list.push((age, format!("since publication {}", freshness.version)));
    }
    if let Some(last) = findings.publications.last() {
        list.push((bytes(last.full_bytes() as f64), "for a phone that starts from nothing".to_owned()));
    }
    let items: String =
        list.iter().map(|(value, name)| format!("<li><b>{value}</b><span>{name}</span></li>")).collect();
    format!("<ul class=\"figures\">{items}</ul>\n")
}

fn alerts(findings: &Findings) -> String {
    let mut html = String::new();
    let mut alert = |class: &str, words: &str| {
        let _ = writeln!(html, "<p class=\"alert {class}\" role=\"note\">{}</p>", text(words));
    };
    for warning in findings.freshness.iter().flat_map(|freshness| &freshness.warnings) {
        alert("bad", warning);
    }
    for recall in findings.recalls.iter().flat_map(|recalls| &recalls.in_force) {
        if let (Some(hits), Some(stated)) = (recall.hits, recall.entry.notes.quantity)
            && (hits.units > stated.saturating_mul(2) || hits.units < stated / 2)
        {
            let id = &recall.entry.rule.id;
            alert(
                "bad",
                &format!(
                    "{id} states {} units and recalls {} of those issued",
                    count(stated),
                    count(hits.units)
                ),
            );
        }
    }
    let old = |key: &&Key| {
        key.status == Some(KeyStatus::Active) && days_between(key.created, findings.now) > OLD_KEY
    };
    for key in findings.keys.iter().filter(old) {
        alert(
            "",
            &format!("the key {} is over two years old and still signs: think of a successor", key.name),
        );
    }
    html
}

fn action(action: Action) -> &'static str {
    match action {
        Action::DoNotUse => "do not use",
        Action::Return => "send back",
        Action::Destroy => "destroy",
        Action::Correct => "correct before use",
        Action::Inspect => "inspect before use",
        Action::ReadNotice => "read the notice",
    }
}

/// What a rule names, in a few words.
fn scope(entry: &Entry) -> String {
    let units = &entry.rule.units;
    let product = units.di.as_ref().or(units.di_prefix.as_ref()).or(units.catalogue.as_ref());
    let product = product.map(|name| format!("<code>{}</code>", text(name))).unwrap_or_default();
    let many = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let mut parts: Vec<String> = [
        units.all.then(|| "every unit".to_owned()),
        units.text_only.then(|| "as the notice says".to_owned()),
        many(units.lots.len() + units.lot_prefixes.len(), "lot"),
        many(units.lot_ranges.len(), "range of lots"),
        many(units.serials.len() + units.serial_prefixes.len(), "serial"),
        many(units.serial_ranges.len(), "range of serials"),
    ]
    .into_iter()
    .flatten()
    .map(|part| {
        part.replace("range of lotss", "ranges of lots").replace("range of serialss", "ranges of serials")
    })
    .collect();
    if units.manufactured.is_some() {
        parts.push("by date of manufacture".to_owned());
    }
    if units.expiry.is_some() {
        parts.push("by expiry".to_owned());
    }
    format!("{product} {}", parts.join(", "))
}

fn recall_section(recalls: &Recalls) -> String {
    let most =
        recalls.in_force.iter().filter_map(|recall| recall.hits).map(|hits| hits.units).max().unwrap_or(0);
    let mut order: Vec<&Recall> = recalls.in_force.iter().collect();
    order.sort_by_key(|recall| std::cmp::Reverse(recall.hits.map_or(0, |hits| hits.units)));
    let mut html = String::from("<h2>Recalls in force</h2>\n");
    if order.is_empty() {
        html.push_str("<p class=\"soft\">None.</p>\n");
    } else {
        let rows: String = order.iter().map(|recall| recall_row(recall, most)).collect();
        let _ = writeln!(
            html,
            "<div class=\"card scroll\"><table class=\"stack\"><thead><tr><th>Notice</th><th>Names</th><th>Asks</th>\
             <th>Data of</th><th class=\"number\">Stated</th><th class=\"number\">Units hit</th><th class=\"number\">By hand</th><th class=\"meters\">Share</th></tr></thead>\
             <tbody>{rows}</tbody></table></div>"
        );
    }
    if !recalls.ended.is_empty() {
        let rows: String = recalls.ended.iter().take(MOST_ENDED).map(ended_row).collect();
        let _ = writeln!(
            html,
            "<h2>Recalls that ended</h2>\n<div class=\"card scroll\"><table class=\"stack\"><thead><tr><th>Notice</th><th>Names</th>\
             <th>Ended</th><th>Because</th></tr></thead><tbody>{rows}</tbody></table></div>"
        );
    }
    html
}

fn recall_row(recall: &Recall, most: u64) -> String {
    let rule = &recall.entry.rule;
    let class = if rule.class.is_empty() { String::new() } else { format!(", {}", text(&rule.class)) };
    let stated = recall.entry.notes.quantity.map_or("–".to_owned(), count);
    let (hit, by_hand, share) = match recall.hits {
        None => ("–".to_owned(), "–".to_owned(), String::new()),
        Some(hits) => {
            let lots = if hits.lots == 1 {
                " <span class=\"soft small\">in one lot</span>".to_owned()
            } else if hits.lots > 0 {
                format!(" <span class=\"soft small\">in {} lots</span>", count(hits.lots as u64))
            } else {
                String::new()
            };
            let share = hits.units as f64 / most.max(1) as f64;
            (format!("{}{lots}", count(hits.units)), count(hits.possible), meter(share, "fill-bad"))
        }
    };
    format!(
        "<tr><td class=\"name\" data-name=\"Notice\"><span>{}<br><span class=\"soft small\">{}{class}</span></span></td>\
         <td data-name=\"Names\"><span>{}</span></td><td data-name=\"Asks\">{}</td><td class=\"date\" data-name=\"Data of\">{}</td>\
         <td class=\"number\" data-name=\"Stated\">{stated}</td><td class=\"number\" data-name=\"Units hit\"><span>{hit}</span></td>\
         <td class=\"number\" data-name=\"By hand\">{by_hand}</td><td class=\"meters\" data-name=\"Share\">{share}</td></tr>",
        text(&rule.id),
        text(&rule.authority),
        scope(&recall.entry),
        action(rule.action),
        rule.source_date,
    )
}

fn ended_row(entry: &Entry) -> String {
    let (on, because) = entry
        .notes
        .ended
        .as_ref()
        .map_or((String::new(), ""), |ended| (ended.on.to_string(), &ended.because));
    format!(
        "<tr><td class=\"name\" data-name=\"Notice\">{}</td><td data-name=\"Names\"><span>{}</span></td>\
         <td class=\"date\" data-name=\"Ended\">{on}</td><td data-name=\"Because\">{}</td></tr>",
        text(&entry.rule.id),
        scope(entry),
        text(because),
    )
}

fn signed_section(findings: &Findings, signed: &Signed) -> String {
    let days: Vec<Point> = findings
        .days
        .iter()
        .map(|(day, units)| Point { name: day.to_string(), value: *units as f64 })
        .collect();
    let mut lots: Vec<(&(String, String), u64)> =
        signed.lots.iter().map(|(lot, units)| (lot, *units)).collect();
    lots.sort_by_key(|(lot, units)| (std::cmp::Reverse(*units), *lot));
    let most = lots.first().map_or(1, |(_, units)| *units).max(1);
    let row = |((di, lot), units): &(&(String, String), u64)| {
        let lot = if lot.is_empty() { "no lot".to_owned() } else { text(lot) };
        format!(
            "<tr><td class=\"name\">{lot} <span class=\"soft small\"><code>{}</code></span></td><td class=\"number\">{}</td><td class=\"meters\">{}</td></tr>",
            text(di),
            count(*units),
            meter(*units as f64 / most as f64, "fill"),
        )
    };
    let rows: String = lots.iter().take(MOST_LOTS).map(row).collect();
    let rest: u64 = lots.iter().skip(MOST_LOTS).map(|(_, units)| units).sum();
    let rest = match lots.len().saturating_sub(MOST_LOTS) {
        0 => String::new(),
        more => format!(
            "<p class=\"soft small\">and {} more lots with {} units</p>",
            count(more as u64),
            count(rest)
        ),
    };
    let mut items: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for ((di, _), units) in &signed.lots {
        let item = items.entry(di).or_default();
        *item = (item.0 + 1, item.1 + units);
    }
    let mut items: Vec<(&str, (u64, u64))> = items.into_iter().collect();
    items.sort_by_key(|(di, (_, units))| (std::cmp::Reverse(*units), *di));
    let largest = items.first().map_or(1, |(_, (_, units))| *units).max(1);
    let item_row = |(di, (lots, units)): &(&str, (u64, u64))| {
        format!(
            "<tr><td class=\"name\"><code>{}</code></td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"meters\">{}</td></tr>",
            text(di),
            count(*lots),
            count(*units),
            meter(*units as f64 / largest as f64, "fill"),
        )
    };
    let item_rows: String = items.iter().take(MOST_ITEMS).map(item_row).collect();
    let more_items = match items.len().saturating_sub(MOST_ITEMS) {
        0 => String::new(),
        more => format!("<p class=\"soft small\">and {} more items</p>", count(more as u64)),
    };
    format!(
        "<h2>Units signed</h2>\n<div class=\"pair\">\n<div class=\"column\"><div class=\"card\"><h3>By day</h3>{}\
         <p class=\"soft small\">The day a file of label content was finished.</p></div>\n\
         <div class=\"card\"><h3>By item</h3><table><thead><tr><th>Item</th><th class=\"number\">Lots</th><th class=\"number\">Units</th><th class=\"meters\"></th></tr></thead>\
         <tbody>{item_rows}</tbody></table>{more_items}</div></div>\n\
         <div class=\"card\"><h3>By lot, the largest first</h3><table><thead><tr><th>Lot and item</th><th class=\"number\">Units</th><th class=\"meters\"></th></tr></thead>\
         <tbody>{rows}</tbody></table>{rest}</div>\n</div>\n",
        bars("Units signed by day", &days, short),
    )
}

fn publication_section(findings: &Findings, last: &Publication) -> String {
    let names: Vec<String> = findings
        .publications
        .iter()
        .map(|publication| match publication.issued {
            Some(issued) => clock::day(issued).to_string(),
            None => format!("no. {}", publication.version),
        })
        .collect();
    let points = |value: fn(&Publication) -> u64| -> Vec<Point> {
        let values = findings.publications.iter().map(value);
        names
            .iter()
            .zip(values)
            .map(|(name, value)| Point { name: name.clone(), value: value as f64 })
            .collect()
    };
    let row = |(path, length, delta): &(String, u64, Option<u64>)| {
        format!(
            "<tr><td class=\"name\"><code>{}</code></td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            text(path),
            bytes(*length as f64),
            delta.map_or("–".to_owned(), |delta| bytes(delta as f64)),
        )
    };
    let rows: String = last.files().iter().map(row).collect();
    let ends = findings.freshness.as_ref().map(ends).unwrap_or_default();
    format!(
        "<h2>What phones fetch</h2>\n<div class=\"pair\">\n<div class=\"card\"><h3>Whole files, publication by publication</h3>{}\
         <p class=\"soft small\">{} publications, the last on {}.</p>{ends}</div>\n\
         <div class=\"card\"><h3>Files of the last publication</h3><table><thead><tr><th>File</th><th class=\"number\">Whole</th><th class=\"number\">Smallest delta</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>\n</div>\n",
        line("Bytes of all files by publication", &points(Publication::full_bytes), bytes),
        count(findings.publications.len() as u64),
        names.last().map(String::as_str).unwrap_or_default(),
    )
}

fn ends(freshness: &Freshness) -> String {
    let rows: String = freshness
        .expires
        .iter()
        .map(|expiry| {
            format!(
                "<tr><td class=\"name\">{}</td><td class=\"number\">{}</td></tr>",
                expiry.role,
                clock::day(expiry.at)
            )
        })
        .collect();
    format!(
        "<table><thead><tr><th>Metadata</th><th class=\"number\">Ends</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn key_section(findings: &Findings) -> String {
    let age = |key: &Key| days_between(key.created, findings.now).max(0);
    let oldest = findings.keys.iter().map(age).max().unwrap_or(1).max(1);
    let row = |key: &Key| {
        let (class, state) = match key.status {
            Some(KeyStatus::Active) => ("good", "active"),
            Some(KeyStatus::Retired) => ("warn", "retired"),
            Some(KeyStatus::Compromised) => ("bad", "compromised"),
            None => ("soft", "not in the registry"),
        };
        let prefixes =
            if key.prefixes.is_empty() { "any".to_owned() } else { text(&key.prefixes.join(", ")) };
        let fill = if age(key) > OLD_KEY { "fill-warn" } else { "fill" };
        format!(
            "<tr><td class=\"name\" data-name=\"Key\">{}</td><td data-name=\"Hint\"><code>{}</code></td>\
             <td data-name=\"State\"><span><span class=\"state {class}\">{state}</span></span></td><td data-name=\"Prefixes\">{prefixes}</td>\
             <td data-name=\"Made\">{}</td><td class=\"number\" data-name=\"Age\">{} days</td><td class=\"meters\" data-name=\"\">{}</td></tr>",
            text(&key.name),
            text(&key.hint),
            clock::day(key.created),
            count(age(key) as u64),
            meter(age(key) as f64 / oldest as f64, fill),
        )
    };
    let rows: String = findings.keys.iter().map(row).collect();
    format!(
        "<h2>Keys</h2>\n<div class=\"card scroll\"><table class=\"stack\"><thead><tr><th>Key</th><th>Hint</th><th>State</th><th>Prefixes</th>\
         <th>Made</th><th class=\"number\">Age</th><th class=\"meters\"></th></tr></thead><tbody>{rows}</tbody></table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shortened() {
        assert_eq!(
            [count(0), count(999), count(1000), count(12_345_678)],
            ["0", "999", "1,000", "12,345,678"]
        );
        assert_eq!([short(250.0), short(14_000.0), short(2_500_000.0)], ["250", "14k", "2.5 M"]);
        assert_eq!([bytes(12.0), bytes(1234.0), bytes(1_030_577.0)], ["12 B", "1.2 kB", "1.0 MB"]);
    }

    #[test]
    fn what_is_not_there_is_left_out_and_nothing_is_loaded() {
        let findings = Findings {
            now: "2027-03-15T12:00:00Z".parse().unwrap(),
            signed: None,
            days: Default::default(),
            recalls: None,
            keys: Vec::new(),
            publications: Vec::new(),
            freshness: None,
        };
        let page = html(&findings);
        assert!(!page.contains("<h2>"), "{page}");
        for outside in ["src=", "href=", "url(", "@import", "<script", "style=\""] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
