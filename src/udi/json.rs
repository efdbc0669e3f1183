//! [`Udi`] as JSON: what `udi parse` prints and the npm package returns. Absent is `null`, never missing.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::date::LabelDate;
use super::{Source, Udi};

/// Only the calendar date of a label date.
struct Iso<'a>(&'a Option<LabelDate>);

impl Serialize for Iso<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(date) => serializer.collect_str(&date.date),
            None => serializer.serialize_none(),
        }
    }
}

impl Serialize for Udi {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serializer.serialize_struct("Udi", 17)?;
        json.serialize_field("agency", &self.agency)?;
        json.serialize_field("valid", &self.is_valid())?;
        json.serialize_field("di", &self.di)?;
        json.serialize_field("diAsPrinted", &self.di_as_printed)?;
        json.serialize_field("serial", &self.serial)?;
        json.serialize_field("lot", &self.lot)?;
        json.serialize_field("expiry", &Iso(&self.expiry))?;
        json.serialize_field("manufactured", &Iso(&self.manufactured))?;
        json.serialize_field("expiryDetail", &self.expiry)?;
        json.serialize_field("manufacturedDetail", &self.manufactured)?;
        json.serialize_field("donationId", &self.donation_id)?;
        json.serialize_field("softwareVersion", &self.software_version)?;
        json.serialize_field("quantity", &self.quantity)?;
        json.serialize_field("elements", &self.elements)?;
        json.serialize_field("findings", &self.findings)?;
        json.serialize_field("alternatives", &self.alternatives)?;
        json.serialize_field("sources", &self.sources)?;
        json.end()
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serializer.serialize_struct("Source", 2)?;
        json.serialize_field("symbologyIdentifier", &self.symbology_identifier)?;
        json.serialize_field("text", &self.text)?;
        json.end()
    }
}
