//! A reading in words: what the label is, what it says, what is wrong and why, for `udi parse --explain`.

use super::date::{LabelDate, Precision};
use super::finding::{Finding, Severity};
use super::{Agency, Element, Udi};
use crate::messages::{Language, words};

/// Explains a reading to a person, in lines.
pub fn explain(udi: &Udi, language: Language) -> String {
    let explainer = Explainer { language };
    let mut lines = vec![explainer.introduction(udi)];
    lines.extend(explainer.fields(udi).into_iter().map(|line| format!("  {line}")));
    lines.extend(explainer.findings(udi));
    for other in &udi.alternatives {
        let text = explainer.fields(other).join("; ");
        lines.push(explainer.say("explain_alternative", &[("text", text)]));
    }
    if udi.agency.is_some() && !udi.elements.is_empty() {
        lines.push(explainer.say("explain_limits", &[]));
    }
    lines.join("\n")
}

struct Explainer {
    language: Language,
}

impl Explainer {
    fn say(&self, code: &str, facts: &[(&str, String)]) -> String {
        words(code, facts, self.language).map_or_else(|| code.to_owned(), |words| words.text)
    }

    fn introduction(&self, udi: &Udi) -> String {
        let agency = match udi.agency {
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
            ("explain_donation", &udi.donation_id),
            ("explain_version", &udi.software_version),
            ("explain_quantity", &quantity),
        ];
        for (code, value) in texts {
            lines.extend(value.as_ref().map(|value| self.say(code, &[("value", value.clone())])));
        }
        lines.extend(udi.elements.iter().filter(|element| !is_field(udi, element)).map(|element| {
            let title = element.title.unwrap_or("?").to_owned();
            let facts = [("title", title), ("ai", element.id.clone()), ("value", element.value.clone())];
            self.say("explain_element", &facts)
        }));
        lines
    }

    /// What the packaging digit of a GTIN or a HIBC code means.
    fn package_level(&self, agency: Option<Agency>, di: &str) -> Option<String> {
        let digit = match agency? {
            Agency::GS1 => di.chars().next()?,
            Agency::HIBCC => di.chars().last()?,
            _ => return None,
        };
        match digit {
            '0' => Some(self.say("explain_unit", &[])),
            '1'..='8' => Some(self.say("explain_package", &[("level", digit.to_string())])),
            _ => None,
        }
    }

    fn findings(&self, udi: &Udi) -> Vec<String> {
        let mut findings: Vec<&Finding> = udi.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let mut lines: Vec<String> = Vec::new();
        if !findings.is_empty() {
            lines.push(self.say("explain_findings", &[]));
        }
        for finding in findings {
            let Some(words) = words(finding.code, &finding.params, self.language) else { continue };
            let mark = match finding.severity {
                Severity::Error => "✗",
                Severity::Repair | Severity::Warning => "!",
                Severity::Info => "·",
            };
            lines.push(format!("  {mark} {}", words.text));
            lines.extend(self.place(udi, finding).map(|place| format!("      {place}")));
            lines.push(format!("      {}", self.say("explain_rule", &[("text", words.rule)])));
        }
        lines
    }

    /// Where a finding is, with the characters there.
    fn place(&self, udi: &Udi, finding: &Finding) -> Option<String> {
        let (from, to) = finding.span.filter(|(from, to)| from < to)?;
        let text = udi.sources.get(finding.source)?.text.get(from..to)?;
        let shown: String = text.chars().map(visible).collect();
        Some(self.say(
            "explain_place",
            &[("from", (from + 1).to_string()), ("to", to.to_string()), ("text", shown)],
        ))
    }
}

/// Control characters as their pictures.
fn visible(character: char) -> char {
    match u32::from(character) {
        code @ 0..=31 => char::from_u32(0x2400 + code).unwrap_or(character),
        _ => character,
    }
}

/// Whether an element's value is shown as one of the main fields.
fn is_field(udi: &Udi, element: &Element) -> bool {
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
