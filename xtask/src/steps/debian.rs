//! Installs packages through Debian's package manager (and Ubuntu's, which is the same program).

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, Show};
use crate::session::Session;

/// Installs packages, or says in one line what to install by hand and for what.
pub(crate) fn install(session: &Session, packages: &[&str], purpose: &str) -> Result<()> {
    let list = packages.join(" ");
    let by_hand =
        format!("{purpose}: install these (Debian names) by hand, then run the same command again: {list}");
    let Some(apt) = find_program("apt-get") else { bail!("no apt-get here to install {by_hand}") };
    let Some(mut prefix) = as_root() else { bail!("installing needs root or sudo. {by_hand}") };
    session.say(&format!("installing {list} with apt-get"));
    prefix.push(apt);
    for (log, arguments) in [
        ("apt-update", vec!["update", "-q"]),
        ("apt-install", [vec!["install", "-y", "-q", "--no-install-recommends"], packages.to_vec()].concat()),
    ] {
        let (program, first) = prefix.split_first().map_or(("apt-get", &[][..]), |(p, f)| (p.as_str(), f));
        let mut command = session.command(program);
        command.args(first).args(&arguments).env("DEBIAN_FRONTEND", "noninteractive");
        let ended = process::run_limited(session, log, &mut command, Show::Progress, None)?;
        // An update that fails for one source of several may still have brought what is wanted.
        if !ended.success && log == "apt-install" {
            let reason = ended.lines.iter().rev().find(|line| line.starts_with("E:")).cloned();
            let reason = reason.unwrap_or_else(|| "see target/xtask/logs/apt-install.log".to_owned());
            bail!("apt-get could not install what is needed for {by_hand} ({reason})");
        }
    }
    Ok(())
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
