//! One line a figure: what it is, what was measured, what it is held to.

use std::time::Instant;

pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

pub(crate) fn line(what: &str, measured: &str, bound: &str) {
    println!("  {what:<54} {measured:>24}   {bound}");
}

/// Mean processor time of a call in nanoseconds, over as many rounds of these inputs as fill a quarter of a
/// second; wall time where the system does not say what a thread used.
pub(crate) fn mean_nanoseconds<T>(inputs: &[T], mut ask: impl FnMut(&T) -> u64) -> f64 {
    let (mut calls, mut sum) = (0_u64, 0_u64);
    let (start, used) = (Instant::now(), processor_nanoseconds());
    let spent = || match (used, processor_nanoseconds()) {
        (Some(before), Some(now)) => now.saturating_sub(before),
        _ => start.elapsed().as_nanos() as u64,
    };
    while spent() < 250_000_000 {
        for input in inputs.iter().cycle().take(inputs.len().max(1000)) {
            sum = sum.wrapping_add(ask(input));
            calls += 1;
        }
    }
    let elapsed = spent() as f64;
    std::hint::black_box(sum);
    elapsed / calls as f64
}

/// What this thread has used of a processor so far, where Linux tells it.
fn processor_nanoseconds() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}
