//! Certificates for one address of the local network, kept so that a phone asks about them once.
//!
//! The authority's private key is dropped once it has signed: a phone that installs the authority trusts this one
//! address for some weeks and nothing else. A phone that only accepts the browser's warning gets the camera and
//! the verdict, but browsers store no app for offline use behind a certificate they do not trust.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::failure::{Exit, Failure, OrFail};
use crate::key::write_private;
use crate::publish::write_atomically;

const DAY: Duration = Duration::from_secs(86_400);
/// How long both certificates are valid. Apple refuses more than 825 days.
const VALID: Duration = Duration::from_secs(60 * 86_400);
/// Older ones are made anew, well before they expire.
const RENEWED_AFTER: Duration = Duration::from_secs(30 * 86_400);

/// What the server shows, and what a phone may install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificates {
    /// PEM: the certificate of the address, then the authority's.
    pub(super) chain: Vec<u8>,
    /// PEM: the address's private key.
    pub(super) key: Vec<u8>,
    /// The file a phone may install: the authority's certificate alone, PEM.
    pub(super) authority: PathBuf,
}

/// Those for `address`, from `folder` or new.
pub(super) fn load_or_make(folder: &Path, address: IpAddr) -> Result<Certificates, Failure> {
    let path = |ending: &str| folder.join(format!("{address}.{ending}.pem"));
    let (chain_path, key_path, authority) = (path("chain"), path("key"), path("authority"));
    if let (Ok(chain), Ok(key), true) = (fs::read(&chain_path), fs::read(&key_path), is_recent(&authority)) {
        return Ok(Certificates { chain, key, authority });
    }
    let made = make(address).or_fail(Exit::System, || "cannot make a certificate")?;
    write_atomically(&authority, made.authority.as_bytes())?;
    write_atomically(&chain_path, made.chain.as_bytes())?;
    // The key last: with some of the files there, all are made anew.
    if key_path.exists() {
        fs::remove_file(&key_path)
            .or_fail(Exit::System, || format!("cannot remove {}", key_path.display()))?;
    }
    write_private(&key_path, made.key.as_bytes())?;
    Ok(Certificates { chain: made.chain.into_bytes(), key: made.key.into_bytes(), authority })
}

fn is_recent(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|file| file.modified()).map(|written| written.elapsed());
    matches!(age, Ok(Ok(age)) if age < RENEWED_AFTER)
}

struct Pem {
    chain: String,
    key: String,
    authority: String,
}

fn make(address: IpAddr) -> Result<Pem, rcgen::Error> {
    let name = format!("UDI Verify trial on {address}");
    let authority_key = KeyPair::generate()?;
    let mut authority = params(Vec::new(), &format!("{name}, authority"))?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate()?;
    let mut leaf = params(vec![address.to_string(), "localhost".to_owned()], &name)?;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &issuer)?;
    let authority = authority_certificate.pem();
    Ok(Pem { chain: certificate.pem() + &authority, key: key.serialize_pem(), authority })
}

fn params(names: Vec<String>, common_name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let now = SystemTime::now();
    // A phone's clock may be a little behind.
    params.not_before = (now - DAY).into();
    params.not_after = (now + VALID).into();
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_made_once_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let address = IpAddr::from([192, 168, 1, 7]);
        let made = load_or_make(folder.path(), address).unwrap();
        assert_eq!(load_or_make(folder.path(), address).unwrap(), made);
        assert_ne!(load_or_make(folder.path(), IpAddr::from([10, 0, 0, 1])).unwrap(), made);
    }

    #[test]
    fn old_certificates_are_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let address = IpAddr::from([192, 168, 1, 7]);
        let made = load_or_make(folder.path(), address).unwrap();
        let old = SystemTime::now() - RENEWED_AFTER - DAY;
        fs::File::options().append(true).open(&made.authority).unwrap().set_modified(old).unwrap();
        assert_ne!(load_or_make(folder.path(), address).unwrap().chain, made.chain);
    }

    #[test]
    fn the_authoritys_private_key_is_kept_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        load_or_make(folder.path(), IpAddr::from([192, 168, 1, 7])).unwrap();
        let keys = fs::read_dir(folder.path()).unwrap().filter(|entry| {
            let text = fs::read_to_string(entry.as_ref().unwrap().path()).unwrap();
            text.contains("PRIVATE KEY")
        });
        assert_eq!(keys.count(), 1);
    }
}
