//! Stage 5: repository bytes → [`State`] with verified [`Target`]s, by The Update Framework.
//!
//! Input: files of a repository, handed in by the host as [`Refresh`] asks for them. Output: a new [`State`],
//! or an [`UpdateError`] and the old one. Standard: TUF specification 1.0.34, the client workflow. Keys are
//! Ed25519. This stage fetches nothing, reads no clock, and does not know what the targets say, except for
//! the key registry of the stage before.
//!
//! Expiry ends an update, not the app: an expired state still answers, and the verdict says how old it is.
#![deny(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing)]

mod error;
mod refresh;
mod state;
mod stored;
mod tuf;

pub use error::UpdateError;
pub use refresh::{ApplyDelta, Refresh, Step, Wanted, delta_path};
pub use state::{KEYS, RULES, State, Target};
pub use stored::room_for;
pub use tuf::{ForeignKey, ForeignScheme};
