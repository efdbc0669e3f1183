//! Stage: recall.
