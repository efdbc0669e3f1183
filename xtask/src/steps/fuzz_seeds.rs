//! First inputs of the fuzz targets of labels: the golden vectors, each for the targets whose inputs it is one of.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::session::Session;

/// What each target puts in front of its input.
const BEGINNINGS: [(&str, &[&str]); 8] = [
    ("udi_parse", &[""]),
    ("udi_element_string", &["]d2", "]C1", "]Q3"]),
    ("udi_bracketed", &["(01)09501234567891("]),
    ("udi_digital_link", &["https://example.com/"]),
    ("udi_envelope", &["[)>"]),
    ("udi_hibcc", &["+", "]A5"]),
    ("udi_isbt128", &["="]),
    ("udi_ma", &["MA.", "MF1"]),
];

/// Writes the golden vectors that are inputs of `target` into `folder`, under names of their content.
pub(super) fn write(session: &Session, target: &str, folder: &Path) -> Result<()> {
    let Some((_, beginnings)) = BEGINNINGS.iter().find(|(name, _)| *name == target) else { return Ok(()) };
    for entry in fs::read_dir(session.path("tests/vectors/udi")).context("list tests/vectors/udi")? {
        let text = fs::read_to_string(entry?.path()).context("read a golden vector")?;
        let Some(scan) = text.lines().find_map(|line| line.strip_prefix("scan: ")) else { continue };
        let scan = unescaped(scan);
        let rest = beginnings.iter().find_map(|beginning| scan.strip_prefix(beginning.as_bytes()));
        if let Some(rest) = rest {
            let name: String =
                Sha256::digest(rest).iter().take(10).map(|byte| format!("{byte:02x}")).collect();
            fs::write(folder.join(name), rest).context("write a seed")?;
        }
    }
    Ok(())
}

/// `\xNN` as the byte it stands for.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let hex = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.zip(part.get(2..)) {
            Some((byte, rest)) => bytes.extend(std::iter::once(byte).chain(rest.bytes())),
            None => bytes.extend(part.bytes()),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_bytes_are_themselves() {
        assert_eq!(unescaped("]d210A\\x1d21B"), b"]d210A\x1d21B");
        assert_eq!(unescaped("plain"), b"plain");
    }
}
