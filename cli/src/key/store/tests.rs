//! The folder of keys: made once, opened with the right secret alone, never exposed, never overwritten.

use std::fs;

use super::*;

fn clear(folder: &Path) -> KeyStore {
    KeyStore::new(folder).locked_by(&Locking::unencrypted())
}

fn secret_file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    write_private(&path, text.as_bytes()).unwrap();
    path
}

/// Options as the command line gives them.
#[derive(clap::Parser)]
struct Options {
    #[command(flatten)]
    unlocking: Unlocking,
    #[command(flatten)]
    locking: Locking,
}

fn options(arguments: &[&str]) -> Options {
    clap::Parser::parse_from([&["udi"], arguments].concat())
}

fn store(folder: &Path, arguments: &[&str]) -> KeyStore {
    let Options { unlocking, locking } = options(arguments);
    KeyStore::new(folder).unlocked_by(&unlocking).locked_by(&locking)
}

#[test]
fn a_key_is_made_once_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(folder.path());
    let made = keys.create("acme-1", &[], None).unwrap();
    assert_eq!(keys.open("acme-1").unwrap().public(), made.public());
    assert_eq!(keys.create("acme-1", &[], None).err().unwrap().exit, Exit::Key);
    assert_eq!(keys.list().unwrap(), [(made.public().clone(), "unencrypted")]);
}

#[test]
fn a_passphrase_alone_opens_what_it_locked() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let right = secret_file(folder.path(), "right", "correct horse battery\n");
    let wrong = secret_file(folder.path(), "wrong", "correct horse batteri\n");
    let with = |file: &Path| store(&keys, &["--passphrase-file", file.to_str().unwrap()]);
    let made = with(&right).create("a", &[], None).unwrap();
    let sealed = fs::read(keys.join("a.pem.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "), "not a plain age file");
    // The work to open it is the same wherever it was made.
    let stanza = sealed.split(|byte| *byte == b'\n').nth(1).unwrap();
    assert!(stanza.ends_with(b" 17"), "{}", String::from_utf8_lossy(stanza));
    assert!(!keys.join("a.pem").exists());
    let opened = with(&right).open("a").unwrap();
    assert_eq!(opened.signer().sign(b"unit").unwrap(), made.signer().sign(b"unit").unwrap());
    assert_eq!(with(&wrong).open("a").err().unwrap().exit, Exit::Key);
    assert_eq!(with(&right).list().unwrap().first().unwrap().1, "passphrase");
}

#[test]
fn an_identity_alone_opens_what_was_encrypted_to_its_recipient() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let identity = |name: &str| {
        let path = folder.path().join(name);
        let recipient = crate::key::locks::make_identity(&path).unwrap();
        (path.to_str().unwrap().to_owned(), recipient)
    };
    let ((right, recipient), (wrong, _)) = (identity("right"), identity("wrong"));
    let made = store(&keys, &["--recipient", &recipient]).create("a", &[], None).unwrap();
    let opened = store(&keys, &["--identity", &right]).open("a").unwrap();
    assert_eq!(opened.public(), made.public());
    let refused = |arguments: &[&str]| store(&keys, arguments).open("a").err().unwrap();
    assert_eq!(refused(&["--identity", &wrong]).exit, Exit::Key);
    assert!(refused(&[]).to_string().contains("--identity"));
}

#[test]
fn a_secret_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    fs::write(&file, "correct horse battery\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let keys = store(&folder.path().join("keys"), &["--passphrase-file", file.to_str().unwrap()]);
        let refused = keys.create("a", &[], None).err().unwrap();
        assert!(refused.to_string().contains("others can read"), "{refused}");
    }
}

#[test]
fn a_short_passphrase_makes_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = secret_file(folder.path(), "short", "1234567\n");
    let keys = folder.path().join("keys");
    let refused = store(&keys, &["--passphrase-file", file.to_str().unwrap()]).create("a", &[], None);
    assert_eq!(refused.err().unwrap().exit, Exit::Key);
    assert!(!keys.exists());
}

#[test]
fn names_that_are_paths_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "../up", "a/b", "A", "a b", "a.pem"] {
        let refused = clear(folder.path()).create(name, &[], None);
        assert_eq!(refused.err().unwrap().exit, Exit::Key, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn an_exposed_key_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(folder.path());
    keys.create("a", &[], None).unwrap();
    let pem = folder.path().join("a.pem");
    assert_eq!(fs::metadata(&pem).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&pem, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(keys.open("a").err().unwrap().exit, Exit::Key);
}

#[test]
fn a_swapped_public_half_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(folder.path());
    keys.create("a", &[], None).unwrap();
    keys.create("b", &[], None).unwrap();
    let other = fs::read_to_string(folder.path().join("b.json")).unwrap();
    fs::write(folder.path().join("a.json"), other.replace("\"b\"", "\"a\"")).unwrap();
    assert_eq!(keys.open("a").err().unwrap().exit, Exit::Key);
}

#[test]
fn a_key_travels_as_pkcs8() {
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(&folder.path().join("keys"));
    let made = keys.create("a", &["9501234".to_owned()], None).unwrap();
    let pem = folder.path().join("a.pkcs8");
    keys.export("a", &pem).unwrap();
    assert_eq!(keys.export("a", &pem).err().unwrap().exit, Exit::Key, "overwritten");
    // Version 0 and the private key alone, as RFC 8410 shows it: OpenSSL 3.0 reads no other.
    let text = fs::read_to_string(&pem).unwrap();
    let body = text.lines().nth(1).unwrap();
    assert!(body.starts_with("MC4CAQAwBQYDK2VwBCIEI") && body.len() == 64 && text.lines().count() == 3);
    let other = clear(&folder.path().join("other"));
    let from_pem = other.import("pem", &pem, &[], None).unwrap();
    let signing = SigningKey::from_pkcs8_pem(&fs::read_to_string(&pem).unwrap()).unwrap();
    let der = folder.path().join("a.der");
    write_private(&der, signing.to_pkcs8_der().unwrap().as_bytes()).unwrap();
    let from_der = other.import("der", &der, &[], None).unwrap();
    for found in [from_pem, from_der] {
        assert_eq!(found.public().public, made.public().public);
    }
    let junk = secret_file(folder.path(), "junk", "no key");
    assert_eq!(other.import("junk", &junk, &[], None).err().unwrap().exit, Exit::Key);
}

#[test]
fn a_key_lives_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(folder.path());
    keys.create("a", &["9501234".to_owned()], None).unwrap();
    let next = keys.rotate("a", None).unwrap();
    assert_eq!((next.public().name.as_str(), &next.public().prefixes), ("a-r2", &vec!["9501234".to_owned()]));
    assert!(keys.open("a").is_ok(), "a rotated key signs until it is retired");
    assert_eq!(keys.rotate("a", None).err().unwrap().exit, Exit::Key);
    assert_eq!(keys.rotate("a-r2", None).unwrap().public().name, "a-r3");
    assert_eq!(keys.retire("a").unwrap().registry_entry().unwrap().status, KeyStatus::Retired);
    assert!(keys.open("a").err().unwrap().to_string().contains("retired"));

    let time = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    keys.compromise("a-r2", time("2026-05-01T00:00:00Z")).unwrap();
    assert!(keys.open("a-r2").err().unwrap().to_string().contains("compromised"));
    assert!(keys.compromise("a-r2", time("2026-06-01T00:00:00Z")).is_err(), "doubt does not shrink");
    keys.compromise("a-r2", time("2026-04-01T00:00:00Z")).unwrap();
    keys.compromise("a-r2", None).unwrap();
    assert!(keys.compromise("a-r2", time("2026-04-01T00:00:00Z")).is_err());
    assert!(keys.retire("a-r2").is_err());
}

#[test]
fn an_expired_key_signs_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let keys = clear(folder.path());
    keys.create("a", &[], Some(jiff::civil::date(2020, 1, 31))).unwrap();
    let refused = keys.open("a").err().unwrap();
    assert_eq!(refused.exit, Exit::Key);
    assert!(refused.to_string().contains("2020-01-31"), "{refused}");
}

#[test]
fn a_record_of_the_first_version_is_read() {
    let text = r#"{"name":"a","public":"x","created":"2026-01-01T00:00:00Z","prefixes":["9501234"]}"#;
    let record: PublicRecord = serde_json::from_str(text).unwrap();
    assert_eq!((record.status, record.expires), (KeyStatus::Active, None));
}
