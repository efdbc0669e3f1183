//! The Update Framework, specification 1.0.34: metadata, and the checks of the client workflow (section 5).

mod canonical_json;
mod key;
mod lookup;
mod metadata;
mod trusted;

pub use key::{ForeignKey, ForeignScheme};
pub(super) use lookup::Answer;
pub(super) use metadata::TargetFile;
pub(super) use trusted::Trusted;
