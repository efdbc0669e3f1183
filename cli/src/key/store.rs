//! A folder of keys: for each name a private half, `NAME.pem.age` (PKCS#8 in an age file) or `NAME.pem` (not
//! encrypted, mode 0600), or none where a token holds it; and a public `NAME.json`.
//!
//! A private key leaves its file only as a signature: nothing here prints it, and it is wiped from memory.

use std::fs;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use jiff::Timestamp;
use jiff::civil::Date;
use udi_verify::seal::registry::KeyStatus;
use zeroize::Zeroizing;

use super::locks::{Locking, Unlocking, protection};
use super::memory_key::MemoryKey;
use super::private_file::{read_private, write_private};
use super::record::{PublicRecord, TokenKey};
use super::signer::Signer;
use super::token;
use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// Largest key file read, in bytes; an age file with a PKCS#8 key in it has a few hundred.
const MAX_SEALED: u64 = 64 << 10;

/// The folder.
pub(crate) struct KeyStore {
    folder: PathBuf,
    unlocking: Unlocking,
    locking: Locking,
}

/// A key pair, able to sign.
pub(crate) struct KeyPair {
    signer: Box<dyn Signer>,
    public: PublicRecord,
}

impl KeyPair {
    /// Its public half.
    pub(crate) fn public(&self) -> &PublicRecord {
        &self.public
    }

    /// What signs.
    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.signer
    }

    /// A pair around any signer, for tests.
    #[cfg(test)]
    pub(crate) fn of(name: &str, signer: impl Signer + 'static) -> Self {
        let public = PublicRecord::new(name, &signer.public(), &[], None);
        Self { signer: Box::new(signer), public }
    }
}

impl KeyStore {
    /// The store in `folder`, which need not exist yet. What locks and unlocks its keys is asked for on the
    /// terminal.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), unlocking: Unlocking::default(), locking: Locking::default() }
    }

    /// The same with other ways to unlock keys.
    pub(crate) fn unlocked_by(self, unlocking: &Unlocking) -> Self {
        Self { unlocking: unlocking.clone(), ..self }
    }

    /// The same with another way to keep new keys.
    pub(crate) fn locked_by(self, locking: &Locking) -> Self {
        Self { locking: locking.clone(), ..self }
    }

    /// Makes a key from the system's randomness and writes it; never over an existing one.
    pub(crate) fn create(
        &self,
        name: &str,
        prefixes: &[String],
        expires: Option<Date>,
    ) -> Result<KeyPair, Failure> {
        self.refuse_taken(name)?;
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut()).or_fail(Exit::System, || "the system gives no randomness")?;
        self.keep(name, SigningKey::from_bytes(&seed), prefixes, expires)
    }

    /// Brings in a key from a PKCS#8 file, PEM or DER, that its owner alone may read.
    pub(crate) fn import(
        &self,
        name: &str,
        file: &Path,
        prefixes: &[String],
        expires: Option<Date>,
    ) -> Result<KeyPair, Failure> {
        self.refuse_taken(name)?;
        let refused = || format!("{} holds no Ed25519 key in PKCS#8", file.display());
        let bytes = super::private_file::read_private_bytes(file)?;
        let signing = match std::str::from_utf8(&bytes) {
            Ok(text) if text.contains("-----BEGIN") => SigningKey::from_pkcs8_pem(text),
            _ => SigningKey::from_pkcs8_der(&bytes),
        };
        self.keep(name, signing.or_fail(Exit::Key, refused)?, prefixes, expires)
    }

    /// Uses a key that a token holds, or lets the token make one; the private half never leaves it.
    pub(crate) fn adopt(
        &self,
        name: &str,
        key: TokenKey,
        make: bool,
        prefixes: &[String],
        expires: Option<Date>,
    ) -> Result<KeyPair, Failure> {
        self.refuse_taken(name)?;
        let pin = self.unlocking.pin(&key.token)?;
        let signer = if make { token::create(&key, &pin)? } else { token::open(&key, &pin)? };
        let mut public = PublicRecord::new(name, &signer.public(), prefixes, expires);
        public.token = Some(key);
        self.write(&public)?;
        Ok(KeyPair { signer: Box::new(signer), public })
    }

    fn keep(
        &self,
        name: &str,
        signing: SigningKey,
        prefixes: &[String],
        expires: Option<Date>,
    ) -> Result<KeyPair, Failure> {
        let public = PublicRecord::new(name, signing.verifying_key().as_bytes(), prefixes, expires);
        // A key that no verifier would admit is not worth keeping.
        public.key()?;
        let pem = pem_of(&signing)?;
        let private = match self.locking.seal(name, pem.as_bytes(), &self.unlocking)? {
            Some(sealed) => write_private(&self.file(name, "pem.age"), &sealed).map(|()| "pem.age")?,
            None => write_private(&self.file(name, "pem"), pem.as_bytes()).map(|()| "pem")?,
        };
        self.write(&public).inspect_err(|_| {
            // Nobody knows the key yet; without its public half it would only be in the way.
            let _ = fs::remove_file(self.file(name, private));
        })?;
        Ok(KeyPair { signer: Box::new(MemoryKey::from(&signing)), public })
    }

    /// Opens a key pair to sign with today. A private key that others may read is refused, and one that
    /// signs no more.
    pub(crate) fn open(&self, name: &str) -> Result<KeyPair, Failure> {
        let public = self.public(name)?;
        public.may_sign(clock::day(Timestamp::now()))?;
        self.open_whatever_its_status(public)
    }

    /// Opens a key pair that may be retired or stolen: a demonstration shows what its labels give.
    pub(crate) fn open_whatever_its_status(&self, public: PublicRecord) -> Result<KeyPair, Failure> {
        let signer: Box<dyn Signer> = match &public.token {
            Some(key) => Box::new(token::open(key, &self.unlocking.pin(&key.token)?)?),
            None => Box::new(MemoryKey::from(&self.signing_key(&public.name)?)),
        };
        if public.key()?.as_bytes() != &signer.public() {
            let name = &public.name;
            return Err(Failure::new(
                Exit::Key,
                format!("the private half of {name} and {name}.json are not one key pair"),
            ));
        }
        Ok(KeyPair { signer, public })
    }

    fn signing_key(&self, name: &str) -> Result<SigningKey, Failure> {
        let (sealed, clear) = (self.file(name, "pem.age"), self.file(name, "pem"));
        let refused = || format!("cannot use the private key of {name}");
        let pem = if sealed.exists() {
            let length = fs::metadata(&sealed).or_fail(Exit::Key, refused)?.len();
            if length > MAX_SEALED {
                return Err(Failure::new(Exit::Key, format!("{} is no key file", sealed.display())));
            }
            self.unlocking.open(name, &fs::read(&sealed).or_fail(Exit::Key, refused)?)?
        } else {
            read_private(&clear)?
        };
        SigningKey::from_pkcs8_pem(&pem).or_fail(Exit::Key, refused)
    }

    /// The key pair of this name, made if there is none.
    pub(crate) fn open_or_create(&self, name: &str) -> Result<KeyPair, Failure> {
        if self.file(name, "json").exists() { self.open(name) } else { self.create(name, &[], None) }
    }

    /// Writes the private key of `name` as PKCS#8 PEM, in the clear, to a new file.
    pub(crate) fn export(&self, name: &str, file: &Path) -> Result<(), Failure> {
        if self.public(name)?.token.is_some() {
            return Err(Failure::new(Exit::Key, format!("the key {name} never leaves its token")));
        }
        write_private(file, pem_of(&self.signing_key(name)?)?.as_bytes())
    }

    /// The public half of a key.
    pub(crate) fn public(&self, name: &str) -> Result<PublicRecord, Failure> {
        check_name(name)?;
        let path = self.file(name, "json");
        let refused = || format!("cannot read the public key {}", path.display());
        let record = fs::read(&path).or_fail(Exit::Key, refused)?;
        serde_json::from_slice(&record).or_fail(Exit::Key, refused)
    }

    /// The public half of every key, by name, with how its private half is kept.
    pub(crate) fn list(&self) -> Result<Vec<(PublicRecord, &'static str)>, Failure> {
        let refused = || format!("cannot read the folder {}", self.folder.display());
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).or_fail(Exit::System, refused)? {
            let path = entry.or_fail(Exit::System, refused)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        names.sort();
        names
            .iter()
            .map(|name| {
                let public = self.public(name)?;
                let kept = self.kept(&public);
                Ok((public, kept))
            })
            .collect()
    }

    fn kept(&self, public: &PublicRecord) -> &'static str {
        let name = &public.name;
        match &public.token {
            Some(_) => "token",
            None if self.file(name, "pem.age").exists() => {
                protection(&self.file(name, "pem.age")).unwrap_or("unreadable")
            }
            None if self.file(name, "pem").exists() => "unencrypted",
            None => "elsewhere",
        }
    }

    /// Makes the key that takes the place of `name`: same prefixes, another name. The old one goes on signing
    /// until it is retired, since a new one must be published before labels carry it.
    pub(crate) fn rotate(&self, name: &str, expires: Option<Date>) -> Result<KeyPair, Failure> {
        let mut old = self.public(name)?;
        if let Some(successor) = &old.successor {
            return Err(Failure::new(Exit::Key, format!("{name} was rotated already, to {successor}")));
        }
        let (stem, number) = match name.rsplit_once("-r") {
            Some((stem, digits)) if digits.parse::<u32>().is_ok() => (stem, digits.parse().unwrap_or(1)),
            _ => (name, 1_u32),
        };
        let successor = format!("{stem}-r{}", number.saturating_add(1));
        let pair = match &old.token {
            Some(key) => {
                let key = TokenKey { label: successor.clone(), ..key.clone() };
                self.adopt(&successor, key, true, &old.prefixes, expires)?
            }
            None => self.create(&successor, &old.prefixes, expires)?,
        };
        old.successor = Some(successor);
        self.write(&old)?;
        Ok(pair)
    }

    /// Ends a key's signing. Its labels hold.
    pub(crate) fn retire(&self, name: &str) -> Result<PublicRecord, Failure> {
        let mut public = self.public(name)?;
        if public.status == KeyStatus::Compromised {
            return Err(Failure::new(
                Exit::Key,
                format!("{name} is compromised, which is more than retired"),
            ));
        }
        public.status = KeyStatus::Retired;
        self.write(&public)?;
        Ok(public)
    }

    /// Notes that others have the key, since `from` if that is known. A later call may move the time back,
    /// never forward: labels that were in doubt do not come out of it.
    pub(crate) fn compromise(&self, name: &str, from: Option<Timestamp>) -> Result<PublicRecord, Failure> {
        let mut public = self.public(name)?;
        let known = public.compromised_from.unwrap_or(Timestamp::MIN);
        if public.status == KeyStatus::Compromised && from.is_some_and(|from| from > known) {
            let since = public.compromised_from.map_or("its beginning".to_owned(), |from| from.to_string());
            let words = format!("{name} is noted as compromised from {since} on; that can only go back");
            return Err(Failure::new(Exit::Key, words));
        }
        public.status = KeyStatus::Compromised;
        public.compromised_from = from;
        self.write(&public)?;
        Ok(public)
    }

    fn write(&self, public: &PublicRecord) -> Result<(), Failure> {
        let record = serde_json::to_vec_pretty(public).or_fail(Exit::System, || "cannot encode the key")?;
        write_atomically(&self.file(&public.name, "json"), &record)
    }

    fn refuse_taken(&self, name: &str) -> Result<(), Failure> {
        check_name(name)?;
        for extension in ["json", "pem", "pem.age"] {
            let path = self.file(name, extension);
            if path.exists() {
                let words = format!("{} exists; a key is never overwritten", path.display());
                return Err(Failure::new(Exit::Key, words));
            }
        }
        Ok(())
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

/// PKCS#8 as RFC 8410, section 7 shows it first: the private key alone. OpenSSL 3.0 does not read the other form, with
/// the public key behind it.
fn pem_of(signing: &SigningKey) -> Result<Zeroizing<String>, Failure> {
    let alone = KeypairBytes { public_key: None, ..KeypairBytes::from(signing) };
    alone.to_pkcs8_pem(LineEnding::LF).or_fail(Exit::Key, || "cannot encode the key")
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
mod tests;
