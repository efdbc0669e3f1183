//! The Spark example signs two million records to the bytes of one process.

use std::path::Path;
use std::process::Command;

/// Names a Python that has PySpark: `cargo xtask test --long` installs one.
const PYTHON: &str = "UDI_SPARK_PYTHON";

#[cfg(unix)]
#[test]
fn spark_on_two_workers_gives_the_bytes_of_one_process() {
    let Ok(python) = std::env::var(PYTHON) else {
        eprintln!("skipped: {PYTHON} names no Python with PySpark; `cargo xtask test --long` runs this");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/spark/run.sh");
    let output = Command::new(script)
        .arg(folder.path())
        .arg("2000000")
        .env("UDI", env!("CARGO_BIN_EXE_udi"))
        .env("PYTHON", python)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("2000000 labels, the same bytes from both"), "{words}");
}
