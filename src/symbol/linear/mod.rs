//! Linear symbols: Code 128, Code 39, EAN/UPC and Interleaved 2 of 5.

pub(super) mod code128;
