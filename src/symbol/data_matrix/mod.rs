//! Data Matrix ECC 200, ISO/IEC 16022: the carrier of most UDIs.

pub(super) mod decodation;
