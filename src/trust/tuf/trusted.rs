//! The metadata a client trusts, and the checks a new file must pass to join it
//! (TUF specification 1.0.34, sections 5.3 to 5.6).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::key::{ForeignScheme, check_threshold};
use super::metadata::{Delegations, Document, Role, Root, Snapshot, Targets, TimestampRole, TopLevel};
use crate::trust::UpdateError;

/// Verified metadata. Every field passed the checks against the ones above it.
#[derive(Debug, Clone)]
pub(crate) struct Trusted {
    foreign: Option<ForeignScheme>,
    root: Document<Root>,
    /// Files of the roots before it, the pinned one first, each of which signed the next.
    former_roots: Vec<Vec<u8>>,
    timestamp: Option<Document<TimestampRole>>,
    snapshot: Option<Document<Snapshot>>,
    /// Targets roles by name, as last verified.
    roles: BTreeMap<String, Document<Targets>>,
    /// Which (delegator, role) pairs of the present metadata were verified.
    pub(super) authorised: BTreeSet<(String, String)>,
}

/// The name of the top-level targets role.
pub(super) const TARGETS: &str = "targets";

impl Trusted {
    /// Starts from a pinned root, which must be signed by itself.
    pub(crate) fn pinned(root_json: &[u8], foreign: Option<ForeignScheme>) -> Result<Self, UpdateError> {
        let root = Document::parse(root_json.to_vec(), "root")?;
        check_top_level(&root, "root", &root.signed, TopLevel::Root, foreign)?;
        Ok(Self {
            foreign,
            root,
            former_roots: Vec::new(),
            timestamp: None,
            snapshot: None,
            roles: BTreeMap::new(),
            authorised: BTreeSet::new(),
        })
    }

    /// The newest root.
    pub(crate) fn root(&self) -> &Document<Root> {
        &self.root
    }

    /// Files of the chain of roots, oldest first.
    pub(crate) fn root_files(&self) -> impl Iterator<Item = &[u8]> {
        self.former_roots.iter().chain([&self.root.bytes]).map(Vec::as_slice)
    }

    pub(crate) fn timestamp(&self) -> Option<&Document<TimestampRole>> {
        self.timestamp.as_ref()
    }

    pub(crate) fn snapshot(&self) -> Option<&Document<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// The files of the targets roles, a delegator always before the roles it delegates to.
    pub(crate) fn role_files_parents_first(&self) -> Vec<(&str, &[u8])> {
        let mut stack = vec![TARGETS];
        let mut seen = BTreeSet::new();
        let mut files = Vec::new();
        while let Some(name) = stack.pop() {
            let Some(role) = self.roles.get(name) else { continue };
            if !seen.insert(name) {
                continue;
            }
            files.push((name, role.bytes.as_slice()));
            let delegated = role.signed.delegations.iter().flat_map(|delegations| &delegations.roles);
            stack.extend(delegated.map(|delegated| delegated.name.as_str()));
        }
        files
    }

    /// Some role that delegates to `name` and is there; `None` for the top-level targets role.
    pub(crate) fn delegator_of(&self, name: &str) -> Option<String> {
        let delegates = |role: &Document<Targets>| {
            role.signed
                .delegations
                .iter()
                .any(|delegations| delegations.roles.iter().any(|delegated| delegated.name == name))
        };
        let holder = self.roles.iter().find(|(_, role)| name != TARGETS && delegates(role));
        holder.map(|(holder, _)| holder.clone())
    }

    /// A role that may be read now, with its delegator.
    pub(crate) fn delegation_to(&self, name: &str) -> Option<(String, Option<String>)> {
        let delegator = self.delegator_of(name);
        (name == TARGETS || delegator.is_some()).then(|| (name.to_owned(), delegator))
    }

    /// A snapshot that an unfinished workflow left: the timestamp may name a newer one already, which must
    /// not go back behind this one.
    pub(crate) fn resume_snapshot(&mut self, bytes: Vec<u8>) -> Result<(), UpdateError> {
        let snapshot = Document::<Snapshot>::parse(bytes, "snapshot")?;
        check_top_level(&snapshot, "snapshot", &self.root.signed, TopLevel::Snapshot, self.foreign)?;
        self.snapshot = Some(snapshot);
        Ok(())
    }

    /// A root of a stored chain. Ones before the pinned root, and that one itself, prove nothing new.
    pub(crate) fn restore_root(&mut self, bytes: Vec<u8>) -> Result<(), UpdateError> {
        let version = Document::<Root>::parse(bytes.clone(), "root")?.header.version;
        let pinned = self.root.header.version;
        match version {
            _ if version < pinned => Ok(()),
            _ if version == pinned && bytes == self.root.bytes => Ok(()),
            _ if version == pinned => Err(UpdateError::Stored { reason: "it belongs to another root" }),
            _ => self.add_root(bytes),
        }
    }

    pub(crate) fn role(&self, name: &str) -> Option<&Document<Targets>> {
        self.roles.get(name)
    }

    /// Section 5.3.3 to 5.3.8: the next root, signed by this one and by itself.
    pub(crate) fn add_root(&mut self, bytes: Vec<u8>) -> Result<(), UpdateError> {
        let next = Document::<Root>::parse(bytes, "root")?;
        let wanted = self.root.header.version.saturating_add(1);
        check_top_level(&next, "root", &self.root.signed, TopLevel::Root, self.foreign)?;
        check_top_level(&next, "root", &next.signed, TopLevel::Root, self.foreign)?;
        if next.header.version != wanted {
            let offered = next.header.version;
            return Err(UpdateError::Version { role: "root".into(), wanted, offered });
        }
        // Section 5.3.11: after a change of keys, versions seen under the old ones bind nobody, since an
        // attacker may have driven them up.
        let rotated = [TopLevel::Timestamp, TopLevel::Snapshot]
            .into_iter()
            .any(|role| self.root.signed.signers(role) != next.signed.signers(role));
        if rotated {
            self.timestamp = None;
            self.snapshot = None;
        }
        let former = std::mem::replace(&mut self.root, next);
        self.former_roots.push(former.bytes);
        self.authorised.clear();
        Ok(())
    }

    /// Section 5.4: a newer timestamp, or `false` when it is the version already there.
    ///
    /// Here and below, `now` of `None` leaves expiry unexamined: what is stored stays readable after it
    /// expires.
    pub(crate) fn add_timestamp(
        &mut self,
        bytes: Vec<u8>,
        now: Option<Timestamp>,
    ) -> Result<bool, UpdateError> {
        let next = Document::<TimestampRole>::parse(bytes, "timestamp")?;
        check_top_level(&next, "timestamp", &self.root.signed, TopLevel::Timestamp, self.foreign)?;
        if let Some(old) = &self.timestamp {
            let (seen, offered) = (old.header.version, next.header.version);
            if offered < seen {
                return Err(UpdateError::Rollback { role: "timestamp".into(), seen, offered });
            }
            if offered == seen {
                return Ok(false);
            }
            if let (Some(old), Some(new)) = (old.signed.snapshot(), next.signed.snapshot())
                && new.version < old.version
            {
                let (seen, offered) = (old.version, new.version);
                return Err(UpdateError::Rollback { role: "snapshot".into(), seen, offered });
            }
        }
        if let Some(now) = now {
            next.check_expiry("timestamp", now)?;
        }
        self.timestamp = Some(next);
        Ok(true)
    }

    /// Section 5.5: the snapshot that the timestamp names.
    pub(crate) fn add_snapshot(&mut self, bytes: Vec<u8>, now: Option<Timestamp>) -> Result<(), UpdateError> {
        let next = self.checked_snapshot(bytes)?;
        for (name, old) in self.snapshot.iter().flat_map(|old| &old.signed.meta) {
            let role = name.strip_suffix(".json").unwrap_or(name);
            let new = next.signed.role(role)?;
            if new.version < old.version {
                let (seen, offered) = (old.version, new.version);
                return Err(UpdateError::Rollback { role: role.into(), seen, offered });
            }
        }
        if let Some(now) = now {
            next.check_expiry("snapshot", now)?;
        }
        self.snapshot = Some(next);
        self.authorised.clear();
        Ok(())
    }

    fn checked_snapshot(&self, bytes: Vec<u8>) -> Result<Document<Snapshot>, UpdateError> {
        let stated = self.timestamp.as_ref().and_then(|timestamp| timestamp.signed.snapshot());
        let stated = stated.ok_or(UpdateError::Unfinished)?;
        stated.check("snapshot.json", &bytes)?;
        let next = Document::<Snapshot>::parse(bytes, "snapshot")?;
        check_top_level(&next, "snapshot", &self.root.signed, TopLevel::Snapshot, self.foreign)?;
        if next.header.version != stated.version {
            let (wanted, offered) = (stated.version, next.header.version);
            return Err(UpdateError::Version { role: "snapshot".into(), wanted, offered });
        }
        Ok(next)
    }

    /// The snapshot there is the one that the timestamp names.
    pub(crate) fn snapshot_is_current(&self, now: Timestamp) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| {
            self.checked_snapshot(snapshot.bytes.clone()).is_ok()
                && snapshot.check_expiry("snapshot", now).is_ok()
        })
    }

    /// Section 5.6: a targets role as the snapshot names it, signed by whom the delegator says.
    pub(crate) fn add_role(
        &mut self,
        delegator: Option<&str>,
        name: &str,
        bytes: Vec<u8>,
        now: Option<Timestamp>,
    ) -> Result<(), UpdateError> {
        let snapshot = self.snapshot.as_ref().ok_or(UpdateError::Unfinished)?;
        let stated = snapshot.signed.role(name)?;
        stated.check(&format!("{name}.json"), &bytes)?;
        let role = Document::<Targets>::parse(bytes, name)?;
        self.check_signers(delegator, name, &role)?;
        if role.header.version != stated.version {
            let (wanted, offered) = (stated.version, role.header.version);
            return Err(UpdateError::Version { role: name.into(), wanted, offered });
        }
        if let Some(now) = now {
            role.check_expiry(name, now)?;
        }
        // What the former version delegated was verified against other keys.
        self.authorised.retain(|(delegator, _)| delegator != name);
        self.authorised.insert(pair(delegator, name));
        self.roles.insert(name.to_owned(), role);
        Ok(())
    }

    /// The role there is the one that the snapshot names and this delegator trusts.
    pub(crate) fn role_is_current(
        &mut self,
        delegator: Option<&str>,
        name: &str,
        now: Option<Timestamp>,
    ) -> bool {
        if self.authorised.contains(&pair(delegator, name)) {
            return true;
        }
        let Some(bytes) = self.roles.get(name).map(|role| role.bytes.clone()) else { return false };
        self.add_role(delegator, name, bytes, now).is_ok()
    }

    fn check_signers(
        &self,
        delegator: Option<&str>,
        name: &str,
        role: &Document<Targets>,
    ) -> Result<(), UpdateError> {
        let Some(delegator) = delegator else {
            return check_top_level(role, TARGETS, &self.root.signed, TopLevel::Targets, self.foreign);
        };
        let delegations = self.delegations(delegator);
        let delegated = delegations
            .and_then(|delegations| delegations.roles.iter().find(|delegated| delegated.name == name));
        match (delegations, delegated) {
            (Some(delegations), Some(delegated)) => {
                check_threshold(role, name, &delegated.keys, &delegations.keys, self.foreign)
            }
            _ => Err(UpdateError::Threshold { role: name.into(), good: 0, threshold: 1 }),
        }
    }

    pub(super) fn delegations(&self, role: &str) -> Option<&Delegations> {
        self.roles.get(role).and_then(|role| role.signed.delegations.as_ref())
    }

    /// Makes every role be examined again, expiry included.
    pub(crate) fn examine_again(&mut self) {
        self.authorised.clear();
    }

    /// The newest date any of the metadata was signed at.
    pub(crate) fn newest_issued(&self) -> Option<Timestamp> {
        let above = [self.root.header.issued, self.timestamp.as_ref()?.header.issued];
        let roles = self.roles.values().map(|role| role.header.issued);
        let snapshot = self.snapshot.as_ref().and_then(|snapshot| snapshot.header.issued);
        above.into_iter().chain([snapshot]).chain(roles).flatten().max()
    }

    /// Forgets targets roles that the snapshot no longer lists.
    pub(crate) fn drop_unlisted_roles(&mut self) {
        let Some(snapshot) = &self.snapshot else { return };
        self.roles.retain(|name, _| snapshot.signed.role(name).is_ok());
    }
}

fn pair(delegator: Option<&str>, name: &str) -> (String, String) {
    (delegator.unwrap_or_default().to_owned(), name.to_owned())
}

fn check_top_level<T: Role>(
    document: &Document<T>,
    name: &str,
    root: &Root,
    role: TopLevel,
    foreign: Option<ForeignScheme>,
) -> Result<(), UpdateError> {
    check_threshold(document, name, root.role(role), &root.keys, foreign)
}
