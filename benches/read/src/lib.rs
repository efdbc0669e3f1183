//! Label frames with known contents: what a phone camera sees of a medical device's label, made by the numbers.
//!
//! ```text
//! catalogue ──▶ label ──▶ defects ──▶ scene ──▶ optics ──▶ sensor ──▶ luma + truth
//! matrices      printed    print or     pose,     blur in     noise,
//! (bwip-js)     sheet      mark faults  light     linear light  JPEG
//! ```
//!
//! A frame is a function of its tier, size and seed alone. The symbols were encoded by bwip-js, which shares no
//! code with any reader measured here. [`score`] holds every reader to the same truth.

pub mod background;
pub mod catalogue;
pub mod clip;
pub mod defects;
pub mod empty;
pub mod folders;
pub mod frame;
pub mod label;
pub mod node;
pub mod optics;
pub mod oracle;
pub mod random;
pub mod readers;
pub mod report;
pub mod scene;
pub mod score;
pub mod sensor;
pub mod sheet;
pub mod tier;
pub mod truth;
