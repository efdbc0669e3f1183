//! Stage: trust.
