//! Writes the JavaScript bindings of a wasm file: `bindgen INPUT.wasm OUTPUT_DIRECTORY`.
//!
//! A binary of its own behind a feature, so that its dependencies are compiled only where they are used and
//! their version is the one in Cargo.lock.
//!
//! On the way panics lose their words. A panic aborts, and what it would say goes to a standard error that wasm does
//! not have: it is written out, thrown away, and the instance traps. Here it traps at once, and neither the code that
//! writes nor the words and places it would name are sent to phones.

use anyhow::{Context, bail, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};
use wasm_bindgen_cli_support::Bindgen;

/// Functions of the standard library that only panic, by the beginning of their names.
const PANICS: [&str; 13] = [
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::panicking::panic_with_hook",
    "std::thread::local::panic_access_error",
];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else { bail!("usage: bindgen INPUT.wasm OUTPUT_DIRECTORY") };
    let mut module = Module::from_file(input).with_context(|| format!("read {input}"))?;
    ensure!(silence_panics(&mut module) > 0, "{input} names no function that panics: was it stripped?");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("udi_verify", module.emit_wasm())
        .out_name("udi_verify")
        .web(true)?
        // The package's own loader says where the wasm is; a default URL would make bundlers pick it up twice.
        .omit_default_module_path(true)
        .typescript(true)
        .remove_producers_section(true);
    bindgen.generate(output).with_context(|| format!("bindings of {input}"))
}

/// Makes every function that only panics trap at once; gives how many there are.
fn silence_panics(module: &mut Module) -> usize {
    let panics = |(id, name): (FunctionId, Option<&str>)| {
        let name = format!("{:#}", rustc_demangle::demangle(name?));
        PANICS.iter().any(|start| name.starts_with(start)).then_some(id)
    };
    let functions = module.funcs.iter_local().map(|(id, _)| (id, module.funcs.get(id).name.as_deref()));
    let found: Vec<FunctionId> = functions.filter_map(panics).collect();
    for &id in &found {
        let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        let locals = parameters.iter().map(|&kind| module.locals.add(kind)).collect();
        let mut trap = FunctionBuilder::new(&mut module.types, &parameters, &results);
        trap.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(locals));
    }
    // What only they called.
    walrus::passes::gc::run(module);
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{ValType, ir::Instr};

    /// A function of this name that says nothing and returns.
    fn add(module: &mut Module, name: &str) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
        builder.name(name.to_owned()).func_body().i32_const(1).drop();
        let parameter = module.locals.add(ValType::I32);
        let id = builder.finish(vec![parameter], &mut module.funcs);
        module.exports.add(name, id);
        id
    }

    #[test]
    fn what_only_panics_traps_and_nothing_else_changes() {
        let mut module = Module::default();
        let panic = add(&mut module, "_ZN4core9panicking9panic_fmt17h0123456789abcdefE");
        let other = add(&mut module, "_ZN10udi_verify3udi5parse17h0123456789abcdefE");
        let begins = |module: &Module, id| {
            let body = module.funcs.get(id).kind.unwrap_local();
            body.block(body.entry_block()).instrs[0].0.clone()
        };
        assert_eq!(silence_panics(&mut module), 1);
        assert!(matches!(begins(&module, panic), Instr::Unreachable(_)));
        assert!(matches!(begins(&module, other), Instr::Const(_)));
    }
}
