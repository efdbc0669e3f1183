//! The core's TUF client behind the command line of the TUF conformance suite
//! (theupdateframework/tuf-conformance, CLIENT-CLI.md).
//!
//! Metadata and targets live as files in two folders. Nothing of the workflow is here: this file fetches,
//! stores, and lends the core the two signature schemes that its own repositories do not use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::DecodePublicKey as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256, Sha512};
use udi_verify::trust::{ForeignKey, Refresh, State, Step, Wanted};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The command line of the suite.
#[derive(Default)]
struct Arguments {
    metadata_dir: PathBuf,
    metadata_url: String,
    /// In the order in which they are to be downloaded.
    target_name: Vec<String>,
    target_dir: PathBuf,
    target_base_url: String,
    /// `init` and its file, `refresh`, or `download`.
    command: Vec<String>,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--metadata-dir" => arguments.metadata_dir = value()?.into(),
                "--metadata-url" => arguments.metadata_url = value()?,
                "--target-name" => arguments.target_name.push(value()?),
                "--target-dir" => arguments.target_dir = value()?.into(),
                "--target-base-url" => arguments.target_base_url = value()?,
                _ => arguments.command.push(word),
            }
        }
        Ok(arguments)
    }
}

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let root = arguments.metadata_dir.join("root.json");
    let command: Vec<&str> = arguments.command.iter().map(String::as_str).collect();
    match command.as_slice() {
        ["init", trusted_root] => {
            fs::copy(trusted_root, root)?;
            Ok(())
        }
        ["refresh"] => update(arguments, Vec::new()),
        ["download"] => update(arguments, arguments.target_name.clone()),
        _ => Err("the command is init ROOT, refresh or download".into()),
    }
}

fn update(arguments: &Arguments, targets: Vec<String>) -> Outcome<()> {
    let state = load(&arguments.metadata_dir)?;
    let mut refresh = Refresh::start_with(&state, Timestamp::now(), Wanted::Paths(targets));
    while let Step::Fetch { path, max_length } = refresh.step() {
        let bytes = match path.split_once('/') {
            Some(("metadata", name)) => fetch(&arguments.metadata_url, name, max_length)?,
            Some(("targets", name)) => match cached(arguments, name) {
                Some(bytes) => Some(bytes),
                None => fetch(&arguments.target_base_url, name, max_length)?,
            },
            _ => return Err(format!("the core asks for {path}").into()),
        };
        refresh.supply(bytes);
    }
    store(refresh.verified_so_far(), arguments)?;
    refresh.finish()?;
    Ok(())
}

/// The trusted state as the metadata folder has it.
fn load(folder: &Path) -> Outcome<State> {
    let root = fs::read(folder.join("root.json")).map_err(|_| "there is no root: run init first")?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let role = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json"));
        if let Some(role) = role.filter(|role| *role != "root") {
            let role = percent_encoding::percent_decode_str(role).decode_utf8()?.into_owned();
            files.push((role, fs::read(&path)?));
        }
    }
    Ok(State::resume(&root, files, Some(verifies))?)
}

/// Writes what is trusted now, and removes what no longer is.
fn store(state: &State, arguments: &Arguments) -> Outcome<()> {
    for role in ["timestamp", "snapshot"] {
        if state.version(role).is_none() {
            let _ = fs::remove_file(arguments.metadata_dir.join(format!("{role}.json")));
        }
    }
    for (role, bytes) in state.metadata() {
        fs::write(arguments.metadata_dir.join(file_name(role) + ".json"), bytes)?;
    }
    for target in state.targets() {
        let file = arguments.target_dir.join(file_name(target.path()));
        // What is there already keeps its date.
        if fs::read(&file).ok().as_deref() != Some(target.bytes()) {
            fs::write(file, target.bytes())?;
        }
    }
    Ok(())
}

/// A name with which no path can be left.
fn file_name(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}

/// A target downloaded earlier, if it still has the hash in the name that the repository gives it.
fn cached(arguments: &Arguments, url_path: &str) -> Option<Vec<u8>> {
    let (_, name) = url_path.rsplit_once('/').unwrap_or(("", url_path));
    let (hash, _) = name.split_once('.')?;
    arguments.target_name.iter().find_map(|target| {
        let bytes = fs::read(arguments.target_dir.join(file_name(target))).ok()?;
        let hashes = [hex(&Sha256::digest(&bytes)), hex(&Sha512::digest(&bytes))];
        hashes.iter().any(|known| known == hash).then_some(bytes)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file, or `None` where the server says that there is none.
fn fetch(base: &str, name: &str, max_length: u64) -> Outcome<Option<Vec<u8>>> {
    let url = format!("{}/{name}", base.trim_end_matches('/'));
    match ureq::get(&url).call() {
        // One byte over the limit is enough for the core to see that the file is too long.
        Ok(mut answer) => {
            let body = answer.body_mut().as_reader();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(
                &mut std::io::Read::take(body, max_length.saturating_add(1)),
                &mut bytes,
            )?;
            Ok(Some(bytes))
        }
        Err(ureq::Error::StatusCode(403 | 404)) => Ok(None),
        Err(error) => Err(format!("{url}: {error}").into()),
    }
}

/// ECDSA over P-256 and RSA-PSS, both with SHA-256 and PEM keys.
fn verifies(key: &ForeignKey<'_>, message: &[u8], signature: &[u8]) -> bool {
    match (key.keytype, key.scheme) {
        ("ecdsa" | "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_pem(key.public);
            let signature = p256::ecdsa::DerSignature::try_from(signature);
            matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
        }
        ("rsa", "rsassa-pss-sha256") => {
            let key = rsa::RsaPublicKey::from_public_key_pem(key.public);
            let signature = rsa::pss::Signature::try_from(signature);
            let key = key.map(rsa::pss::VerifyingKey::<Sha256>::new);
            matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
        }
        _ => false,
    }
}
