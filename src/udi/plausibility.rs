//! Remarks on a reading as a whole: dates that contradict each other, and what is not there.

use jiff::civil::Date;

use super::Udi;
use super::date::LabelDate;
use super::finding::Finding;

/// A finding about a date, where its characters stand.
fn placed(udi: &Udi, finding: Finding, date: &LabelDate) -> Finding {
    match udi.elements.iter().find(|element| element.value == date.original) {
        Some(element) => Finding { span: Some(element.span), source: element.source, ..finding },
        None => finding,
    }
}

/// Adds what is remarkable about a reading that follows its grammar.
pub(super) fn remark(udi: &mut Udi, now: Date) {
    if udi.agency.is_none() {
        return;
    }
    let mut findings = Vec::new();
    if let (Some(expiry), Some(manufactured)) = (&udi.expiry, &udi.manufactured)
        && expiry.date < manufactured.date
    {
        let finding = placed(udi, Finding::warning("expiry_before_manufacture", None), expiry);
        let finding = finding.with("expiry", expiry.date.to_string());
        findings.push(finding.with("manufactured", manufactured.date.to_string()));
    }
    // The day may have begun elsewhere already.
    if let Some(made) =
        udi.manufactured.as_ref().filter(|made| now.tomorrow().is_ok_and(|next| made.date > next))
    {
        let finding = placed(udi, Finding::warning("manufactured_in_future", None), made);
        findings.push(finding.with("manufactured", made.date.to_string()));
    }
    if udi.di.is_none() && !udi.elements.is_empty() && !udi.has_errors() {
        findings.push(Finding::info("no_device_identifier", None));
    }
    udi.findings.extend(findings);
}
