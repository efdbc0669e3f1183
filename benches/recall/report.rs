//! One line a figure: what it is, what was measured, what it is held to.

use std::time::Instant;

pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

pub(crate) fn line(what: &str, measured: &str, bound: &str) {
    println!("  {what:<54} {measured:>24}   {bound}");
}

/// Mean time of a call in nanoseconds, over as many rounds of these inputs as fill a quarter of a second.
pub(crate) fn mean_nanoseconds<T>(inputs: &[T], mut ask: impl FnMut(&T) -> u64) -> f64 {
    let (mut calls, mut sum) = (0_u64, 0_u64);
    let start = Instant::now();
    while start.elapsed().as_millis() < 250 {
        for input in inputs {
            sum = sum.wrapping_add(ask(input));
        }
        calls += inputs.len() as u64;
    }
    let elapsed = start.elapsed().as_nanos() as f64;
    std::hint::black_box(sum);
    elapsed / calls as f64
}
