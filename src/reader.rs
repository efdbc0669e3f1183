//! The first two stages, frame and symbol: pixels become the barcodes in view.
//!
//! A crate of its own, as its loops run for every picture of a camera: the wasm has it compiled for speed and all
//! other stages, which run once a scan, for size. Everyone else uses it through `udi_verify`.

pub mod frame;
pub mod symbol;
