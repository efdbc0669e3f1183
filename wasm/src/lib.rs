//! The crate `udi_verify` linked as wasm. What it exports stands in its `src/wasm.rs`.
//!
//! The linker optimises at the level of the crate it links: this one is compiled for speed, so that the loops of the
//! reader are vectorised, while the crate that it links is compiled for size.

use udi_verify as _;
