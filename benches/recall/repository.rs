//! A repository with 58,000 rules and the day after it, for the bench in wasm: written under `target/bench/`.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use udi_verify::recall::delta;
use udi_verify::trust::delta_path;

use crate::repository::Repository;

/// Writes `first/` and `next/`, the repository on two days with a delta between them, and `root.json`.
pub(crate) fn write(first: &[u8], next: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let _ = fs::remove_dir_all(&folder);
    let mut repository =
        Repository::new(&[("keys.json", br#"{"version":1,"issuers":[]}"#), ("rules.bin", first)]);
    save(&repository, &folder.join("first"));
    fs::write(folder.join("root.json"), repository.root()).expect("writes the root");
    fs::write(folder.join("recalled.txt"), crate::rules::recalled_scan()).expect("writes a scan");
    let (from, to) = (Sha256::digest(first).into(), Sha256::digest(next).into());
    let change = delta::between_files(first, next);
    repository.set_target("targets", &delta_path("rules.bin", &from, &to), &change);
    repository.set_target("targets", "rules.bin", next);
    repository.publish(&["targets", "snapshot", "timestamp"]);
    save(&repository, &folder.join("next"));
}

fn save(repository: &Repository, folder: &Path) {
    for (path, bytes) in &repository.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("makes the folder");
        fs::write(path, bytes).expect("writes a file");
    }
}
