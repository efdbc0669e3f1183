//! GS1 Digital Link URIs, URI Syntax 1.6.0: `https://example.com/01/{gtin}/10/{lot}?17={date}`.
//!
//! The key is found from the right, so a stem path may stand before it; qualifiers follow it in a fixed
//! order; attributes stand in the query. Links compressed by either of the two methods that existed are
//! recognised and named, since expanding them takes tables or a network.

use std::ops::Range;

use super::dictionary::lookup;
use super::message::{Field, Message};
use crate::udi::finding::Finding;
use crate::udi::text::{Rewrite, Text};

/// Names that stood for identifiers up to URI Syntax 1.2.
const OLD_NAMES: [(&str, &str); 6] =
    [("gtin", "01"), ("lot", "10"), ("ser", "21"), ("cpv", "22"), ("exp", "17"), ("itip", "8006")];

/// A path or query part: an identifier and its value, still percent-encoded.
struct Pair {
    id: String,
    id_at: Range<usize>,
    value_at: Range<usize>,
}

/// Cuts a link; the error is the one finding that says why it is none.
pub(super) fn frame(uri: &Text<'_>) -> Result<Message<'static>, Finding> {
    let parts = Parts::of(uri)?;
    let (key, path) = key_and_qualifiers(uri, parts.path.clone())?;
    let old_names = path.iter().any(|pair| uri.get(pair.id_at.clone()) != pair.id.as_bytes());
    let query = attributes(uri, parts.query, &key, &path, old_names)?;
    let mut framing = Framing::default();
    if uri.get(parts.path.clone()).ends_with(b"/") {
        let at = parts.path.end - 1..parts.path.end;
        framing.findings.push(Finding::repair("link_trailing_slash", uri.span(at)));
    }
    for pair in path {
        framing.push(uri, pair, false)?;
    }
    for pair in query {
        framing.push(uri, pair, true)?;
    }
    Ok(framing.finish())
}

/// Where the parts of a URI stand.
struct Parts {
    path: Range<usize>,
    query: Range<usize>,
}

impl Parts {
    fn of(uri: &Text<'_>) -> Result<Self, Finding> {
        let bytes = uri.bytes();
        let scheme = bytes.iter().position(|&byte| byte == b':').unwrap_or(0);
        if !matches!(uri.get(0..scheme), b"http" | b"https" | b"HTTP" | b"HTTPS") {
            return Err(Finding::error("link_scheme", uri.span(0..scheme)));
        }
        if let Some(bad) = bytes.iter().position(|byte| !is_uri_character(*byte)) {
            return Err(Finding::error("link_character", uri.span(bad..bad + 1)));
        }
        let find = |from: usize, stops: &[u8]| {
            let rest = uri.get(from..bytes.len());
            from + rest.iter().position(|byte| stops.contains(byte)).unwrap_or(rest.len())
        };
        let host = scheme + 3;
        let host_end = find(host, b"/?#");
        let host_bytes = uri.get(host..host_end);
        if host_bytes.is_empty() || host_bytes.iter().any(|byte| b"_~@!$&'()*+,;=%".contains(byte)) {
            return Err(Finding::error("link_host", uri.span(host..host_end)));
        }
        let path_end = find(host_end, b"?#");
        let query_from = if uri.get(path_end..path_end + 1) == b"?" { path_end + 1 } else { path_end };
        let query_end = find(query_from, b"#");
        Ok(Self { path: host_end..path_end, query: query_from..query_end })
    }
}

/// RFC 3986 section 2: unreserved, reserved and the percent sign.
fn is_uri_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// The primary key and its qualifiers, and which key it is.
fn key_and_qualifiers(uri: &Text<'_>, path: Range<usize>) -> Result<(String, Vec<Pair>), Finding> {
    let segments = segments(uri, path.clone());
    let segments = match segments.split_last() {
        Some((last, before)) if last.is_empty() => before,
        _ => &segments,
    };
    let id_of = |segment: &Range<usize>| canonical_id(&uri.string(segment.clone()));
    // In pairs from the right, so that a lot `414` is no key; the first that is no identifier ends the search.
    let mut key_at = None;
    for pair in segments.rchunks_exact(2) {
        let row = pair.first().and_then(|segment| lookup(&id_of(segment)));
        let Some(row) = row else { break };
        if row.link_key.is_some() {
            key_at = pair.first().map(|segment| segment.start);
            break;
        }
    }
    let key_at = key_at.and_then(|start| segments.iter().position(|segment| segment.start == start));
    let Some(key_at) = key_at else { return Err(no_key(uri, path, segments)) };
    let mut pairs = Vec::new();
    for pair in segments.get(key_at..).unwrap_or_default().chunks_exact(2) {
        if let [id_at, value_at] = pair {
            pairs.push(Pair { id: id_of(id_at), id_at: id_at.clone(), value_at: value_at.clone() });
        }
    }
    let key = pairs.first().map(|pair| pair.id.clone()).unwrap_or_default();
    let used: Vec<&str> = pairs.iter().skip(1).map(|pair| pair.id.as_str()).collect();
    if orders(&key).any(|order| is_in_order(&used, order)) {
        return Ok((key, pairs));
    }
    let span =
        pairs.get(1).zip(pairs.last()).map(|(first, last)| uri.span(first.id_at.start..last.value_at.end));
    Err(Finding::error("link_qualifiers", span).with("key", key).with("found", used.join(", ")))
}

/// What stands between the slashes of a path.
fn segments(uri: &Text<'_>, path: Range<usize>) -> Vec<Range<usize>> {
    if path.is_empty() {
        return Vec::new();
    }
    let mut from = path.start + 1;
    uri.get(from..path.end)
        .split(|&byte| byte == b'/')
        .map(|segment| {
            let range = from..from + segment.len();
            from = range.end + 1;
            range
        })
        .collect()
}

fn canonical_id(segment: &str) -> String {
    OLD_NAMES.iter().find(|(name, _)| *name == segment).map_or(segment, |(_, id)| id).to_owned()
}

fn no_key(uri: &Text<'_>, path: Range<usize>, segments: &[Range<usize>]) -> Finding {
    // Words of a web page have no digits among capitals and small letters.
    let is_base64 = |range: &Range<usize>| {
        let segment = uri.get(range.clone());
        segment.len() >= 10
            && segment.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
            && segment.iter().any(u8::is_ascii_uppercase)
            && segment.iter().any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    // A key somewhere, but what follows does not pair with values.
    let unpaired = segments.iter().position(|segment| {
        let id = uri.string(segment.clone());
        segment.end < path.end && lookup(&canonical_id(&id)).is_some_and(|row| row.link_key.is_some())
    });
    if let Some(at) = unpaired.and_then(|at| segments.get(at)) {
        return Finding::error("link_path", uri.span(at.start..path.end));
    }
    match segments.last().filter(|last| is_base64(last)) {
        Some(last) => Finding::error("link_compressed", uri.span(last.clone())),
        None => Finding::error("link_without_key", uri.span(path)),
    }
}

/// The orders in which qualifiers of a key may stand.
fn orders(key: &str) -> impl Iterator<Item = &'static str> {
    lookup(key).and_then(|row| row.link_key).into_iter().flat_map(|orders| orders.split('|'))
}

fn is_in_order(used: &[&str], order: &str) -> bool {
    let mut order = order.split(',');
    used.iter().all(|id| order.any(|allowed| allowed == *id))
}

/// The attributes of the query that are application identifiers; other parameters are not ours, names of old
/// neither, unless the path has them too.
fn attributes(
    uri: &Text<'_>,
    query: Range<usize>,
    key: &str,
    path: &[Pair],
    old_names: bool,
) -> Result<Vec<Pair>, Finding> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut from = query.start;
    while from < query.end {
        let rest = uri.get(from..query.end);
        let to = from + rest.iter().position(|&byte| byte == b'&').unwrap_or(rest.len());
        let part = uri.get(from..to);
        if let Some(equals) = part.iter().position(|&byte| byte == b'=') {
            let id_at = from..from + equals;
            let name = uri.string(id_at.clone());
            let id = if old_names { canonical_id(&name) } else { name };
            if id.bytes().all(|byte| byte.is_ascii_digit()) && !id.is_empty() {
                attribute_allowed(uri, &id, &id_at, key, path, &pairs)?;
                pairs.push(Pair { id, id_at, value_at: from + equals + 1..to });
            }
        }
        from = to + 1;
    }
    Ok(pairs)
}

fn attribute_allowed(
    uri: &Text<'_>,
    id: &str,
    at: &Range<usize>,
    key: &str,
    path: &[Pair],
    query: &[Pair],
) -> Result<(), Finding> {
    let refuse = |code| Err(Finding::error(code, uri.span(at.clone())).with("ai", id));
    if !lookup(id).is_some_and(|row| row.link_attribute) {
        return refuse("link_attribute");
    }
    if path.iter().chain(query).any(|pair| pair.id == id) {
        return refuse("link_repeated");
    }
    let used: Vec<&str> = path.iter().skip(1).map(|pair| pair.id.as_str()).collect();
    let belongs_in_path = orders(key)
        .filter(|order| is_in_order(&used, order))
        .any(|order| order.split(',').any(|allowed| allowed == id));
    if belongs_in_path { refuse("link_qualifier_in_query") } else { Ok(()) }
}

/// Percent-decodes pairs into a text that remembers where each byte stood.
#[derive(Default)]
struct Framing {
    text: Rewrite,
    fields: Vec<Field>,
    findings: Vec<Finding>,
}

impl Framing {
    fn push(&mut self, uri: &Text<'_>, pair: Pair, in_query: bool) -> Result<(), Finding> {
        if uri.get(pair.id_at.clone()) != pair.id.as_bytes() {
            let finding = Finding::repair("link_old_name", uri.span(pair.id_at.clone()));
            self.findings.push(finding.with("ai", &pair.id).with("name", uri.string(pair.id_at.clone())));
        }
        let id_from = self.text.len();
        for at in pair.id_at.clone() {
            self.copy(uri, at..at + 1, uri.get(at..at + 1));
        }
        let value_from = self.text.len();
        self.pad_short_gtin(uri, &pair);
        self.decode(uri, pair.value_at, in_query)?;
        self.fields.push(Field {
            row: lookup(&pair.id),
            id: pair.id,
            id_at: id_from..value_from,
            value_at: value_from..self.text.len(),
        });
        Ok(())
    }

    fn copy(&mut self, uri: &Text<'_>, at: Range<usize>, bytes: &[u8]) {
        let span = uri.span(at);
        for &byte in bytes {
            self.text.push(byte, span);
        }
    }

    /// GTIN-8, -12 and -13 were allowed in the path before URI Syntax 1.3.
    fn pad_short_gtin(&mut self, uri: &Text<'_>, pair: &Pair) {
        let value = uri.get(pair.value_at.clone());
        if pair.id != "01" || !matches!(value.len(), 8 | 12 | 13) || !value.iter().all(u8::is_ascii_digit) {
            return;
        }
        let span = uri.span(pair.value_at.clone());
        self.findings.push(Finding::repair("link_short_gtin", span).with("found", value.len().to_string()));
        let start = (span.0, span.0);
        (value.len()..14).for_each(|_| self.text.push(b'0', start));
    }

    fn decode(&mut self, uri: &Text<'_>, value: Range<usize>, in_query: bool) -> Result<(), Finding> {
        let mut at = value.start;
        while at < value.end {
            let (byte, length) = match uri.get(at..at + 1) {
                b"%" => (percent_decoded(uri.get(at + 1..(at + 3).min(value.end))), 3),
                b"+" if in_query => (Some(b' '), 1),
                other => (other.first().copied(), 1),
            };
            let span = uri.span(at..(at + length).min(value.end));
            let byte: Option<u8> = byte.filter(|&byte| byte != 0);
            let Some(byte) = byte else { return Err(Finding::error("link_percent", span)) };
            self.text.push(byte, span);
            at += length;
        }
        Ok(())
    }

    fn finish(self) -> Message<'static> {
        Message { text: self.text.finish(), fields: self.fields, findings: self.findings }
    }
}

/// The byte of two hexadecimal digits.
fn percent_decoded(hex: &[u8]) -> Option<u8> {
    let [high, low] = hex else { return None };
    let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
    u8::try_from(value).ok()
}
