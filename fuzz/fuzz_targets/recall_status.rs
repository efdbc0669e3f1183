//! Any bytes as a unit status file: opening and asking end, whatever they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::recall::UnitStatusList;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = UnitStatusList::open_unverified(bytes) else { return };
    for index in [0, 3000, 70_000, 131_072, 199_999, u64::MAX] {
        let _ = list.ask(index);
    }
});
