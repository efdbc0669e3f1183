//! What a frame is known to hold.

use serde::Serialize;
use udi_verify::symbol::{Format, Point, SymbologyIdentifier};

/// One symbol that is in the frame.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// Such as `gs1-datamatrix-signed`.
    pub kind: String,
    /// Its symbology.
    pub format: Format,
    /// Its AIM identifier.
    pub symbology_identifier: SymbologyIdentifier,
    /// Its message in hexadecimal, inner FNC1 as 1d.
    #[serde(rename = "bytesHex", serialize_with = "as_hex")]
    pub bytes: Vec<u8>,
    /// Corners in pixels: top left, top right, bottom right, bottom left as the symbol is read.
    pub corners: [Point; 4],
    /// Whether a reader is asked for it; otherwise it is only allowed to be read.
    pub asked: bool,
}

/// Everything known of one frame.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// File stem, unique in a set: tier, size and seed.
    pub name: String,
    /// `easy`, `medium`, `hard` or `empty`.
    pub tier: String,
    /// The symbols.
    pub symbols: Vec<Known>,
    /// What was done to the frame, for people and for the breakdown.
    pub effects: Vec<(String, String)>,
}

impl Truth {
    /// What the named effect was, where the frame has it.
    pub fn effect(&self, name: &str) -> Option<&str> {
        self.effects.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_hex<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(bytes))
}
