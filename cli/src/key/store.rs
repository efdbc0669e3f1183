//! A folder of keys: for each name a private `NAME.pem` (PKCS#8, mode 0600) and a public `NAME.json`.
//!
//! A private key leaves its file only as a signature: nothing here prints it, and it is wiped from memory.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use udi_verify::seal::registry::{KeyEntry, KeyStatus};
use udi_verify::seal::{self, KeyHint};
use zeroize::Zeroizing;

use super::private_file::{read_private, write_private};
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// The folder.
pub(crate) struct KeyStore {
    folder: PathBuf,
}

/// A key pair, able to sign.
pub(crate) struct KeyPair {
    /// Signs.
    pub(crate) signing: SigningKey,
    public: PublicRecord,
}

/// The public half, as `NAME.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicRecord {
    /// The name it was made under.
    pub(crate) name: String,
    /// The 32 bytes in base64url without padding.
    pub(crate) public: String,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// The GS1 company prefixes it may sign for; empty: any, as for the repository's own keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) prefixes: Vec<String>,
}

impl KeyPair {
    /// Its public half.
    pub(crate) fn public(&self) -> &PublicRecord {
        &self.public
    }
}

impl PublicRecord {
    /// The hint labels carry: the first 24 bits of the SHA-256 of the key, in base64url.
    pub(crate) fn hint(&self) -> Result<KeyHint, Failure> {
        let key = seal::PublicKey::from_base64url(&self.public);
        Ok(key.or_fail(Exit::Key, || format!("the key {} cannot be used", self.name))?.hint())
    }

    /// The key as `keys.json` lists a key that signs.
    pub(crate) fn registry_entry(&self) -> Result<KeyEntry, Failure> {
        Ok(KeyEntry {
            hint: self.hint()?.to_string(),
            public: self.public.clone(),
            status: KeyStatus::Active,
            compromised_from: None,
            index_ranges: None,
        })
    }
}

impl KeyStore {
    /// The store in `folder`, which need not exist yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Makes a key from the system's randomness and writes it; never over an existing one.
    pub(crate) fn create(&self, name: &str, prefixes: &[String]) -> Result<KeyPair, Failure> {
        check_name(name)?;
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut()).or_fail(Exit::System, || "the system gives no randomness")?;
        let signing = SigningKey::from_bytes(&seed);
        let pem = signing.to_pkcs8_pem(LineEnding::LF).or_fail(Exit::Key, || "cannot encode the key")?;
        let public = PublicRecord {
            name: name.to_owned(),
            public: URL_SAFE_NO_PAD.encode(signing.verifying_key().as_bytes()),
            created: Timestamp::now(),
            prefixes: prefixes.to_vec(),
        };
        write_private(&self.file(name, "pem"), pem.as_bytes())?;
        let record = serde_json::to_vec_pretty(&public).or_fail(Exit::System, || "cannot encode the key")?;
        write_atomically(&self.file(name, "json"), &record)?;
        Ok(KeyPair { signing, public })
    }

    /// Opens a key pair to sign with. A private key that others may read is refused.
    pub(crate) fn open(&self, name: &str) -> Result<KeyPair, Failure> {
        let public = self.public(name)?;
        let path = self.file(name, "pem");
        let refused = || format!("cannot use the private key {}", path.display());
        let signing = SigningKey::from_pkcs8_pem(&read_private(&path)?).or_fail(Exit::Key, refused)?;
        if URL_SAFE_NO_PAD.encode(signing.verifying_key().as_bytes()) != public.public {
            return Err(Failure::new(Exit::Key, format!("{name}.pem and {name}.json are not one key pair")));
        }
        Ok(KeyPair { signing, public })
    }

    /// The key pair of this name, made if there is none.
    pub(crate) fn open_or_create(&self, name: &str) -> Result<KeyPair, Failure> {
        if self.file(name, "pem").exists() { self.open(name) } else { self.create(name, &[]) }
    }

    /// The public half of a key.
    pub(crate) fn public(&self, name: &str) -> Result<PublicRecord, Failure> {
        check_name(name)?;
        let path = self.file(name, "json");
        let refused = || format!("cannot read the public key {}", path.display());
        let record = fs::read(&path).or_fail(Exit::Key, refused)?;
        serde_json::from_slice(&record).or_fail(Exit::Key, refused)
    }

    /// The public half of every key, by name.
    pub(crate) fn list(&self) -> Result<Vec<PublicRecord>, Failure> {
        let refused = || format!("cannot read the folder {}", self.folder.display());
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).or_fail(Exit::System, refused)? {
            let path = entry.or_fail(Exit::System, refused)?.path();
            if path.extension().is_some_and(|extension| extension == "pem") {
                names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        names.sort();
        names.iter().map(|name| self.public(name)).collect()
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

/// A name is part of a path and of metadata: it must mean the same everywhere.
fn check_name(name: &str) -> Result<(), Failure> {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Key,
        format!("{name:?} is not a key name: 1 to 64 lower case letters, digits and hyphens"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore::new(folder.path());
        let made = store.create("acme-1", &[]).unwrap();
        assert_eq!(store.open("acme-1").unwrap().public(), made.public());
        assert_eq!(store.create("acme-1", &[]).err().unwrap().exit, Exit::Key);
        assert_eq!(store.list().unwrap(), [made.public().clone()]);
    }

    #[test]
    fn names_that_are_paths_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "../up", "a/b", "A", "a b", "a.pem"] {
            assert_eq!(
                KeyStore::new(folder.path()).create(name, &[]).err().unwrap().exit,
                Exit::Key,
                "{name}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_exposed_key_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore::new(folder.path());
        store.create("a", &[]).unwrap();
        let pem = folder.path().join("a.pem");
        assert_eq!(fs::metadata(&pem).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&pem, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(store.open("a").err().unwrap().exit, Exit::Key);
    }

    #[test]
    fn a_swapped_public_half_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore::new(folder.path());
        store.create("a", &[]).unwrap();
        store.create("b", &[]).unwrap();
        fs::copy(folder.path().join("b.json"), folder.path().join("a.json")).unwrap();
        assert_eq!(store.open("a").err().unwrap().exit, Exit::Key);
    }
}
