//! Keys inside a PKCS#11 token: SoftHSM plays the token.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use udi_verify::seal::registry::Registry;
use udi_verify::seal::{Carrier, SealStatus, verify};
use udi_verify::udi::{Scan, parse};

/// Where Debian, Fedora and Homebrew put the module.
const MODULES: [&str; 5] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

struct Token {
    folder: tempfile::TempDir,
    module: &'static str,
}

impl Token {
    /// A new token with the PIN 123456; `None`, in words, where SoftHSM is not installed.
    fn new() -> Option<Self> {
        let Some(module) = MODULES.into_iter().find(|module| Path::new(module).exists()) else {
            eprintln!("skipped: SoftHSM is not installed (Debian: softhsm2)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let token = Self { folder, module };
        fs::create_dir(token.path("tokens")).unwrap();
        let configuration = format!("directories.tokendir = {}\n", token.path("tokens").display());
        fs::write(token.path("softhsm2.conf"), configuration).unwrap();
        token.secret("pin", "123456\n");
        token.secret("wrong", "654321\n");
        let initialised = token
            .with_token(Command::new("softhsm2-util"))
            .args(["--init-token", "--free", "--label", "factory", "--pin", "123456", "--so-pin", "12345678"])
            .output()
            .unwrap();
        assert!(initialised.status.success(), "{}", String::from_utf8_lossy(&initialised.stderr));
        Some(token)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn with_token(&self, mut command: Command) -> Command {
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf")).current_dir(self.folder.path());
        command
    }

    fn udi(&self, line: &str) -> Output {
        let mut command = self.with_token(Command::new(env!("CARGO_BIN_EXE_udi")));
        command.args(line.split_whitespace()).output().unwrap()
    }

    fn run(&self, line: &str) -> Vec<u8> {
        let output = self.udi(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn refused(&self, line: &str) -> String {
        let output = self.udi(line);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{line}: {words}");
        words
    }
}

#[test]
fn a_token_signs_labels_and_keeps_its_key() {
    let Some(token) = Token::new() else { return };
    let place = format!("--module {} --token factory", token.module);
    let wrong = token.refused(&format!("key new line {place} --passphrase-file wrong"));
    assert!(wrong.contains("PIN"), "{wrong}");
    assert!(!token.path("keys/line.json").exists());
    token.run(&format!("key new line --prefix 9501234 {place} --passphrase-file pin"));
    let kept: Vec<_> =
        fs::read_dir(token.path("keys")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(kept, ["line.json"], "a private key left the token");

    let rows: String = (0..600).map(|row| format!("09501234567891,S{row}\n")).collect();
    fs::write(token.path("units.csv"), format!("di,serial\n{rows}")).unwrap();
    let labels = token.run("sign units.csv --key line --passphrase-file pin");
    let entry: Value = serde_json::from_slice(&token.run("key export-public line")).unwrap();
    let registry = serde_json::json!({"version": 1, "issuers": [{"id": "m", "name": "Maker",
        "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
    let registry = Registry::author(serde_json::from_value(registry).unwrap()).unwrap();
    let labels: Vec<Value> =
        String::from_utf8(labels).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(labels.len(), 600);
    for label in &labels {
        let bytes = label["elementString"].as_str().unwrap().as_bytes().to_vec();
        let udi = parse(&Scan { bytes, symbology_identifier: None }, jiff::civil::date(2026, 1, 1));
        assert!(matches!(verify(&udi, Carrier::Ai, &registry), SealStatus::Verified(_)), "{label}");
    }

    let words = token.refused("key export line --pkcs8 line.pem --passphrase-file pin");
    assert!(words.contains("never leaves its token"), "{words}");
    assert!(!token.path("line.pem").exists());
    token.refused("sign units.csv --key line --passphrase-file wrong");
    assert!(token.refused("sign units.csv --key line").contains("PIN"), "no terminal to ask on");
}

#[test]
fn a_key_in_a_token_is_found_again_rotated_and_never_replaced() {
    let Some(token) = Token::new() else { return };
    let place = format!("--module {} --token factory --passphrase-file pin", token.module);
    token.run(&format!("key new line {place}"));
    let again = token.refused(&format!("key new line --keys other {place}"));
    assert!(again.contains("never overwritten"), "{again}");
    let public = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap()["public"].clone();
    let adopted = token.run(&format!("key new adopted --existing line --keys other {place}"));
    assert_eq!(public(&adopted), public(&fs::read(token.path("keys/line.json")).unwrap()));
    let successor = token.run("key rotate line --passphrase-file pin");
    assert_ne!(public(&successor), public(&adopted));
    assert!(token.path("keys/line-r2.json").exists() && !token.path("keys/line-r2.pem.age").exists());
    let missing =
        token.refused(&format!("key new x --module {} --token absent --passphrase-file pin", token.module));
    assert!(missing.contains("no token \"absent\""), "{missing}");
    token.refused("key new x --module /nonexistent.so --token factory --passphrase-file pin");
}
