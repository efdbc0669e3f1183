//! The Spark example signs two million records to the bytes of one process.

use std::path::Path;
use std::process::Command;

/// Names the folder of PySpark's packages: `cargo xtask test --long` installs them.
const PACKAGES: &str = "UDI_SPARK";

#[cfg(unix)]
#[test]
fn spark_on_two_workers_gives_the_bytes_of_one_process() {
    let Ok(packages) = std::env::var(PACKAGES) else {
        eprintln!("skipped: {PACKAGES} names no folder with PySpark; `cargo xtask test --long` runs this");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/spark/run.sh");
    let output = Command::new(script)
        .arg(folder.path())
        .arg("2000000")
        .env("UDI", env!("CARGO_BIN_EXE_udi"))
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("2000000 labels, the same bytes from both"), "{words}");
}
