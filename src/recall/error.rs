//! What can be wrong with a file of the snapshot.

/// A snapshot file that cannot be read. It answers nothing: the caller keeps the previous one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file is of another kind.
    #[error("not a {expected} file: it begins with {found:02x?}")]
    Magic {
        /// The kind that was asked for.
        expected: &'static str,
        /// The first bytes found.
        found: Vec<u8>,
    },
    /// The file's format is newer than this reader.
    #[error("format version {found} is not known here (this reader knows {known})")]
    Version {
        /// As the file states it.
        found: u16,
        /// The newest known.
        known: u16,
    },
    /// The file ends inside a field.
    #[error("ends inside {what} at byte {at}")]
    Truncated {
        /// The field.
        what: &'static str,
        /// Its offset in the file or section.
        at: usize,
    },
    /// Bytes follow the end of the content.
    #[error("{count} bytes follow the end of {what}")]
    Trailing {
        /// The part that ended.
        what: &'static str,
        /// How many bytes too many.
        count: usize,
    },
    /// A number exceeds what this reader accepts.
    #[error("{what} is {found}, at most {limit} is accepted")]
    TooLarge {
        /// The field.
        what: &'static str,
        /// Its value.
        found: u64,
        /// The cap.
        limit: u64,
    },
    /// A field has a value that the format does not allow.
    #[error("{what} at byte {at} is not allowed by the format")]
    Malformed {
        /// The field.
        what: &'static str,
        /// Its offset in the file or section.
        at: usize,
    },
}

impl FileError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Magic { .. } => "file_magic",
            Self::Version { .. } => "file_version",
            Self::Truncated { .. } => "file_truncated",
            Self::Trailing { .. } => "file_trailing",
            Self::TooLarge { .. } => "file_too_large",
            Self::Malformed { .. } => "file_malformed",
        }
    }
}
