//! The last stage: everything established becomes one statement.
