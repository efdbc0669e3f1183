//! The steps of the commands, one a file. Each checks whether it has anything to do before it does it.

pub(crate) mod bindings;
pub(crate) mod browsers;
pub(crate) mod debian;
pub(crate) mod demo_set;
pub(crate) mod fuzz;
mod fuzz_seeds;
pub(crate) mod moto;
pub(crate) mod nginx;
pub(crate) mod node;
pub(crate) mod package;
pub(crate) mod python;
pub(crate) mod referees;
pub(crate) mod spark;
pub(crate) mod token;
pub(crate) mod tool;
pub(crate) mod wasm;
pub(crate) mod wasm_compiler;
