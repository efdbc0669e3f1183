//! What signs: a key in this process's memory, or one that stays inside a token.

use crate::failure::Failure;

/// Makes Ed25519 signatures (RFC 8032), from several threads at once.
pub(crate) trait Signer: Send + Sync {
    /// The 32 bytes of the public key.
    fn public(&self) -> [u8; 32];

    /// The signature over `message`. One message always gives the same 64 bytes.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure>;

    /// The signatures over several messages, in their order: the same bytes as one after the other.
    fn sign_all(&self, messages: &[Vec<u8>]) -> Result<Vec<[u8; 64]>, Failure> {
        messages.iter().map(|message| self.sign(message)).collect()
    }
}
