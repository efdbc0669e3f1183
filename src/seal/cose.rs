//! COSE_Sign1 (RFC 9052) around a unit record.
//!
//! ```text
//! protected     = {1: -19, 4: key hint}          Ed25519 as RFC 9864 names it; the deprecated -8 is not read
//! Sig_structure = ["Signature1", protected, 'udi-unit/1', payload]     RFC 9052, 4.4: what is signed
//! COSE_Sign1    = 18([protected, {}, payload, signature])              what a companion symbol carries
//! ```
//! Only these shapes are read: no other header, no unprotected header, no detached payload, nothing after.

use super::cbor::{CborError, Reader, Writer};
use super::record::UnitRecord;
use super::signature::KeyHint;

/// The external additional authenticated data: no signature made for another purpose can pass for a seal.
pub const CONTEXT: &[u8] = b"udi-unit/1";

/// COSE_Sign1, RFC 9052 section 4.2.
const TAG_SIGN1: u64 = 18;
/// Header parameters, RFC 9052 table 3.
const HEADER_ALG: u64 = 1;
const HEADER_KID: u64 = 4;
/// Ed25519 is algorithm −19 (RFC 9864); CBOR writes −1 − n.
const ALG_ED25519: u64 = 18;

fn protected_header(hint: KeyHint) -> Vec<u8> {
    Writer::default()
        .map(2)
        .unsigned(HEADER_ALG)
        .negative(ALG_ED25519)
        .unsigned(HEADER_KID)
        .bytes(hint.as_bytes())
        .finish()
}

/// The bytes a signer signs and a verifier rebuilds.
pub fn sig_structure(hint: KeyHint, record: &UnitRecord) -> Vec<u8> {
    Writer::default()
        .array(4)
        .text("Signature1")
        .bytes(&protected_header(hint))
        .bytes(CONTEXT)
        .bytes(&record.to_payload())
        .finish()
}

/// A record with its signature, as one message; the signature is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRecord {
    /// Which key the signer named.
    pub hint: KeyHint,
    /// What is signed.
    pub record: UnitRecord,
    /// Ed25519 signature over [`sig_structure`].
    pub signature: [u8; 64],
}

impl SignedRecord {
    /// The tagged COSE_Sign1.
    pub fn to_cose(&self) -> Vec<u8> {
        Writer::default()
            .tag(TAG_SIGN1)
            .array(4)
            .bytes(&protected_header(self.hint))
            .map(0)
            .bytes(&self.record.to_payload())
            .bytes(&self.signature)
            .finish()
    }

    /// Reads a COSE_Sign1, tagged or not (RFC 9052 allows both where the context is known).
    pub fn from_cose(bytes: &[u8]) -> Result<Self, CborError> {
        let mut reader = Reader::new(bytes);
        if reader.next_is_tag() {
            expect(&mut reader, |reader| reader.tag(), TAG_SIGN1, "COSE_Sign1 tag")?;
        }
        expect(&mut reader, |reader| reader.array(), 4, "array of four")?;
        let hint = read_protected(reader.bytes()?)?;
        expect(&mut reader, |reader| reader.map(), 0, "empty unprotected header")?;
        let record = UnitRecord::from_payload(reader.bytes()?)?;
        let at = reader.at();
        let signature = reader
            .bytes()?
            .try_into()
            .map_err(|_| CborError::Unexpected { expected: "signature of 64 bytes", at })?;
        reader.finish()?;
        Ok(Self { hint, record, signature })
    }
}

fn read_protected(header: &[u8]) -> Result<KeyHint, CborError> {
    let mut reader = Reader::new(header);
    expect(&mut reader, |reader| reader.map(), 2, "map of algorithm and key hint")?;
    expect(&mut reader, |reader| reader.unsigned(), HEADER_ALG, "algorithm header")?;
    expect(&mut reader, |reader| reader.negative(), ALG_ED25519, "algorithm -19, Ed25519")?;
    expect(&mut reader, |reader| reader.unsigned(), HEADER_KID, "key hint header")?;
    let at = reader.at();
    let hint = reader
        .bytes()?
        .try_into()
        .map_err(|_| CborError::Unexpected { expected: "key hint of 3 bytes", at })?;
    reader.finish()?;
    Ok(KeyHint::from_bytes(hint))
}

fn expect<'a>(
    reader: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<u64, CborError>,
    wanted: u64,
    expected: &'static str,
) -> Result<(), CborError> {
    let at = reader.at();
    match read(reader)? {
        value if value == wanted => Ok(()),
        _ => Err(CborError::Unexpected { expected, at }),
    }
}
