//! Looking up application identifiers: how long one is, and what its row says.

use std::sync::LazyLock;

use super::application_identifiers::TABLE;
use super::component::Component;

/// What the dictionary says of an application identifier, or of a range that differs only in the last digit.
#[derive(Debug)]
pub(crate) struct Row {
    /// First identifier of the range.
    pub(crate) first: &'static str,
    /// Last identifier of the range; the same where there is one.
    pub(crate) last: &'static str,
    /// GS1's data title.
    pub(crate) title: &'static str,
    pub(crate) components: &'static [Component],
    /// Predefined length: no separator follows.
    pub(crate) predefined: bool,
    /// May stand in the query of a Digital Link.
    pub(crate) link_attribute: bool,
    /// Digital Link primary key; its qualifiers in order, alternatives by `|`.
    pub(crate) link_key: Option<&'static str>,
    /// Groups by space; in one, alternatives by `,`; in one, identifiers by `+`.
    pub(crate) needs: &'static str,
    /// Identifiers and patterns by `,`.
    pub(crate) excludes: &'static str,
}

/// A row of one identifier.
pub(super) const fn ai(id: &'static str, title: &'static str, components: &'static [Component]) -> Row {
    ais(id, id, title, components)
}

/// A row of a range.
pub(super) const fn ais(
    first: &'static str,
    last: &'static str,
    title: &'static str,
    components: &'static [Component],
) -> Row {
    Row {
        first,
        last,
        title,
        components,
        predefined: false,
        link_attribute: false,
        link_key: None,
        needs: "",
        excludes: "",
    }
}

impl Row {
    pub(super) const fn fixed(mut self) -> Self {
        self.predefined = true;
        self
    }

    pub(super) const fn attribute(mut self) -> Self {
        self.link_attribute = true;
        self
    }

    pub(super) const fn key(mut self, qualifiers: &'static str) -> Self {
        self.link_key = Some(qualifiers);
        self
    }

    pub(super) const fn needs(mut self, groups: &'static str) -> Self {
        self.needs = groups;
        self
    }

    pub(super) const fn excludes(mut self, ids: &'static str) -> Self {
        self.excludes = ids;
        self
    }

    /// Fewest characters a value has.
    pub(crate) fn min_length(&self) -> usize {
        self.components.iter().filter(|part| !part.optional).map(|part| part.min).sum()
    }

    /// Most characters a value has.
    pub(crate) fn max_length(&self) -> usize {
        self.components.iter().map(|part| part.max).sum()
    }
}

/// Where the rows begin whose first identifier begins with two digits, and where those of the next two do: every
/// element of every scan asks for it.
static STARTS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let start = |digits: u8| TABLE.partition_point(|row| row.first < format!("{digits:02}").as_str());
    (0..100).map(start).chain([TABLE.len()]).collect()
});

/// The place of the first row for identifiers that begin as `id` does, and of the first behind them.
fn group(id: &str) -> Option<(usize, usize)> {
    let digits: usize =
        id.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    Some((*STARTS.get(digits)?, *STARTS.get(digits + 1)?))
}

/// The row of an application identifier given exactly.
pub(crate) fn lookup(id: &str) -> Option<&'static Row> {
    let (start, end) = group(id)?;
    // A range such as 91-99 stands in the group of its first.
    let after = start + TABLE.get(start..end)?.partition_point(|row| row.first <= id);
    let row = TABLE.get(after.checked_sub(1)?)?;
    (id <= row.last && id.len() == row.first.len()).then_some(row)
}

/// How many digits an application identifier has that begins with these two: all that share them have the
/// same length. `None` where no identifier begins so.
pub(crate) fn identifier_length(two_digits: &str) -> Option<usize> {
    let (start, _) = group(two_digits)?;
    let row = TABLE.get(start).filter(|row| row.first.starts_with(two_digits));
    // A range such as 91-99 covers prefixes that no row spells out.
    row.or_else(|| lookup(two_digits)).map(|row| row.first.len())
}

/// The length of the value of an identifier that begins with these two digits, where it is predefined
/// (General Specifications figure 7.8.5-2). It holds for identifiers not yet allocated too.
pub(crate) fn predefined_length(two_digits: &str) -> Option<usize> {
    Some(match two_digits {
        "00" => 18,
        "01" | "02" | "03" => 14,
        "04" => 16,
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => 6,
        "20" => 2,
        "31" | "32" | "33" | "34" | "35" | "36" => 6,
        "41" => 13,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_id() -> impl Iterator<Item = (String, &'static Row)> {
        TABLE.iter().flat_map(|row| {
            let (first, last) = (row.first.parse::<u32>().unwrap(), row.last.parse::<u32>().unwrap());
            (first..=last).map(move |id| (format!("{id:0width$}", width = row.first.len()), row))
        })
    }

    #[test]
    fn there_are_541_and_each_is_found() {
        assert_eq!(every_id().count(), 541);
        for (id, row) in every_id() {
            assert!(std::ptr::eq(lookup(&id).unwrap(), row), "{id}");
            assert_eq!(identifier_length(&id[..2]), Some(id.len()), "{id}");
        }
        assert!(lookup("89").is_none() && lookup("3106").is_none() && lookup("010").is_none());
        assert_eq!(identifier_length("89"), None);
    }

    #[test]
    fn the_table_is_in_lexical_order() {
        assert!(TABLE.windows(2).all(|pair| pair[0].last < pair[1].first));
    }

    #[test]
    fn predefined_lengths_agree_with_the_rows() {
        for (id, row) in every_id() {
            let length = predefined_length(&id[..2]);
            assert_eq!(row.predefined, length.is_some(), "{id}");
            if let Some(length) = length {
                assert_eq!((row.min_length(), row.max_length()), (length, length), "{id}");
            }
        }
    }

    /// A row in the notation of the GS1 Barcode Syntax Dictionary, its own words for rules left out.
    fn notation(row: &Row) -> String {
        let part = |part: &Component| {
            let dots = if part.min == part.max { "" } else { ".." };
            let text = format!("{:?}{dots}{}/{}", part.characters, part.max, part.rules.len());
            if part.optional { format!("[{text}]") } else { text }
        };
        let parts: Vec<String> = row.components.iter().map(part).collect();
        let ids =
            if row.first == row.last { row.first.to_owned() } else { format!("{}-{}", row.first, row.last) };
        let flags = [(row.predefined, "*"), (row.link_attribute, "?")];
        let flags: String = flags.iter().filter(|(set, _)| *set).map(|(_, flag)| *flag).collect();
        let needs = row.needs.split_whitespace().map(|group| format!(" req={group}")).collect::<String>();
        let excludes = if row.excludes.is_empty() { String::new() } else { format!(" ex={}", row.excludes) };
        let key = match row.link_key {
            None => String::new(),
            Some("") => " dlpkey".to_owned(),
            Some(key) => format!(" dlpkey={key}"),
        };
        format!("{ids} {flags} {}{needs}{excludes}{key} # {}", parts.join(" "), row.title)
    }

    /// A line of the dictionary in the same notation: rules counted, attributes in our order.
    fn normalised(line: &str) -> String {
        let (line, title) = line.split_once('#').unwrap_or((line, ""));
        let mut words = line.split_whitespace().peekable();
        let ids = words.next().unwrap_or_default();
        let flags = words.next_if(|word| word.bytes().all(|byte| b"*?".contains(&byte))).unwrap_or_default();
        let words: Vec<&str> = words.collect();
        let attribute = |name: &str| -> String {
            let of = |word: &&&str| **word == name || word.starts_with(&format!("{name}="));
            words.iter().filter(of).map(|word| format!(" {word}")).collect()
        };
        let part = |word: &str| {
            let optional = word.starts_with('[');
            let plain = word.replace(['[', ']'], "");
            let (form, rules) = plain.split_once(',').unwrap_or((&plain, ""));
            let text = format!("{form}/{}", rules.split(',').filter(|rule| !rule.is_empty()).count());
            if optional { format!("[{text}]") } else { text }
        };
        let is_part = |word: &&&str| word.starts_with(['N', 'X', 'Y', 'Z', '[']);
        let parts: Vec<String> = words.iter().filter(is_part).map(|word| part(word)).collect();
        let (needs, excludes, key) = (attribute("req"), attribute("ex"), attribute("dlpkey"));
        format!("{ids} {flags} {}{needs}{excludes}{key} # {}", parts.join(" "), title.trim())
    }

    #[test]
    fn the_table_says_what_the_dictionary_says() {
        let folder = std::env::var_os("UDI_SHARED_DATA").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
            Into::into,
        );
        let Ok(text) = std::fs::read_to_string(folder.join("gs1-syntax-dictionary-2026-01-27.txt")) else {
            println!("skipped: the dictionary is not at hand");
            return;
        };
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let theirs: Vec<String> = lines.map(normalised).collect();
        let ours: Vec<String> = TABLE.iter().map(notation).collect();
        assert_eq!(theirs.len(), ours.len());
        for (theirs, ours) in theirs.iter().zip(&ours) {
            assert_eq!(theirs, ours);
        }
    }
}
