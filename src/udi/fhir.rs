//! A reading as an HL7 FHIR R5 Device with its `udiCarrier`.
//!
//! Dates keep the precision of the label: an expiry of a month is `2025-11`. FHIR names no system for the
//! agencies MA and AHM, so their issuer is given as absent with the standard extension.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::date::{LabelDate, Precision};
use super::{Agency, Udi};

/// The Device resource.
pub fn device(udi: &Udi) -> Value {
    let mut device = Map::new();
    device.insert("resourceType".into(), json!("Device"));
    device.insert(
        "udiCarrier".into(),
        Value::Array(udi.sources.iter().map(|source| carrier(udi, source)).collect()),
    );
    let event = udi.donation_id.as_ref().map(|id| json!({ "value": id }));
    let version = udi.software_version.as_ref().map(|version| json!([{ "value": version }]));
    let fields = [
        ("biologicalSourceEvent", event),
        ("manufactureDate", udi.manufactured.as_ref().map(date)),
        ("expirationDate", udi.expiry.as_ref().map(date)),
        ("lotNumber", udi.lot.as_ref().map(|lot| json!(lot))),
        ("serialNumber", udi.serial.as_ref().map(|serial| json!(serial))),
        ("version", version),
    ];
    device.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(device)
}

/// One symbol as a carrier; a Device has one for each symbol it was read from.
fn carrier(udi: &Udi, source: &super::Source) -> Value {
    let mut carrier = Map::new();
    match &udi.di {
        Some(di) => carrier.insert("deviceIdentifier".into(), json!(di)),
        None => carrier.insert("_deviceIdentifier".into(), absent()),
    };
    match issuer(udi) {
        Some(issuer) => carrier.insert("issuer".into(), json!(issuer)),
        None => carrier.insert("_issuer".into(), absent()),
    };
    carrier.insert("carrierAIDC".into(), json!(STANDARD.encode(&source.text)));
    carrier.insert("carrierHRF".into(), json!(human_readable(udi, source)));
    let entry = if source.symbology_identifier.is_some() { "barcode" } else { "unknown" };
    carrier.insert("entryType".into(), json!(entry));
    Value::Object(carrier)
}

fn absent() -> Value {
    let url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    json!({ "extension": [{ "url": url, "valueCode": "unknown" }] })
}

fn issuer(udi: &Udi) -> Option<&'static str> {
    Some(match udi.agency? {
        Agency::GS1 => "http://hl7.org/fhir/NamingSystem/gs1-di",
        // Spelled so in R5.
        Agency::HIBCC => "http://hl7.org/fhir/NamingSystem/hibcc-diI",
        Agency::ICCBBA if udi.element("=)").is_some() => "http://hl7.org/fhir/NamingSystem/iccbba-blood-di",
        Agency::ICCBBA => "http://hl7.org/fhir/NamingSystem/iccbba-other-di",
        Agency::IFA => "http://hl7.org/fhir/NamingSystem/ifa-gmbh-di",
        Agency::MA | Agency::AHM => return None,
    })
}

/// What stands under the symbol: GS1 with identifiers in brackets, the others as they are.
fn human_readable(udi: &Udi, source: &super::Source) -> String {
    let at = udi.sources.iter().position(|other| other == source).unwrap_or(0);
    let mut elements = udi.elements.iter().filter(|element| element.source == at).peekable();
    if udi.agency != Some(Agency::GS1) || elements.peek().is_none() {
        return source.text.clone();
    }
    elements.map(|element| format!("({}){}", element.id, element.value)).collect()
}

fn date(label: &LabelDate) -> Value {
    match label.precision {
        Precision::Month => json!(format!("{:04}-{:02}", label.date.year(), label.date.month())),
        Precision::Day | Precision::Time => json!(label.date.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use crate::udi::{Scan, parse};
    use jiff::civil::date;

    fn device(text: &str) -> serde_json::Value {
        super::device(&parse(&Scan::from_text(text), date(2026, 11, 22)))
    }

    #[test]
    fn a_gs1_label_becomes_a_device_with_its_carrier() {
        let device = device("]d2010950123456789117261200\x1d10ABC\x1d21X1");
        let carrier = &device["udiCarrier"][0];
        assert_eq!(carrier["issuer"], "http://hl7.org/fhir/NamingSystem/gs1-di");
        assert_eq!(carrier["carrierHRF"], "(01)09501234567891(17)261200(10)ABC(21)X1");
        assert_eq!(carrier["entryType"], "barcode");
        assert_eq!((&device["expirationDate"], &device["lotNumber"]), (&"2026-12".into(), &"ABC".into()));
        assert!(device.get("manufactureDate").is_none());
    }

    #[test]
    fn an_agency_without_a_fhir_system_has_its_issuer_absent() {
        let device = device("MA.156.M0.100472.11103316");
        assert_eq!(device["udiCarrier"][0]["_issuer"]["extension"][0]["valueCode"], "unknown");
        let production = self::device("]C110ABC");
        assert_eq!(production["udiCarrier"][0]["_deviceIdentifier"]["extension"][0]["valueCode"], "unknown");
    }
}
