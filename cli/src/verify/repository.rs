//! Bringing a trusted state up to date from a repository in a folder or behind a URL.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use udi_verify::recall::delta::apply_or_fetch;
use udi_verify::trust::{Refresh, State, Step, UpdateError};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::failure::{Exit, Failure, OrFail};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where systems keep the certificates they trust: Debian and its kin, Red Hat and its, Alpine and BSDs.
const SYSTEM_CERTIFICATES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// A repository to read from.
pub(super) enum Repository {
    /// In a folder.
    Folder(PathBuf),
    /// On a server.
    Web {
        /// The address that `metadata/` and `targets/` are under.
        base: String,
        /// What fetches.
        agent: Agent,
    },
}

/// Why an update did not come about.
pub(super) enum SyncError {
    /// The repository was refused.
    Refused(UpdateError),
    /// A file could not be read or fetched.
    Unreachable(Failure),
}

impl Repository {
    /// The repository in a folder or at an address. `authorities` is a PEM file of certificates to trust
    /// instead of the system's.
    pub(super) fn new(place: &str, authorities: Option<&Path>) -> Result<Self, Failure> {
        if !place.starts_with("http://") && !place.starts_with("https://") {
            return Ok(Self::Folder(PathBuf::from(place)));
        }
        let mut builder = Agent::config_builder().timeout_global(Some(PATIENCE)).https_only(false);
        if place.starts_with("https://") {
            builder = builder.tls_config(
                TlsConfig::builder()
                    .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
                    .root_certs(RootCerts::Specific(Arc::new(certificates(authorities)?)))
                    .build(),
            );
        }
        Ok(Self::Web { base: place.trim_end_matches('/').to_owned(), agent: builder.build().new_agent() })
    }

    /// The state after an update. The old state stands whatever happens.
    pub(super) fn sync(&self, state: &State, now: Timestamp) -> Result<State, SyncError> {
        let mut refresh = Refresh::start(state, now).with_deltas(apply_or_fetch);
        while let Step::Fetch { path, max_length } = refresh.step() {
            refresh.supply(self.read(&path, max_length).map_err(SyncError::Unreachable)?);
        }
        refresh.finish().map_err(SyncError::Refused)
    }

    /// The file's bytes, one more than allowed at most, so that the client sees a file that is too long;
    /// `None` where there is no file.
    fn read(&self, path: &str, max_length: u64) -> Result<Option<Vec<u8>>, Failure> {
        let doing = || match self {
            Self::Folder(folder) => format!("cannot read {}", folder.join(path).display()),
            Self::Web { base, .. } => format!("cannot fetch {base}/{path}"),
        };
        let mut bytes = Vec::new();
        match self {
            Self::Folder(folder) => match File::open(folder.join(path)) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                file => {
                    let file = file.or_fail(Exit::System, doing)?;
                    file.take(max_length.saturating_add(1)).read_to_end(&mut bytes)
                }
            },
            Self::Web { base, agent } => match agent.get(format!("{base}/{path}")).call() {
                // Buckets say "forbidden" of what is not there to those who may not list them.
                Err(ureq::Error::StatusCode(403 | 404 | 410)) => return Ok(None),
                answer => {
                    let mut answer = answer.or_fail(Exit::System, doing)?;
                    let body = answer.body_mut().as_reader();
                    body.take(max_length.saturating_add(1)).read_to_end(&mut bytes)
                }
            },
        }
        .or_fail(Exit::System, doing)?;
        Ok(Some(bytes))
    }
}

fn certificates(authorities: Option<&Path>) -> Result<Vec<Certificate<'static>>, Failure> {
    let system = || SYSTEM_CERTIFICATES.iter().map(Path::new).find(|path| path.exists());
    let none = || Failure::new(Exit::System, "this system keeps no list of certificates: give --ca-file");
    let path = authorities.or_else(system).ok_or_else(none)?;
    let pem = fs::read(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))?;
    let found = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(found.collect())
}
