//! Signed notes (C2SP signed-note): a text, and lines of signatures by named keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::registry::NamedKey;

/// Most signature lines read; the standard asks for at least 16.
const MAX_SIGNATURES: usize = 64;

/// Algorithm bytes of C2SP key ids.
const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;

/// A note, its signatures not verified.
#[derive(Debug, Clone)]
pub(super) struct Note<'a> {
    /// What is signed, the final newline included.
    pub(super) text: &'a str,
    signatures: Vec<Signature<'a>>,
}

#[derive(Debug, Clone)]
struct Signature<'a> {
    name: &'a str,
    key_id: [u8; 4],
    blob: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Reads a note; `None` where it has not the form of one.
    pub(super) fn read(note: &'a str) -> Option<Self> {
        let (text, lines) = note.rsplit_once("\n\n")?;
        let text = note.get(..text.len() + 1)?;
        let lines = lines.strip_suffix('\n')?;
        let signatures: Option<Vec<_>> =
            lines.split('\n').take(MAX_SIGNATURES + 1).map(Signature::read).collect();
        let signatures = signatures.filter(|signatures| signatures.len() <= MAX_SIGNATURES)?;
        Some(Self { text, signatures })
    }

    /// Whether a key signed the text. Lines of unknown keys are passed over.
    pub(super) fn is_signed_by(&self, key: &NamedKey) -> bool {
        self.blobs(key, ED25519).any(|blob| {
            blob.try_into().is_ok_and(|signature| key.public.verifies(self.text.as_bytes(), signature))
        })
    }

    /// When a witness cosigned the text (C2SP tlog-cosignature, v1), where it did.
    pub(super) fn cosigned_by(&self, witness: &NamedKey) -> Option<Timestamp> {
        self.blobs(witness, COSIGNATURE).find_map(|blob| {
            let (time, signature) = blob.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            let message = format!("cosignature/v1\ntime {time}\n{}", self.text);
            let holds = witness.public.verifies(message.as_bytes(), signature.try_into().ok()?);
            let second = i64::try_from(time).ok()?;
            if holds { Timestamp::from_second(second).ok() } else { None }
        })
    }

    fn blobs(&self, key: &NamedKey, algorithm: u8) -> impl Iterator<Item = &[u8]> {
        let key_id = key_id(key, algorithm);
        self.signatures
            .iter()
            .filter(move |signature| signature.name == key.name && signature.key_id == key_id)
            .map(|signature| signature.blob.as_slice())
    }
}

impl<'a> Signature<'a> {
    /// `— <name> base64(key id ‖ signature)`
    fn read(line: &'a str) -> Option<Self> {
        let (name, blob) = line.strip_prefix("— ")?.split_once(' ')?;
        let blob = STANDARD.decode(blob).ok()?;
        let (key_id, blob) = blob.split_first_chunk()?;
        Some(Self { name, key_id: *key_id, blob: blob.to_vec() })
    }
}

/// The first 4 bytes of SHA-256(name ‖ "\n" ‖ algorithm ‖ public key).
fn key_id(key: &NamedKey, algorithm: u8) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(&key.name);
    hash.update([b'\n', algorithm]);
    hash.update(key.public.as_bytes());
    let mut id = [0; 4];
    id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    id
}
