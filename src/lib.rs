//! A camera frame becomes a verdict on one medical device, offline.
//!
//! ```text
//! frame ──▶ symbol ──▶ udi ──▶ seal ──▶ recall ──▶ verdict
//! ```
//!
//! Each stage is a folder that depends only on the stages to its left. The core reads no clock, no network
//! and no storage: `now` and bytes are arguments. `wasm.rs` is the only file that knows JavaScript.

pub mod frame;
pub mod messages;
pub mod recall;
pub mod seal;
pub mod symbol;
pub mod trust;
pub mod udi;
pub mod verdict;

#[cfg(target_arch = "wasm32")]
mod wasm;
