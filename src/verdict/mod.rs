//! Stage 7: everything the stages before found → [`Verdict`], a statement about one label.
//!
//! Input: a [`Udi`], its [`SealStatus`](crate::seal::SealStatus), what the recall data says, how old that data
//! is, and the clock. Output: a headline, and beside it exactly what was established and what was not. This
//! stage decides nothing about signatures or rules; it only never says more than they do: whatever is
//! unknown, unread, stale or missing leads away from the two headlines that end in "no recall".

mod as_of;
mod expiry;
mod headline;
mod provenance;
mod reason;
mod statement;
mod verifier;

use serde::Serialize;

pub use as_of::{AsOf, Freshness, HARD_LIMIT, SOFT_LIMIT};
pub use expiry::{Expiry, ExpiryState};
pub use headline::Headline;
pub use statement::{Line, Recall, RecallState, Seen, Signature, SignatureState, UnitState, UnitStatusPart};
pub use verifier::Verifier;

use crate::udi::Udi;

/// What can be said about one label.
///
/// Serialises to the object that `udi verify` prints and the npm package returns. Absent is `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Verdict {
    /// The one thing to act on: the first in the order of [`Headline`] that applies.
    pub headline: Headline,
    /// The deciding reason of the headline, as a code for words; `None` for the two that found nothing.
    pub reason: Option<Line>,
    /// What the label says.
    pub udi: Udi,
    /// What is known of its seal.
    pub signature: Signature,
    /// What the recall rules say.
    pub recall: Recall,
    /// What the issuer's status list says of this unit.
    pub unit_status: UnitStatusPart,
    /// Whether this device saw the label before.
    pub seen: Seen,
    /// Whether it is past its expiry date.
    pub expiry: Expiry,
    /// How old the data behind the answer is.
    pub as_of: AsOf,
    /// What was checked and found, as codes for words.
    pub established: Vec<Line>,
    /// What was not, or cannot be, as codes for words.
    pub not_established: Vec<Line>,
}
