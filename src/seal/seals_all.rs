//! The practice of an issuer that seals every label: what turns a missing seal from silence into a finding.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::udi::{LabelDate, Precision, Udi, date};

/// An issuer's statement that all its labels carry a seal, but for those that are older than the practice.
///
/// A label is older only if it says so: one that states neither date is held to the practice, since whoever
/// takes off a seal can leave off a date as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SealsAll {
    /// Labels with an earlier manufacturing date may do without a seal.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "date::optional")]
    pub except_manufactured_before: Option<Date>,
    /// Labels with an earlier expiry date may do without a seal. The stronger of the two: a forger who claims
    /// such a date makes a label that expires.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "date::optional")]
    pub except_expiring_before: Option<Date>,
}

impl SealsAll {
    /// Whether a label must carry a seal.
    pub(super) fn covers(&self, udi: &Udi) -> bool {
        let earlier = |date: &Option<LabelDate>, bound: Option<Date>| {
            date.as_ref().zip(bound).is_some_and(|(date, bound)| last_day(date) < bound)
        };
        !earlier(&udi.manufactured, self.except_manufactured_before)
            && !earlier(&udi.expiry, self.except_expiring_before)
    }
}

/// The last day that a label's date may mean.
fn last_day(date: &LabelDate) -> Date {
    if date.precision == Precision::Month { date.date.last_of_month() } else { date.date }
}

#[cfg(test)]
mod tests {
    use crate::seal::Registry;

    #[test]
    fn a_label_owes_a_seal_unless_its_dates_show_that_it_is_older() {
        let text = r#"{"version":1,"issuers":[{"id":"a","name":"A","prefixes":[{"agency":"GS1","prefix":"9501234"}],
            "keys":[],"sealsAll":{"exceptManufacturedBefore":"2026-03-15","exceptExpiringBefore":"2029-01-01"}}]}"#;
        let registry = Registry::from_json(text.as_bytes()).unwrap();
        let owes = |label: &str| {
            let scan = crate::udi::Scan::from_text(label);
            registry.sealed_by_all_means(&crate::udi::parse(&scan, jiff::civil::date(2026, 11, 22))).is_some()
        };
        assert!(owes("(01)09501234567891(21)S1"), "no date shows it to be older");
        assert!(owes("(01)09501234567891(11)260315(17)290101(21)S1"));
        assert!(!owes("(01)09501234567891(11)260314(21)S1"));
        assert!(owes("(01)09501234567891(11)260300(21)S1"), "that month ends after the day");
        assert!(!owes("(01)09501234567891(17)281231(21)S1"));
        assert!(!owes("(01)09504321000011(21)S1"), "another company's label");
        let refused = text.replace("exceptManufacturedBefore", "exceptOnSundays");
        assert_eq!(Registry::from_json(refused.as_bytes()).unwrap_err().code(), "registry_json");
    }
}
