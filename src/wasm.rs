//! The only file that knows JavaScript.
//!
//! Pixels, sizes, bytes and `now` come in; plain objects go out, in the shapes of `js/src/types.ts`. No rule
//! lives here: each function names one call of the core and turns its answer into an object.

use jiff::civil::Date;
use js_sys::{Array, Error, JSON, JsString, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::frame::Frame;
use crate::symbol::{self, ReadOptions, Symbol, SymbologyIdentifier};
use crate::udi::{self, Scan};

/// Reads the symbols of an image; `data` is luma or RGBA as its length tells.
#[wasm_bindgen]
pub fn decode(
    data: &[u8],
    width: u32,
    height: u32,
    max_symbols: Option<usize>,
    try_harder: Option<bool>,
) -> Result<Array, JsValue> {
    let frame = Frame::new(data, width, height).map_err(|error| coded(error.code(), &error))?;
    let defaults = ReadOptions::default();
    let options = ReadOptions {
        max_symbols: max_symbols.unwrap_or(defaults.max_symbols),
        try_harder: try_harder.unwrap_or(defaults.try_harder),
    };
    symbol::read(&frame, &options).iter().map(symbol_object).collect()
}

/// Parses one scan; `today` is an ISO date.
#[wasm_bindgen]
pub fn parse(bytes: &[u8], symbology_identifier: Option<String>, today: &str) -> Result<JsValue, JsValue> {
    plain(&udi::parse(&scan(bytes, symbology_identifier.as_deref())?, civil_date(today)?))
}

/// The message as a scan; without a stated identifier a leading `]cm` in the bytes is understood.
fn scan(bytes: &[u8], symbology_identifier: Option<&str>) -> Result<Scan, JsValue> {
    let symbology_identifier = match symbology_identifier {
        Some(text) => Some(SymbologyIdentifier::parse(text).ok_or_else(|| {
            coded("symbology_identifier", &"a symbology identifier is three characters, as in ]d2")
        })?),
        None => None,
    };
    Ok(Scan { bytes: bytes.to_vec(), symbology_identifier })
}

fn civil_date(text: &str) -> Result<Date, JsValue> {
    text.parse().map_err(|_| coded("now", &"now is not a date"))
}

fn symbol_object(symbol: &Symbol) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Plain<'a> {
        format: symbol::Format,
        symbology_identifier: SymbologyIdentifier,
        text: String,
        corners: &'a [symbol::Point; 4],
    }
    let object = plain(&Plain {
        format: symbol.format,
        symbology_identifier: symbol.symbology_identifier,
        text: symbol.text(),
        corners: &symbol.corners,
    })?;
    Reflect::set(&object, &JsString::from("bytes"), &Uint8Array::from(symbol.bytes.as_slice()))?;
    Ok(object)
}

/// A plain JavaScript object: absent values are null, never undefined.
fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(|error| coded("serialise", &error))?;
    JSON::parse(&text)
}

/// A JavaScript error with a stable `code`.
fn coded(code: &str, message: &dyn std::fmt::Display) -> JsValue {
    let error = Error::new(&message.to_string());
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&error, &JsString::from("code"), &JsString::from(code));
    error.into()
}
