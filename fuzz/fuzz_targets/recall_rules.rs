//! Any bytes as `rules.bin`: opening and asking end, whatever they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::recall::Rules;
use udi_verify::udi::{Agency, Udi};

fuzz_target!(|bytes: &[u8]| {
    let Ok(rules) = Rules::open_unverified(bytes) else { return };
    for (agency, di) in [(Agency::GS1, "09501234543215"), (Agency::HIBCC, "A123XB10")] {
        let label = |lot: Option<&str>| Udi {
            agency: Some(agency),
            di: Some(di.into()),
            lot: lot.map(Into::into),
            serial: Some("S1".into()),
            ..Udi::default()
        };
        let _ = rules.lookup(&label(Some("LOT7")));
        let _ = rules.lookup(&label(None));
    }
});
