//! A self-made certificate for one address, kept so that a phone asks about it once.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use rcgen::{CertificateParams, KeyPair};

use crate::failure::{Exit, Failure, OrFail};
use crate::key::write_private;
use crate::publish::write_atomically;

/// PEM of certificate and private key for `address`, from `folder` or new.
pub(super) fn load_or_make(folder: &Path, address: IpAddr) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (certificate_path, key_path) =
        (folder.join(format!("{address}.crt.pem")), folder.join(format!("{address}.key.pem")));
    if let (Ok(certificate), Ok(key)) = (fs::read(&certificate_path), fs::read(&key_path)) {
        return Ok((certificate, key));
    }
    let doing = || "cannot make a certificate";
    let key = KeyPair::generate().or_fail(Exit::System, doing)?;
    let mut params = CertificateParams::new(vec![address.to_string(), "localhost".to_owned()])
        .or_fail(Exit::System, doing)?;
    params.distinguished_name.push(rcgen::DnType::CommonName, "UDI Verify trial");
    let certificate = params.self_signed(&key).or_fail(Exit::System, doing)?;
    // The key last: with half of the pair there, both are made anew.
    write_atomically(&certificate_path, certificate.pem().as_bytes())?;
    write_private(&key_path, key.serialize_pem().as_bytes())?;
    Ok((certificate.pem().into_bytes(), key.serialize_pem().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let address = IpAddr::from([192, 168, 1, 7]);
        let made = load_or_make(folder.path(), address).unwrap();
        assert_eq!(load_or_make(folder.path(), address).unwrap(), made);
        assert_ne!(load_or_make(folder.path(), IpAddr::from([10, 0, 0, 1])).unwrap(), made);
    }
}
