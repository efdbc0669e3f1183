//! A reading in words: what the label is, what it says, what is wrong and why, for `udi parse --explain`.

use super::date::{LabelDate, Precision};
use super::finding::{Finding, Severity};
use super::{Agency, Element, Udi};
use crate::messages::{Language, words};

/// Explains a reading to a person, in lines.
pub fn explain(udi: &Udi, language: Language) -> String {
    let explainer = Explainer { language };
    let mut lines = vec![explainer.introduction(udi)];
    let fields = explainer.fields(udi);
    lines.extend(fields.iter().map(|line| format!("  {line}")));
    lines.extend(explainer.findings(udi));
    for other in &udi.alternatives {
        // What both readings say alike need not be compared.
        let differs = explainer.fields(other).into_iter().filter(|line| !fields.contains(line));
        let text = differs.collect::<Vec<_>>().join("; ");
        lines.push(explainer.say("explain_alternative", &[("text", text)]));
    }
    if udi.agency.is_some() && !udi.elements.is_empty() {
        lines.push(explainer.say("explain_limits", &[]));
    }
    lines.join("\n")
}

/// How many characters are shown on either side of a place where something is missing.
const GAP_CHARACTERS: usize = 8;

struct Explainer {
    language: Language,
}

impl Explainer {
    fn say(&self, code: &str, facts: &[(&str, String)]) -> String {
        words(code, facts, self.language).map_or_else(|| code.to_owned(), |words| words.text)
    }

    fn introduction(&self, udi: &Udi) -> String {
        let agency = match udi.agency {
            Some(Agency::GS1) if is_link(udi) => "explain_gs1_link",
            Some(Agency::GS1) => "explain_gs1",
            Some(Agency::HIBCC) => "explain_hibcc",
            Some(Agency::ICCBBA) => "explain_iccbba",
            Some(Agency::IFA) => "explain_ifa",
            Some(Agency::MA) => "explain_ma",
            Some(Agency::AHM) => "explain_ahm",
            None => return self.say("explain_unknown", &[]),
        };
        let state = match udi.worst() {
            Some(Severity::Error) => "explain_wrong",
            Some(Severity::Repair) => "explain_repaired",
            Some(Severity::Warning) => "explain_warned",
            _ => "explain_clean",
        };
        format!("{}\n{}", self.say(agency, &[]), self.say(state, &[]))
    }

    fn fields(&self, udi: &Udi) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(di) = &udi.di {
            lines.push(self.say("explain_di", &[("value", di.clone())]));
            lines.extend(self.package_level(udi.agency, di));
            lines.extend(self.pzn(udi.agency, di));
            if udi.lot.is_none() && udi.serial.is_none() && udi.expiry.is_none() && !udi.has_errors() {
                lines.push(self.say("explain_product_only", &[]));
            }
        }
        let dated = |code: &str, label: &LabelDate| {
            let (original, format) = (label.original.clone(), label.format.to_owned());
            self.say(code, &[("date", label.date.to_string()), ("original", original), ("format", format)])
        };
        lines.extend(udi.expiry.as_ref().map(|label| {
            let code = match label.precision {
                Precision::Month => "explain_expiry_month",
                Precision::Day => "explain_expiry_day",
                Precision::Time => "explain_expiry_time",
            };
            dated(code, label)
        }));
        lines.extend(udi.manufactured.as_ref().map(|label| dated("explain_manufactured", label)));
        let quantity = udi.quantity.map(|count| count.to_string());
        let texts = [
            ("explain_lot", &udi.lot),
            ("explain_serial", &udi.serial),
            ("explain_version", &udi.software_version),
            ("explain_quantity", &quantity),
        ];
        for (code, value) in texts {
            lines.extend(value.as_ref().map(|value| self.say(code, &[("value", value.clone())])));
        }
        lines.extend(udi.donation_id.as_deref().and_then(|id| self.donation(id)));
        lines.extend(udi.elements.iter().filter(|element| !is_field(udi, element)).map(|element| {
            if (udi.agency, element.id.as_str()) == (Some(Agency::HIBCC), "L") {
                return self.say("explain_link_character", &[("character", element.value.clone())]);
            }
            let title = element.title.unwrap_or("?").to_owned();
            let facts = [("title", title), ("ai", element.id.clone()), ("value", element.value.clone())];
            self.say("explain_element", &facts)
        }));
        lines
    }

    /// What the packaging digit of a GTIN or a HIBC code means.
    fn package_level(&self, agency: Option<Agency>, di: &str) -> Option<String> {
        let (digit, [unit, package]) = match agency? {
            Agency::GS1 => (di.chars().next()?, ["explain_unit", "explain_package"]),
            Agency::HIBCC => (di.chars().last()?, ["explain_hibc_unit", "explain_hibc_package"]),
            _ => return None,
        };
        Some(match digit {
            '0' => self.say(unit, &[]),
            '9' => self.say("explain_variable", &[]),
            level => self.say(package, &[("level", level.to_string())]),
        })
    }

    /// The German product number inside a PPN of the agency `11`.
    fn pzn(&self, agency: Option<Agency>, di: &str) -> Option<String> {
        let number = di.strip_prefix("11").filter(|_| agency == Some(Agency::IFA))?.get(..8)?;
        (di.len() == 12).then(|| self.say("explain_pzn", &[("value", number.to_owned())]))
    }

    /// A donation identification number: facility 5, year 2, sequence 6.
    fn donation(&self, id: &str) -> Option<String> {
        let facts =
            [("value", id), ("facility", id.get(..5)?), ("year", id.get(5..7)?), ("number", id.get(7..)?)];
        Some(self.say("explain_donation", &facts.map(|(name, value)| (name, value.to_owned()))))
    }

    fn findings(&self, udi: &Udi) -> Vec<String> {
        let mut findings: Vec<&Finding> = udi.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let mut lines: Vec<String> = Vec::new();
        if !findings.is_empty() {
            lines.push(self.say("explain_findings", &[]));
        }
        let mut rules: Vec<String> = Vec::new();
        for finding in findings {
            let Some(words) = words(finding.code, &finding.params, self.language) else { continue };
            let mark = match finding.severity {
                Severity::Error => "✗",
                Severity::Repair | Severity::Warning => "!",
                Severity::Info => "·",
            };
            lines.push(format!("  {mark} {}", words.text));
            lines.extend(self.place(udi, finding).map(|place| format!("      {place}")));
            // The same rule once is enough.
            if !rules.contains(&words.rule) {
                lines.push(format!("      {}", self.say("explain_rule", &[("text", words.rule.clone())])));
                rules.push(words.rule);
            }
        }
        lines
    }

    /// Between which characters something is missing, with some of those around.
    fn gap(&self, source: &str, at: usize) -> Option<String> {
        let (before, after) = source.split_at_checked(at)?;
        let skipped = before.chars().count().saturating_sub(GAP_CHARACTERS);
        let before = before.chars().skip(skipped).map(visible);
        let after = after.chars().take(GAP_CHARACTERS).map(visible);
        let text: String = before.chain(std::iter::once('▸')).chain(after).collect();
        Some(self.say("explain_gap", &[("from", at.to_string()), ("text", text)]))
    }

    /// Where a finding is, with the characters there.
    fn place(&self, udi: &Udi, finding: &Finding) -> Option<String> {
        let (from, to) = finding.span?;
        let source = &udi.sources.get(finding.source)?.text;
        if from == to {
            return self.gap(source, from);
        }
        let text = source.get(from..to)?;
        let shown: String = text.chars().map(visible).collect();
        let code = if from + 1 == to { "explain_place_one" } else { "explain_place" };
        let facts = [("from", (from + 1).to_string()), ("to", to.to_string()), ("text", shown)];
        Some(self.say(code, &facts))
    }
}

/// Control characters as their pictures.
fn visible(character: char) -> char {
    match u32::from(character) {
        code @ 0..=31 => char::from_u32(0x2400 + code).unwrap_or(character),
        _ => character,
    }
}

/// Whether a reading is of a web address.
fn is_link(udi: &Udi) -> bool {
    udi.sources
        .first()
        .is_some_and(|source| source.text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http")))
}

/// Whether an element's value is shown as one of the main fields, or is a check over the others.
fn is_field(udi: &Udi, element: &Element) -> bool {
    let check = element.id == "C" && matches!(udi.agency, Some(Agency::HIBCC | Agency::MA));
    if check || element.id == "=+" {
        return true;
    }
    let original = |label: &Option<LabelDate>| label.as_ref().map(|label| label.original.clone());
    let quantity = udi.quantity.map(|_| element.value.trim_start_matches('0').to_owned());
    let fields = [
        udi.di.clone(),
        udi.serial.clone(),
        udi.lot.clone(),
        udi.software_version.clone(),
        original(&udi.expiry),
        original(&udi.manufactured),
    ];
    let counted = udi.quantity.is_some_and(|count| quantity == Some(count.to_string()));
    let donated = udi.donation_id.as_ref().is_some_and(|id| element.value.starts_with(id));
    counted || donated || fields.iter().flatten().any(|field| *field == element.value)
}
