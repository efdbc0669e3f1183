//! The browsers and their helpers that the tests drive, from the system's package manager.

use std::path::Path;

use anyhow::Result;

use crate::session::{Outcome, Session};
use crate::steps::debian;

/// Debian's package, and a file it brings.
const NEEDED: [(&str, &str); 7] = [
    ("chromium", "/usr/bin/chromium"),
    ("firefox-esr", "/usr/bin/firefox-esr"),
    ("webkit2gtk-driver", "/usr/bin/WebKitWebDriver"),
    ("ffmpeg", "/usr/bin/ffmpeg"),
    ("xvfb", "/usr/bin/Xvfb"),
    ("xauth", "/usr/bin/xauth"),
    ("dbus-x11", "/usr/bin/dbus-launch"),
];

/// Installs what is missing.
pub(crate) fn install(session: &Session) -> Result<Outcome> {
    let missing: Vec<&str> =
        NEEDED.iter().filter(|(_, file)| !Path::new(file).exists()).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(Outcome::UpToDate);
    }
    debian::install(session, &missing, "the browsers for the tests", "")?;
    Ok(Outcome::Done)
}

/// The letters of pictures, most phones' and a Chinese hand: Debian's package, and where it puts them.
const LETTERS: [(&str, &str); 2] = [
    ("fonts-roboto-unhinted", "/usr/share/fonts/truetype/roboto"),
    ("fonts-wqy-microhei", "/usr/share/fonts/truetype/wqy"),
];

/// Installs the letters of pictures. Those can be taken without them, in what this machine has.
pub(crate) fn install_letters(session: &Session) -> Result<Outcome> {
    let missing: Vec<&str> = LETTERS
        .iter()
        .filter(|(_, folder)| !Path::new(folder).exists())
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(Outcome::UpToDate);
    }
    if let Err(reason) = debian::install(session, &missing, "the letters of the pictures", "") {
        session.say(&format!("the pictures come in this machine's own letters: {reason}"));
    }
    Ok(Outcome::Done)
}
