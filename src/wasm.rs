//! The only part that knows JavaScript; [`reading`] takes pictures, this file everything else.
//!
//! Pixels, sizes, bytes and `now` come in; plain objects go out, in the shapes of `js/src/types.ts`. No rule
//! lives here: each function names one call of the core and turns its answer into an object.

#![expect(
    unreachable_pub,
    reason = "wasm-bindgen exports what is pub; Rust callers have the stages themselves"
)]

mod reading;

use jiff::Timestamp;
use jiff::civil::Date;
use js_sys::{Error, JsString, Reflect, Uint8Array};
use serde::Serialize;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::recall::{Rules, delta::apply_or_fetch};
use crate::symbol::SymbologyIdentifier;
use crate::trust::{RULES, Refresh, State, Step, UpdateError, room_for};
use crate::udi::{self, Scan};
use crate::verdict::Verifier;

/// Parses one scan; `today` is an ISO date.
#[wasm_bindgen]
pub fn parse(bytes: &[u8], symbology_identifier: Option<String>, today: &str) -> Result<JsValue, JsValue> {
    plain(&udi::parse(&scan(bytes, symbology_identifier.as_deref())?, civil_date(today)?))
}

/// A verifier, the root it is pinned to, and at most one refresh under way.
#[wasm_bindgen]
pub struct Core {
    root: Vec<u8>,
    verifier: Verifier,
    refresh: Option<Refresh>,
    refreshed: Option<Verifier>,
}

#[wasm_bindgen]
impl Core {
    /// Pins a root; knows nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(trust_root: Vec<u8>) -> Result<Core, JsValue> {
        let verifier = State::pinned(&trust_root).and_then(Verifier::new).map_err(update_error)?;
        Ok(Self { root: trust_root, verifier, refresh: None, refreshed: None })
    }

    /// Takes up stored bytes, after verifying all of them again.
    pub fn restore(&mut self, stored: &Uint8Array) -> Result<(), JsValue> {
        // Piece by piece out of memory of JavaScript's: that of wasm never shrinks.
        let copy = |at: usize, into: &mut [u8]| {
            stored.subarray(length_of(at), length_of(at + into.len())).copy_to(into);
        };
        let length = usize::try_from(stored.length()).unwrap_or(usize::MAX);
        let state = State::read_from(length, copy, &self.root);
        self.verifier = state.and_then(Verifier::new).map_err(update_error)?;
        Ok(())
    }

    /// The verdict on one item; each scan is an object with `bytes` and perhaps `symbologyIdentifier`.
    pub fn verify(&self, scans: Vec<JsValue>, now_ms: f64) -> Result<JsValue, JsValue> {
        plain(&self.verifier.verify_item(&scans_of(&scans)?, instant(now_ms)?))
    }

    /// A verdict for each item among the symbols of one image.
    pub fn check(&self, symbols: Vec<JsValue>, now_ms: f64) -> Result<Vec<JsValue>, JsValue> {
        self.verifier.verify_frame(&scans_of(&symbols)?, instant(now_ms)?).iter().map(plain).collect()
    }

    /// What is held, and how old it is.
    pub fn state(&self, now_ms: f64) -> Result<JsValue, JsValue> {
        let state = self.verifier.state();
        let registry = state.registry().map_err(update_error)?;
        let rules = state.target(RULES).and_then(|target| Rules::open(target).ok());
        let issuers = registry.issuers().map(|(id, name)| json!({ "id": id, "name": name }));
        plain(&json!({
            "versions": {
                "root": state.version("root"),
                "timestamp": state.version("timestamp"),
                "snapshot": state.version("snapshot"),
                "targets": state.version("targets"),
            },
            "asOf": self.verifier.as_of(instant(now_ms)?),
            "issued": state.issued(),
            "expires": state.expires(),
            "lastSync": state.last_sync(),
            "issuers": issuers.collect::<Vec<_>>(),
            "rules": rules.map(|rules| rules.len()),
        }))
    }

    /// Begins a refresh; one under way is dropped.
    #[wasm_bindgen(js_name = startRefresh)]
    pub fn start_refresh(&mut self, now_ms: f64) -> Result<(), JsValue> {
        self.refresh =
            Some(Refresh::start(self.verifier.state(), instant(now_ms)?).with_deltas(apply_or_fetch));
        self.refreshed = None;
        Ok(())
    }

    /// The next file to fetch as `{ path, maxLength }`; undefined when none is wanted.
    #[wasm_bindgen(js_name = nextFetch)]
    pub fn next_fetch(&mut self) -> Result<JsValue, JsValue> {
        match self.refresh.as_mut().map(Refresh::step) {
            Some(Step::Fetch { path, max_length }) => {
                plain(&json!({ "path": path, "maxLength": max_length }))
            }
            Some(Step::Done) | None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Hands in the file last asked for; undefined says that the repository does not have it.
    pub fn supply(&mut self, bytes: Option<Uint8Array>) {
        let Some(refresh) = &mut self.refresh else { return };
        refresh.supply(bytes.map(|bytes| {
            let length = usize::try_from(bytes.length()).unwrap_or_default();
            let mut copy = Vec::with_capacity(room_for(length));
            copy.resize(length, 0);
            bytes.copy_to(&mut copy);
            copy
        }));
    }

    /// Ends the refresh and gives the new state as bytes to store. It is used after `commitRefresh`.
    #[wasm_bindgen(js_name = finishRefresh)]
    pub fn finish_refresh(&mut self) -> Result<Uint8Array, JsValue> {
        let refresh = self.refresh.take().ok_or_else(|| coded("no_refresh", &"no refresh is under way"))?;
        let verifier = refresh.finish().and_then(Verifier::new).map_err(update_error)?;
        // Straight into memory of JavaScript's: that of wasm would grow by all of it and never shrink.
        let stored = Uint8Array::new_with_length(length_of(verifier.state().stored_length()));
        let mut at = 0;
        verifier.state().write_to(|piece| {
            let end = at + length_of(piece.len());
            stored.subarray(at, end).copy_from(piece);
            at = end;
        });
        self.refreshed = Some(verifier);
        Ok(stored)
    }

    /// Swaps in the state of the finished refresh.
    #[wasm_bindgen(js_name = commitRefresh)]
    pub fn commit_refresh(&mut self) {
        if let Some(verifier) = self.refreshed.take() {
            self.verifier = verifier;
        }
    }

    /// Drops a refresh, begun or finished: the state before it stands.
    #[wasm_bindgen(js_name = abandonRefresh)]
    pub fn abandon_refresh(&mut self) {
        self.refresh = None;
        self.refreshed = None;
    }
}

/// A length or a place as JavaScript counts them.
fn length_of(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn scans_of(objects: &[JsValue]) -> Result<Vec<Scan>, JsValue> {
    objects.iter().map(scan_of).collect()
}

/// A scan or symbol as JavaScript has it.
fn scan_of(object: &JsValue) -> Result<Scan, JsValue> {
    let bytes = Uint8Array::new(&Reflect::get(object, &JsString::from("bytes"))?).to_vec();
    let identifier = Reflect::get(object, &JsString::from("symbologyIdentifier"))?.as_string();
    scan(&bytes, identifier.as_deref())
}

/// The message as a scan; without a stated identifier a leading `]cm` in the bytes is understood.
fn scan(bytes: &[u8], symbology_identifier: Option<&str>) -> Result<Scan, JsValue> {
    let Some(text) = symbology_identifier else { return Ok(Scan::from_bytes(bytes)) };
    let identifier = SymbologyIdentifier::parse(text).ok_or_else(|| {
        coded("symbology_identifier", &"a symbology identifier is three characters, as in ]d2")
    })?;
    Ok(Scan { bytes: bytes.to_vec(), symbology_identifier: Some(identifier) })
}

/// Milliseconds since 1970 as an instant.
fn instant(ms: f64) -> Result<Timestamp, JsValue> {
    let out_of_range = || coded("now", &"now is not a date");
    if !ms.is_finite() {
        return Err(out_of_range());
    }
    Timestamp::from_millisecond(ms as i64).map_err(|_| out_of_range())
}

fn update_error(error: UpdateError) -> JsValue {
    coded(error.code(), &error)
}

fn civil_date(text: &str) -> Result<Date, JsValue> {
    udi::date::from_iso(text).ok_or_else(|| coded("now", &"now is not a date"))
}

/// A plain JavaScript object: absent values are null, never undefined.
fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let shapes = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&shapes).map_err(|error| coded("serialise", &error))
}

/// A JavaScript error with a stable `code`.
fn coded(code: &str, message: &dyn std::fmt::Display) -> JsValue {
    let error = Error::new(&message.to_string());
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&error, &JsString::from("code"), &JsString::from(code));
    error.into()
}
