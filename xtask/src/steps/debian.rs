//! Installs packages through Debian's package manager (and Ubuntu's, which is the same program).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::process::{self, Ended, Show};
use crate::session::Session;

/// Installs packages, or says in one line why not and what to do instead. `what` opens that line; `instead` is
/// a way that needs none of the packages, or empty.
pub(crate) fn install(session: &Session, packages: &[&str], what: &str, instead: &str) -> Result<()> {
    let list = packages.join(" ");
    let refuse = |reason: &str| {
        anyhow!(
            "{what} could not be installed ({reason}): {instead}install {list} (Debian's names) by hand, then \
             run the same command again"
        )
    };
    let apt = find_program("apt-get").ok_or_else(|| refuse("there is no apt-get here"))?;
    let mut prefix = as_root().ok_or_else(|| refuse("apt-get needs root, or sudo without a password"))?;
    session.say(&format!("installing {list} with apt-get"));
    prefix.push(apt);
    // An update that fails for one source of several may still have brought what is wanted.
    apt_get(session, "apt-update", &prefix, &["update", "-q"])?;
    let arguments = [&["install", "-y", "-q", "--no-install-recommends"], packages].concat();
    let ended = apt_get(session, "apt-install", &prefix, &arguments)?;
    if !ended.success {
        let reason = ended.lines.iter().rev().find(|line| line.starts_with("E:"));
        return Err(refuse(reason.map_or("see target/xtask/logs/apt-install.log", String::as_str)));
    }
    Ok(())
}

fn apt_get(session: &Session, log: &str, prefix: &[String], arguments: &[&str]) -> Result<Ended> {
    let (program, first) = prefix.split_first().context("no program to install with")?;
    let mut command = session.command(program);
    command.args(first).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run_limited(session, log, &mut command, Show::Progress, None)
}

/// What goes before `apt-get`: nothing for root, `sudo -n` where that needs no password, `None` otherwise.
fn as_root() -> Option<Vec<String>> {
    if process::ask(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(Vec::new());
    }
    process::ask(Command::new("sudo").args(["-n", "true"]))?;
    Some(vec!["sudo".to_owned(), "-n".to_owned()])
}

/// The full path of a program in the search path.
pub(crate) fn find_program(name: &str) -> Option<String> {
    let paths = std::env::var_os("PATH")?;
    let found =
        std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|file| is_program(file))?;
    found.to_str().map(str::to_owned)
}

fn is_program(file: &Path) -> bool {
    file.is_file()
}
