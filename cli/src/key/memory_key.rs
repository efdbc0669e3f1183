//! A key in this process's memory: out of a file, or made up by a test.
//!
//! A line signs with one key all day, so what a signature need not do anew is shared. What is derived from the
//! secret (RFC 8032, 5.1.5) is derived once. And a signature ends with a division in the field of the curve,
//! which is slow; for messages that are signed together, dalek's `compress_batch_alloc` divides once.
//! Messages have the same signatures either way.

use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha512};
use zeroize::Zeroize;

use super::signer::Signer;
use crate::failure::{Exit, Failure};

/// The key. It is wiped when dropped.
///
/// To sign under another public key than the secret's own would give the secret away, so both come from one
/// [`SigningKey`] and nothing else sees them.
pub(crate) struct MemoryKey {
    expanded: ExpandedSecretKey,
    public: VerifyingKey,
}

impl From<&SigningKey> for MemoryKey {
    fn from(key: &SigningKey) -> Self {
        let expanded = ExpandedSecretKey::from(key.as_bytes());
        Self { public: VerifyingKey::from(&expanded), expanded }
    }
}

impl Signer for MemoryKey {
    fn public(&self) -> [u8; 32] {
        self.public.to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure> {
        Ok(raw_sign::<Sha512>(&self.expanded, message, &self.public).to_bytes())
    }

    /// RFC 8032, 5.1.6, with step 3 done for all messages together.
    fn sign_all(&self, messages: &[Vec<u8>]) -> Result<Vec<[u8; 64]>, Failure> {
        let nonce = |message: &Vec<u8>| {
            Scalar::from_hash(Sha512::new().chain_update(self.expanded.hash_prefix).chain_update(message))
        };
        let mut nonces: Vec<Scalar> = messages.iter().map(nonce).collect();
        let mut points: Vec<EdwardsPoint> = nonces.iter().map(EdwardsPoint::mul_base).collect();
        let encoded = EdwardsPoint::compress_batch_alloc(&points);
        let signature = |((message, nonce), point): ((&Vec<u8>, &Scalar), _)| {
            let point: &[u8; 32] = point;
            let hash = Sha512::new().chain_update(point).chain_update(self.public.as_bytes());
            let challenge = Scalar::from_hash(hash.chain_update(message));
            let s = challenge * self.expanded.scalar + nonce;
            Signature::from_components(*point, s.to_bytes()).to_bytes()
        };
        let encoded_bytes = encoded.iter().map(|point| point.as_bytes());
        let signatures: Vec<[u8; 64]> =
            messages.iter().zip(&nonces).zip(encoded_bytes).map(signature).collect();
        nonces.zeroize();
        points.zeroize();
        // A fault of the machine in what is shared spoils all of them: the library alone must give the same.
        match (messages.first(), signatures.first()) {
            (Some(message), Some(signature)) if self.sign(message)? != *signature => {
                Err(Failure::new(Exit::Key, "this machine gave a wrong signature, and it was not used"))
            }
            _ => Ok(signatures),
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer as _;

    use super::*;

    /// Messages of all lengths up to `count`, no two alike.
    fn messages(count: usize) -> Vec<Vec<u8>> {
        let byte = |length: usize| u8::try_from(length.wrapping_mul(31) % 251).unwrap();
        (0..count).map(|length| vec![byte(length); length]).collect()
    }

    #[test]
    fn signatures_have_the_bytes_that_the_library_gives_one_by_one() {
        for seed in 0..8 {
            let key = SigningKey::from_bytes(&[seed; 32]);
            let ours = MemoryKey::from(&key);
            assert_eq!(ours.public(), key.verifying_key().to_bytes());
            for count in [0, 1, 2, 64, 300] {
                let messages = messages(count);
                let expected: Vec<_> = messages.iter().map(|message| key.sign(message).to_bytes()).collect();
                assert_eq!(ours.sign_all(&messages).unwrap(), expected);
                let alone = messages.iter().map(|message| ours.sign(message).unwrap());
                assert!(alone.eq(expected));
            }
        }
    }

    #[test]
    fn what_is_signed_together_verifies_strictly() {
        let key = SigningKey::from_bytes(&[42; 32]);
        let messages = messages(200);
        for (message, signature) in messages.iter().zip(MemoryKey::from(&key).sign_all(&messages).unwrap()) {
            let signature = Signature::from_bytes(&signature);
            assert!(key.verifying_key().verify_strict(message, &signature).is_ok());
        }
    }
}
