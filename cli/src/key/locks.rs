//! What locks private keys at rest and what unlocks them: passphrases, age identities, PINs of tokens.
//!
//! No secret is ever an argument or in the environment, where other processes read it. It comes from a file
//! that its owner alone can read, from a file descriptor, or from the terminal.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::{Identity, IdentityFile, Recipient, scrypt, x25519};
use zeroize::Zeroizing;

use super::private_file::read_private;
use crate::failure::{Exit, Failure, OrFail};

/// Longest passphrase read, in bytes.
const MAX_PASSPHRASE: u64 = 1024;

/// scrypt's cost as a power of two: 128 MiB and a quarter of a second, the first of OWASP's recommendations. The library's
/// own choice depends on the machine and how busy it is, and takes 1 GiB where it is fast.
const WORK: u8 = 17;
/// Most work done to open a key, as other tools may have asked for: 1 GiB. Also the same on every machine, so that a busy
/// one does not refuse what it made.
const MOST_WORK: u8 = 20;

/// Where the secrets come from that unlock private keys.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Unlocking {
    /// A file with the passphrase of the keys, or the PIN of their token; its owner alone may read it.
    /// Asked for on the terminal if nothing is given.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// The same from an open file descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    passphrase_fd: Option<u32>,
    /// An age identity file, for keys that were encrypted to its recipient; repeatable.
    #[arg(long = "identity", global = true, value_name = "FILE")]
    identities: Vec<PathBuf>,
    /// Passphrases that were read already, so that one is asked for once.
    #[arg(skip)]
    known: RefCell<Vec<SecretString>>,
}

/// How a new private key is kept.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Locking {
    /// Encrypt new keys to this age recipient (age1…) instead of a passphrase; repeatable.
    #[arg(long = "recipient", global = true, value_name = "AGE1…")]
    recipients: Vec<String>,
    /// Do not encrypt new keys: the folder must then be on an encrypted disk.
    #[arg(long, global = true, conflicts_with = "recipients")]
    unencrypted: bool,
}

impl Locking {
    /// Keys in the clear, for demonstrations.
    pub(crate) fn unencrypted() -> Self {
        Self { unencrypted: true, ..Self::default() }
    }

    /// The encrypted form of a private key, `None` where it is to lie in the clear.
    pub(super) fn seal(
        &self,
        name: &str,
        secret: &[u8],
        unlocking: &Unlocking,
    ) -> Result<Option<Vec<u8>>, Failure> {
        if self.unencrypted {
            return Ok(None);
        }
        let recipients = if self.recipients.is_empty() {
            let passphrase = unlocking.new_passphrase(name)?;
            let mut recipient = scrypt::Recipient::new(passphrase);
            recipient.set_work_factor(WORK);
            vec![Box::new(recipient) as Box<dyn Recipient>]
        } else {
            self.recipients.iter().map(|text| recipient(text)).collect::<Result<_, _>>()?
        };
        let doing = || format!("cannot encrypt the key {name}");
        let encryptor = age::Encryptor::with_recipients(recipients.iter().map(|one| &**one));
        let mut sealed = Vec::new();
        let mut writer =
            encryptor.or_fail(Exit::Key, doing)?.wrap_output(&mut sealed).or_fail(Exit::System, doing)?;
        std::io::Write::write_all(&mut writer, secret).or_fail(Exit::System, doing)?;
        writer.finish().or_fail(Exit::System, doing)?;
        Ok(Some(sealed))
    }
}

fn recipient(text: &str) -> Result<Box<dyn Recipient>, Failure> {
    let recipient: x25519::Recipient = text
        .parse()
        .map_err(|reason| Failure::new(Exit::Key, format!("{text:?} is no age recipient: {reason}")))?;
    Ok(Box::new(recipient))
}

impl Unlocking {
    /// The secret inside an age file.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<String>, Failure> {
        let refused = || format!("cannot decrypt the key {name}");
        let decryptor = age::Decryptor::new(sealed).or_fail(Exit::Key, refused)?;
        if !decryptor.is_scrypt() {
            let identities = self.identities()?;
            if identities.is_empty() {
                let words = format!(
                    "the key {name} is encrypted to an age recipient: give its identity with --identity"
                );
                return Err(Failure::new(Exit::Key, words));
            }
            return decrypt(sealed, identities.iter().map(|one| &**one)).or_fail(Exit::Key, refused);
        }
        for passphrase in self.known.borrow().iter() {
            if let Ok(secret) = open_with(sealed, passphrase) {
                return Ok(secret);
            }
        }
        let passphrase = self.passphrase(&format!("passphrase of the key {name}"))?;
        let secret = open_with(sealed, &passphrase).or_fail(Exit::Key, refused)?;
        self.known.borrow_mut().push(passphrase);
        Ok(secret)
    }

    /// The PIN of a token.
    pub(super) fn pin(&self, token: &str) -> Result<SecretString, Failure> {
        self.passphrase(&format!("PIN of the token {token}"))
    }

    /// A passphrase for a new key: from the terminal it is asked for twice.
    fn new_passphrase(&self, name: &str) -> Result<SecretString, Failure> {
        if let Some(known) = self.known.borrow().last() {
            return Ok(known.clone());
        }
        let passphrase = self.passphrase(&format!("new passphrase of the key {name}"))?;
        if self.passphrase_file.is_none() && self.passphrase_fd.is_none() {
            let again = ask("the same again")?;
            if again.expose_secret() != passphrase.expose_secret() {
                return Err(Failure::new(Exit::Key, "the two passphrases differ; no key was made"));
            }
        }
        if passphrase.expose_secret().chars().count() < 8 {
            return Err(Failure::new(Exit::Key, "a passphrase has at least 8 characters; no key was made"));
        }
        self.known.borrow_mut().push(passphrase.clone());
        Ok(passphrase)
    }

    fn passphrase(&self, what: &str) -> Result<SecretString, Failure> {
        if let Some(path) = &self.passphrase_file {
            return Ok(first_line(&read_private(path)?));
        }
        if let Some(number) = self.passphrase_fd {
            let path = format!("/dev/fd/{number}");
            let refused = || format!("cannot read the passphrase from {path}");
            // A descriptor is read once.
            if let Some(known) = self.known.borrow().last() {
                return Ok(known.clone());
            }
            let mut text = Zeroizing::new(String::new());
            let file = File::open(&path).or_fail(Exit::Key, refused)?;
            file.take(MAX_PASSPHRASE).read_to_string(&mut text).or_fail(Exit::Key, refused)?;
            return Ok(first_line(&text));
        }
        ask(what)
    }

    fn identities(&self) -> Result<Vec<Box<dyn Identity>>, Failure> {
        let mut identities = Vec::new();
        for path in &self.identities {
            let refused = || format!("cannot use the age identity {}", path.display());
            let text = read_private(path)?;
            let file =
                IdentityFile::from_buffer(BufReader::new(text.as_bytes())).or_fail(Exit::Key, refused)?;
            identities.extend(file.into_identities().or_fail(Exit::Key, refused)?);
        }
        Ok(identities)
    }
}

fn first_line(text: &str) -> SecretString {
    SecretString::from(text.lines().next().unwrap_or_default().to_owned())
}

/// Asks on the terminal, without showing what is typed.
fn ask(what: &str) -> Result<SecretString, Failure> {
    let typed = rpassword::prompt_password(format!("{what}: "));
    let typed = typed.or_fail(Exit::Key, || {
        format!(
            "the {what} is needed, and there is no terminal to ask on: give --passphrase-file or --identity"
        )
    })?;
    Ok(SecretString::from(typed))
}

fn open_with(sealed: &[u8], passphrase: &SecretString) -> Result<Zeroizing<String>, age::DecryptError> {
    let mut identity = scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MOST_WORK);
    decrypt(sealed, std::iter::once(&identity as &dyn Identity))
}

fn decrypt<'i>(
    sealed: &[u8],
    identities: impl Iterator<Item = &'i dyn Identity>,
) -> Result<Zeroizing<String>, age::DecryptError> {
    let mut reader = age::Decryptor::new(sealed)?.decrypt(identities)?;
    // Room for the longest key, so that nothing is left behind by a growing buffer.
    let mut text = Zeroizing::new(String::with_capacity(4096));
    reader.read_to_string(&mut text)?;
    Ok(text)
}

/// Makes an age identity in a new file and gives its recipient: what a machine without a person unlocks with.
pub(super) fn make_identity(path: &Path) -> Result<String, Failure> {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text =
        Zeroizing::new(format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret()));
    super::private_file::write_private(path, text.as_bytes())?;
    Ok(recipient)
}

/// How a key file is protected, told by its own head.
pub(super) fn protection(path: &Path) -> Option<&'static str> {
    let sealed = fs::read(path).ok()?;
    let decryptor = age::Decryptor::new(&*sealed).ok()?;
    Some(if decryptor.is_scrypt() { "passphrase" } else { "recipients" })
}
