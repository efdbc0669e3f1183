//! Writes the JavaScript bindings of a wasm file: `bindgen INPUT.wasm OUTPUT_DIRECTORY`.
//!
//! A binary of its own behind a feature, so that its dependencies are compiled only where they are used and
//! their version is the one in Cargo.lock.

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else { bail!("usage: bindgen INPUT.wasm OUTPUT_DIRECTORY") };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name("udi_verify")
        .web(true)?
        // The package's own loader says where the wasm is; a default URL would make bundlers pick it up twice.
        .omit_default_module_path(true)
        .typescript(true)
        .remove_producers_section(true);
    bindgen.generate(output).with_context(|| format!("bindings of {input}"))
}
