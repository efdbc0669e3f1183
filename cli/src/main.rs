//! The `udi` tool.
fn main() {}
