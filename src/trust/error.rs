//! Why an update was refused. The state before it stands.

use jiff::Timestamp;

/// What went wrong in an update, with the facts that disagreed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// Metadata is not the JSON that TUF asks for.
    #[error("{role} metadata cannot be read: {reason}")]
    Malformed {
        /// Which role.
        role: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Fewer good signatures than the role's threshold.
    #[error("{role} metadata has {good} good signatures by distinct keys, it needs {threshold}")]
    Threshold {
        /// Which role.
        role: String,
        /// Distinct keys whose signatures hold.
        good: usize,
        /// How many the delegating role asks for.
        threshold: u64,
    },
    /// An older version than one already seen.
    #[error("{role} metadata goes back from version {seen} to {offered}")]
    Rollback {
        /// Which role.
        role: String,
        /// Highest version seen.
        seen: u64,
        /// Version offered.
        offered: u64,
    },
    /// Another version than the one that was asked for.
    #[error("{role} metadata has version {offered}, wanted was {wanted}")]
    Version {
        /// Which role.
        role: String,
        /// Version wanted.
        wanted: u64,
        /// Version offered.
        offered: u64,
    },
    /// The metadata expired.
    #[error("{role} metadata expired at {expires}")]
    Expired {
        /// Which role.
        role: String,
        /// When.
        expires: Timestamp,
    },
    /// A role that was listed is not listed any more, or never was.
    #[error("the snapshot does not list {role}")]
    NotInSnapshot {
        /// Which role.
        role: String,
    },
    /// The repository does not have a file that its metadata names.
    #[error("{path} is missing in the repository")]
    NotFound {
        /// Path in the repository.
        path: String,
    },
    /// More bytes than allowed, or another number than stated.
    #[error("{path} is {length} bytes long, {allowed} are allowed")]
    Length {
        /// Path in the repository, or name of the target.
        path: String,
        /// Bytes received.
        length: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// The bytes have another hash than the metadata says.
    #[error("{path} does not have the stated hash")]
    Hash {
        /// Path in the repository, or name of the target.
        path: String,
    },
    /// No role lists the target.
    #[error("no role lists the target {path}")]
    NoSuchTarget {
        /// Name of the target.
        path: String,
    },
    /// More root rotations, roles or bytes than a client follows.
    #[error("the repository has too many {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
    /// Stored bytes are damaged or of another kind.
    #[error("the stored state cannot be read: {reason}")]
    Stored {
        /// What is wrong with them.
        reason: &'static str,
    },
    /// A target whose bytes verified does not have the format its name promises.
    #[error("target {path} cannot be read: {reason}")]
    Target {
        /// Name of the target.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The update was not carried to its end.
    #[error("the update was not finished")]
    Unfinished,
}

impl UpdateError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "metadata_malformed",
            Self::Threshold { .. } => "metadata_threshold",
            Self::Rollback { .. } => "metadata_rollback",
            Self::Version { .. } => "metadata_version",
            Self::Expired { .. } => "metadata_expired",
            Self::NotInSnapshot { .. } => "metadata_not_in_snapshot",
            Self::NotFound { .. } => "repository_not_found",
            Self::Length { .. } => "repository_length",
            Self::Hash { .. } => "repository_hash",
            Self::NoSuchTarget { .. } => "target_unknown",
            Self::TooMany { .. } => "repository_too_many",
            Self::Stored { .. } => "state_damaged",
            Self::Target { .. } => "target_malformed",
            Self::Unfinished => "update_unfinished",
        }
    }
}
