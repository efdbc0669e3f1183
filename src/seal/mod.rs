//! Stage: seal.
