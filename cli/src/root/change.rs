//! The next root: the current one with other keys, thresholds and expiry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::proposal::Proposal;
use super::read;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::PublicRecord;
use crate::publish::{Key, Role, RoleKeys, Root, Term};

/// The roles of a root, in the order people think of them.
pub(super) const ROLES: [&str; 4] = ["root", "targets", "snapshot", "timestamp"];

/// What changes.
#[derive(clap::Args)]
pub(super) struct Change {
    /// Let a key sign a role: ROLE=FILE, the public half NAME.json of a key; repeatable. Roles: root, targets,
    /// snapshot, timestamp.
    #[arg(long = "add", value_name = "ROLE=FILE", value_parser = pair::<PathBuf>)]
    additions: Vec<(String, PathBuf)>,
    /// Let a key sign a role no more: ROLE=NAME; repeatable.
    #[arg(long = "remove", value_name = "ROLE=NAME", value_parser = pair::<String>)]
    removals: Vec<(String, String)>,
    /// How many of a role's keys must sign: ROLE=NUMBER; repeatable. 1 for new roles.
    #[arg(long = "threshold", value_name = "ROLE=NUMBER", value_parser = pair::<u32>)]
    thresholds: Vec<(String, u32)>,
    /// How many days the new root holds.
    #[arg(long, default_value_t = 3 * 365, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=7300))]
    days: i64,
}

fn pair<T: std::str::FromStr>(text: &str) -> Result<(String, T), String> {
    let (role, value) = text.split_once('=').ok_or("write ROLE=…")?;
    if !ROLES.contains(&role) {
        return Err(format!("{role:?} is no role: {}", ROLES.join(", ")));
    }
    let value = value.parse().map_err(|_| format!("{value:?} cannot be read"))?;
    Ok((role.to_owned(), value))
}

impl Change {
    /// The root after `current`, or a first one. Keys that no role names any more are left out.
    pub(super) fn propose(&self, current: Option<&Role<Root>>, now: Timestamp) -> Result<Proposal, Failure> {
        let mut body = current.map_or_else(empty, |current| current.body.clone());
        for (role, name) in &self.removals {
            remove(&mut body, role, name)?;
        }
        for (role, file) in &self.additions {
            add(&mut body, role, file)?;
        }
        for (role, threshold) in &self.thresholds {
            body.roles.entry(role.clone()).or_insert_with(no_keys).threshold = *threshold;
        }
        check(&body)?;
        let used = |id: &String| body.roles.values().any(|role| role.keyids.contains(id));
        let keys: BTreeMap<_, _> =
            body.keys.iter().filter(|(id, _)| used(id)).map(|(id, key)| (id.clone(), key.clone())).collect();
        body.holders.retain(|id, _| keys.contains_key(id));
        body.keys = keys;
        let version = current.map_or(0, |current| current.version) + 1;
        Ok(Proposal::new(Role::new("root", version, Term::of_days(now, self.days)?, body)))
    }
}

fn empty() -> Root {
    Root {
        consistent_snapshot: true,
        keys: BTreeMap::new(),
        roles: BTreeMap::new(),
        holders: BTreeMap::new(),
    }
}

fn no_keys() -> RoleKeys {
    RoleKeys { keyids: Vec::new(), threshold: 1 }
}

fn add(body: &mut Root, role: &str, file: &Path) -> Result<(), Failure> {
    let refused = || format!("{} is no public half of a key", file.display());
    let public: PublicRecord = serde_json::from_slice(&read(file)?).or_fail(Exit::Input, refused)?;
    public.may_sign(crate::clock::day(Timestamp::now()))?;
    let key = Key::of(public.key()?.as_bytes());
    let id = key.id()?;
    let taken = body.holders.iter().any(|(other, name)| *name == public.name && *other != id);
    if taken {
        let words = format!("another key is called {} already; give this one another name", public.name);
        return Err(Failure::new(Exit::Input, words));
    }
    let keyids = &mut body.roles.entry(role.to_owned()).or_insert_with(no_keys).keyids;
    if keyids.contains(&id) {
        return Err(Failure::new(Exit::Input, format!("{} signs the role {role} already", public.name)));
    }
    keyids.push(id.clone());
    body.holders.insert(id.clone(), public.name);
    body.keys.insert(id, key);
    Ok(())
}

fn remove(body: &mut Root, role: &str, name: &str) -> Result<(), Failure> {
    let absent = || Failure::new(Exit::Input, format!("no key {name} signs the role {role}"));
    let named: Vec<_> = body.keys.keys().filter(|id| body.holder(id) == name).cloned().collect();
    let keyids = &mut body.roles.get_mut(role).ok_or_else(absent)?.keyids;
    let before = keyids.len();
    keyids.retain(|id| !named.contains(id));
    if keyids.len() == before { Err(absent()) } else { Ok(()) }
}

/// A root that nobody could follow is not worth signing.
fn check(body: &Root) -> Result<(), Failure> {
    for role in ROLES {
        let RoleKeys { keyids, threshold } = body.roles.get(role).cloned().unwrap_or_else(no_keys);
        let keys = u32::try_from(keyids.len()).unwrap_or(u32::MAX);
        if threshold == 0 || keys < threshold {
            let words = format!("the role {role} would need {threshold} signatures and have {keys} keys");
            return Err(Failure::new(Exit::Input, words));
        }
    }
    Ok(())
}
