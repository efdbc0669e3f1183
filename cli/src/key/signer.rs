//! What signs: a key in this process's memory, or one that stays inside a token.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::failure::{Exit, Failure, OrFail};

/// Makes Ed25519 signatures (RFC 8032), from several threads at once.
pub(crate) trait Signer: Send + Sync {
    /// The 32 bytes of the public key.
    fn public(&self) -> [u8; 32];

    /// The signature over `message`. One message always gives the same 64 bytes.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure>;
}

/// A key in memory: out of a file, or made up by a test. It is wiped when dropped.
impl Signer for SigningKey {
    fn public(&self) -> [u8; 32] {
        self.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure> {
        let signature = self.try_sign(message).or_fail(Exit::Key, || "cannot sign")?;
        Ok(signature.to_bytes())
    }
}
