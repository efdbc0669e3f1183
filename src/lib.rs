//! A camera frame becomes a verdict on one medical device, offline.
//!
//! ```text
//! frame ──▶ symbol ──▶ udi ──▶ seal ──▶ recall ──▶ verdict
//! ```
//!
//! Each stage is a folder that depends only on the stages to its left; the first two are a crate (`reader.rs`).
//! The core reads no clock, no network and no storage: `now` and bytes are arguments. `wasm.rs` is the only file that
//! knows JavaScript.

pub mod messages;
pub mod recall;
pub mod seal;
pub mod trust;
pub mod udi;
pub mod verdict;

pub use udi_verify_reader::{frame, symbol};

#[cfg(target_arch = "wasm32")]
mod wasm;
