//! Proof that a lot manifest existed at a time: what lets labels outlive the loss of their signing key.
//!
//! Issuers log their manifests; witnesses cosign the log's checkpoints and state the time. The proof travels
//! as one text and is checked offline: C2SP `tlog-proof@v1`, `signed-note`, `tlog-checkpoint` and
//! `tlog-cosignature` (Ed25519, v1). The logged entry is the manifest file; leaf and node hashes are those of
//! RFC 6962, 2.1.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 73894
//! <inclusion path, base64, a hash a line>
//!
//! <origin>
//! <size>
//! <root hash, base64>
//!
//! — <log> <signature>
//! — <witness> <cosignature>
//! ```

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::note::Note;
use super::registry::Registry;

/// Longest proof read, in bytes.
const MAX_PROOF: usize = 64 << 10;
/// Longest inclusion path: a log of 2^63 entries.
const MAX_PATH: usize = 63;

type Hash = [u8; 32];

/// A manifest that enough witnesses saw, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WitnessedManifest<'a> {
    manifest: &'a [u8],
    seen: Timestamp,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The text is no proof of the format.
    #[error("the proof cannot be read: {what}")]
    Malformed {
        /// The part that is wrong.
        what: &'static str,
    },
    /// The registry knows no such log, or the log did not sign the checkpoint.
    #[error("the checkpoint is not signed by a known log")]
    UnknownLog,
    /// The path does not lead from the manifest to the checkpoint.
    #[error("the manifest is not in the log at this checkpoint")]
    NotIncluded,
    /// Fewer known witnesses cosigned than the registry asks for.
    #[error("{found} of the {wanted} witnesses needed cosigned")]
    TooFewWitnesses {
        /// Known witnesses whose cosignatures hold.
        found: usize,
        /// How many the registry asks for.
        wanted: usize,
    },
}

impl<'a> WitnessedManifest<'a> {
    /// Checks a proof of a manifest against the logs and witnesses of the registry.
    pub fn verify(manifest: &'a [u8], proof: &[u8], registry: &Registry) -> Result<Self, WitnessError> {
        let proof = Proof::read(proof)?;
        if !registry.logs().iter().any(|log| log.name == proof.origin && proof.note.is_signed_by(log)) {
            return Err(WitnessError::UnknownLog);
        }
        if proof.root_of(leaf_hash(manifest)) != Some(proof.root) {
            return Err(WitnessError::NotIncluded);
        }
        let (witnesses, wanted) = registry.witnesses();
        let mut times: Vec<_> =
            witnesses.iter().filter_map(|witness| proof.note.cosigned_by(witness)).collect();
        times.sort();
        // The time by which `wanted` of them had seen it.
        match wanted.checked_sub(1).and_then(|last| times.get(last)) {
            Some(&seen) => Ok(Self { manifest, seen }),
            None => Err(WitnessError::TooFewWitnesses { found: times.len(), wanted }),
        }
    }

    /// The manifest.
    pub fn manifest(&self) -> &'a [u8] {
        self.manifest
    }

    /// The time by which enough witnesses had seen it.
    pub fn seen(&self) -> Timestamp {
        self.seen
    }
}

/// A proof, nothing in it verified.
#[derive(Debug)]
struct Proof<'a> {
    index: u64,
    path: Vec<Hash>,
    note: Note<'a>,
    origin: &'a str,
    size: u64,
    root: Hash,
}

impl<'a> Proof<'a> {
    fn read(proof: &'a [u8]) -> Result<Self, WitnessError> {
        let malformed = |what| WitnessError::Malformed { what };
        let text = std::str::from_utf8(proof).map_err(|_| malformed("text"))?;
        if text.len() > MAX_PROOF {
            return Err(malformed("length"));
        }
        let (head, note) = text.split_once("\n\n").ok_or_else(|| malformed("no checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some("c2sp.org/tlog-proof@v1") {
            return Err(malformed("first line"));
        }
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let path: Option<Vec<_>> = lines.take(MAX_PATH + 1).map(hash).collect();
        let note = Note::read(note).ok_or_else(|| malformed("checkpoint"))?;
        let mut body = note.text.split('\n');
        let origin = body.next().filter(|origin| !origin.is_empty());
        Ok(Self {
            index: index.ok_or_else(|| malformed("index"))?,
            path: path.filter(|path| path.len() <= MAX_PATH).ok_or_else(|| malformed("path"))?,
            origin: origin.ok_or_else(|| malformed("origin"))?,
            size: body.next().and_then(decimal).ok_or_else(|| malformed("tree size"))?,
            root: body.next().and_then(hash).ok_or_else(|| malformed("root hash"))?,
            note,
        })
    }

    /// The root that the path leads to from a leaf (RFC 9162, 2.1.3.2); `None` where the path has not the
    /// length that index and size ask for.
    fn root_of(&self, leaf: Hash) -> Option<Hash> {
        let mut place = self.index;
        let mut last = self.size.checked_sub(1).filter(|last| place <= *last)?;
        let mut hash = leaf;
        for sibling in &self.path {
            if last == 0 {
                return None;
            }
            if place & 1 == 1 || place == last {
                hash = node_hash(*sibling, hash);
                // A last node without a sibling moves up as it is.
                while place & 1 == 0 && place != 0 {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node_hash(hash, *sibling);
            }
            place >>= 1;
            last >>= 1;
        }
        (last == 0).then_some(hash)
    }
}

fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

fn node_hash(left: Hash, right: Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A number without leading zeros.
fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn hash(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, 2.1: the hash of a tree and the path of each leaf, the recursive way.
    fn tree(leaves: &[Hash]) -> Hash {
        match leaves {
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(tree(left), tree(right))
            }
        }
    }

    fn path(leaves: &[Hash], index: usize) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let middle = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(middle);
        let (mut below, beside) = match index.checked_sub(middle) {
            None => (path(left, index), tree(right)),
            Some(index) => (path(right, index), tree(left)),
        };
        below.push(beside);
        below
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_included_and_no_other() {
        for size in 1..=33_u64 {
            let leaves: Vec<_> = (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
            let root = tree(&leaves);
            for (index, leaf) in (0..size).zip(&leaves) {
                let path = path(&leaves, usize::try_from(index).unwrap());
                let note = Note::read("log\n1\n\n— a AAAAAAAA\n").unwrap();
                let mut proof = Proof { index, path, note, origin: "log", size, root };
                assert_eq!(proof.root_of(*leaf), Some(root), "{index} of {size}");
                assert_ne!(proof.root_of(leaf_hash(b"other")), Some(root));
                proof.path.push(root);
                assert_eq!(proof.root_of(*leaf), None, "a longer path");
            }
        }
    }

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for text in ["", "00", "01", "+1", "-1", "1 ", "18446744073709551616"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
