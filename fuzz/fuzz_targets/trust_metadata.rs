//! Any bytes as the metadata of a repository, its files parted by a zero byte: an update ends, whatever they
//! are. Every signature of a scheme that the core does not know counts as good, or no fuzzer came past one.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use udi_verify::trust::{Refresh, State, Step};

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec);
    let root = parts.next().unwrap_or_default();
    let names = ["timestamp", "snapshot", "targets", "a", "b"].map(str::to_owned);
    let files: Vec<(String, Vec<u8>)> = names.into_iter().zip(parts).collect();
    let Ok(state) = State::resume(&root, files.clone(), Some(|_, _, _| true)) else { return };
    let mut refresh = Refresh::start(&state, Timestamp::UNIX_EPOCH);
    while let Step::Fetch { path, .. } = refresh.step() {
        let file = files.iter().find(|(name, _)| path.ends_with(&format!("{name}.json")));
        refresh.supply(file.map(|(_, bytes)| bytes.clone()));
    }
    let _ = refresh.finish();
});
