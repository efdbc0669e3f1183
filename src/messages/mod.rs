//! Words for codes: what a finding, a verdict line or an error code means, by language.
//!
//! The core speaks in codes and parameters; the words stand in `en.json` and `zh-Hans.json` beside this file,
//! which the npm package and the app ship too.
