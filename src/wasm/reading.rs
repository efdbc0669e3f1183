//! Pictures in, symbols and guidance out.

#![expect(
    unreachable_pub,
    reason = "wasm-bindgen exports what is pub; Rust callers have the stages themselves"
)]

use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::Performance;

use super::{coded, plain};
use crate::frame::Frame;
use crate::symbol::guidance::Guidance;
use crate::symbol::{self, ReadOptions, Symbol, SymbologyIdentifier, Tracked};

/// Reads an image; `data` is luma or RGBA as its length tells. After `budget_ms` milliseconds no further part of
/// the image is begun; `look_first` holds four numbers a place. Gives `{ symbols, guidance }`.
#[wasm_bindgen]
pub fn read(
    data: &[u8],
    width: u32,
    height: u32,
    max_symbols: Option<usize>,
    try_harder: Option<bool>,
    budget_ms: Option<f64>,
    look_first: Option<Vec<f32>>,
) -> Result<JsValue, JsValue> {
    let options = ReadOptions {
        look_first: look_first.unwrap_or_default().as_chunks().0.to_vec(),
        ..options(max_symbols, try_harder)
    };
    let reading = symbol::read_guided(&frame(data, width, height)?, &options, &mut budget(budget_ms));
    object(&[("symbols", symbols(&reading.symbols)?), ("guidance", guidance(&reading.guidance)?)])
}

/// Follows the symbols of a video.
#[wasm_bindgen]
pub struct Tracker(symbol::Tracker);

#[wasm_bindgen]
impl Tracker {
    /// Knows no symbol yet.
    #[wasm_bindgen(constructor)]
    pub fn new(max_symbols: Option<usize>, try_harder: Option<bool>) -> Self {
        Self(symbol::Tracker::new(options(max_symbols, try_harder)))
    }

    /// Reads the next picture: `{ symbols, fresh, guidance }`.
    pub fn read(
        &mut self,
        data: &[u8],
        width: u32,
        height: u32,
        budget_ms: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let Tracked { symbols: read, fresh, guidance: hindrance } =
            self.0.read(&frame(data, width, height)?, &mut budget(budget_ms));
        object(&[
            ("symbols", symbols(&read)?),
            ("fresh", symbols(&fresh)?),
            ("guidance", guidance(&hindrance)?),
        ])
    }

    /// Forgets everything, as before another item.
    pub fn reset(&mut self) {
        self.0.reset();
    }
}

fn frame(data: &[u8], width: u32, height: u32) -> Result<Frame<'_>, JsValue> {
    Frame::new(data, width, height).map_err(|error| coded(error.code(), &error))
}

fn options(max_symbols: Option<usize>, try_harder: Option<bool>) -> ReadOptions {
    let defaults = ReadOptions::default();
    ReadOptions {
        max_symbols: max_symbols.unwrap_or(defaults.max_symbols),
        try_harder: try_harder.unwrap_or(defaults.try_harder),
        ..defaults
    }
}

/// Says yes until `budget_ms` milliseconds have passed.
fn budget(budget_ms: Option<f64>) -> impl FnMut() -> bool {
    let clock = performance();
    let elapsed = move || clock.as_ref().map_or(0.0, Performance::now);
    let end = budget_ms.map_or(f64::INFINITY, |budget| elapsed() + budget);
    move || elapsed() < end
}

/// The host's monotonic clock, in a page, in a worker and in Node; the core itself has none.
fn performance() -> Option<Performance> {
    Reflect::get(&js_sys::global(), &JsString::from("performance")).ok()?.dyn_into().ok()
}

fn symbols(read: &[Symbol]) -> Result<JsValue, JsValue> {
    Ok(read.iter().map(symbol_object).collect::<Result<Array, JsValue>>()?.into())
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

fn guidance(guidance: &Option<Guidance>) -> Result<JsValue, JsValue> {
    plain(guidance)
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsString::from(*name), value)?;
    }
    Ok(object.into())
}
