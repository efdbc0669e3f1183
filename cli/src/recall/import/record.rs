//! openFDA's records: `device/enforcement` and `device/recall`, which name their fields differently.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

/// The fields of either schema that a recall rule can be made of. Unknown fields are passed over: openFDA
/// adds some now and then.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    /// `device/enforcement`: the recall number.
    recall_number: String,
    /// `device/recall`: the recall number of a product.
    product_res_number: String,
    /// Either schema: the number of the whole event.
    event_id: String,
    res_event_number: String,
    /// Some collections of records number them themselves.
    id: String,
    /// `Class I`, `Class II`, `Class III`; `device/recall` has none.
    pub(super) classification: String,
    pub(super) recalling_firm: String,
    pub(super) product_description: String,
    pub(super) product_quantity: String,
    pub(super) code_info: String,
    pub(super) more_code_info: String,
    pub(super) reason_for_recall: String,
    /// `Ongoing`, `Completed`, `Terminated`.
    pub(super) status: String,
    recall_status: String,
    report_date: String,
    event_date_posted: String,
    recall_initiation_date: String,
    event_date_initiated: String,
}

impl Record {
    /// The authority's number of the recall.
    pub(super) fn number(&self) -> String {
        let event = if self.event_id.is_empty() { &self.res_event_number } else { &self.event_id };
        [&self.recall_number, &self.product_res_number, &self.id]
            .into_iter()
            .find(|number| !number.trim().is_empty())
            .map_or_else(|| format!("event-{event}"), |number| number.trim().to_owned())
    }

    /// Lot and serial text, both fields of it.
    pub(super) fn codes(&self) -> String {
        [self.code_info.trim(), self.more_code_info.trim()].join("\n").trim().to_owned()
    }

    /// The authority has closed the recall.
    pub(super) fn is_closed(&self) -> bool {
        [&self.status, &self.recall_status].iter().any(|status| status.eq_ignore_ascii_case("terminated"))
    }

    /// When the authority published the record; the day the firm began where that is missing.
    pub(super) fn date(&self) -> Option<Date> {
        [&self.report_date, &self.event_date_posted, &self.recall_initiation_date, &self.event_date_initiated]
            .into_iter()
            .find_map(|text| date(text))
    }
}

/// `YYYYMMDD` or `YYYY-MM-DD`.
fn date(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()
}

/// The records of a file: openFDA's reply (`{"results": […]}`), a JSON array, or a record a line.
pub(super) fn records(text: &str) -> Result<Vec<Record>, serde_json::Error> {
    let values: Vec<Value> = match text.trim_start().as_bytes().first() {
        Some(b'[') => serde_json::from_str(text)?,
        _ => match serde_json::from_str(text) {
            Ok(Value::Object(mut reply)) => match reply.remove("results") {
                Some(results) => serde_json::from_value(results)?,
                None => vec![Value::Object(reply)],
            },
            _ => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()?,
        },
    };
    values.into_iter().map(record).collect()
}

/// One record. Fields that are null or no text are as good as absent.
pub(super) fn record(mut value: Value) -> Result<Record, serde_json::Error> {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| field.is_string());
    }
    serde_json::from_value(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemas_and_three_file_forms() {
        let reply = r#"{"meta":{},"results":[{"recall_number":"Z-1-2020","report_date":"20200131"}]}"#;
        let lines = "{\"product_res_number\":\"Z-2-2020\",\"event_date_posted\":\"2020-02-03\"}\n\n{}\n";
        assert_eq!(records(reply).unwrap()[0].number(), "Z-1-2020");
        let two = records(lines).unwrap();
        assert_eq!(two[0].date(), Some(Date::constant(2020, 2, 3)));
        assert_eq!(two.len(), 2);
        assert_eq!(records(r#"[{"recall_number":null,"id":"x"}]"#).unwrap()[0].number(), "x");
        assert!(records("{").is_err());
    }
}
