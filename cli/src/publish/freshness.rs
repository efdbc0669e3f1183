//! What will soon need a person: publications that stopped, metadata that runs out.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::repository::Repository;
use super::role_signers::RootFile;
use crate::failure::{Exit, Failure};

/// From this age of the last publication on clients show how old their data is.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(36);
/// How long before its end the root, which needs a ceremony, is warned of.
const ROOT_NOTICE: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The same for what the next publication signs anew: a third of its term.
const ROLE_NOTICE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// When a repository was published and how long its metadata holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Freshness {
    /// The version of the timestamp.
    pub(crate) version: u64,
    /// When it was signed.
    pub(crate) published: Option<Timestamp>,
    /// When each role ends.
    pub(crate) expires: Vec<Expiry>,
    /// What needs a person, in words; empty if nothing does.
    pub(crate) warnings: Vec<String>,
}

/// The end of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Expiry {
    /// Its name.
    pub(crate) role: &'static str,
    /// From then on clients refuse it.
    pub(crate) at: Timestamp,
}

impl Freshness {
    /// Of what is published now; `None` where nothing is.
    pub(crate) fn of(repository: &Repository, now: Timestamp) -> Result<Option<Self>, Failure> {
        let Some(current) = repository.current()? else { return Ok(None) };
        let none = || Failure::new(Exit::Repository, format!("{} has no root", repository.place()));
        let root = RootFile::newest(repository)?.ok_or_else(none)?.root;
        let expires: Vec<Expiry> = [
            ("root", root.expires),
            ("targets", current.targets.expires),
            ("snapshot", current.snapshot.expires),
            ("timestamp", current.timestamp.expires),
        ]
        .map(|(role, at)| Expiry { role, at })
        .into();
        let mut warnings: Vec<String> = expires.iter().filter_map(|expiry| expiry.warning(now)).collect();
        let published = current.timestamp.issued;
        warnings.extend(published.and_then(|published| age_warning(published, now)));
        Ok(Some(Self { version: current.timestamp.version, published, expires, warnings }))
    }
}

impl Expiry {
    fn warning(&self, now: Timestamp) -> Option<String> {
        let role = self.role;
        let (notice, cure) = match role {
            "root" => (ROOT_NOTICE, "only a root ceremony renews it, see docs/operations.md"),
            _ => (ROLE_NOTICE, "publish to renew it"),
        };
        let left = self.at.duration_since(now);
        if left <= SignedDuration::ZERO {
            return Some(format!(
                "the {role} metadata has expired on {}, clients refuse updates: {cure}",
                day(self.at)
            ));
        }
        (left < notice).then(|| {
            format!(
                "the {role} metadata expires in {} days, on {}: {cure}",
                left.as_hours() / 24,
                day(self.at)
            )
        })
    }
}

fn age_warning(published: Timestamp, now: Timestamp) -> Option<String> {
    let age = now.duration_since(published);
    (age >= STALE_AFTER).then(|| {
        format!(
            "the last publication is {} hours old: did the job run? From 36 hours on clients show the age of \
             their data, after 30 days they clear no label",
            age.as_hours()
        )
    })
}

fn day(at: Timestamp) -> String {
    crate::clock::day(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_warned_of_in_good_time_and_after_it() {
        let now: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        let after = |days: i64| now + SignedDuration::from_hours(24 * days);
        let warning = |role, days| Expiry { role, at: after(days) }.warning(now);
        assert_eq!(warning("root", 91), None);
        assert!(warning("root", 89).unwrap().contains("in 89 days, on 2027-05-29: only a root ceremony"));
        assert_eq!(warning("timestamp", 31), None);
        assert!(warning("timestamp", 29).unwrap().contains("publish to renew"));
        assert!(warning("snapshot", -1).unwrap().contains("has expired on 2027-02-28"));
    }

    #[test]
    fn a_job_that_did_not_run_is_noticed() {
        let now: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        let ago = |hours: i64| now - SignedDuration::from_hours(hours);
        assert_eq!(age_warning(ago(35), now), None);
        assert!(age_warning(ago(37), now).unwrap().contains("37 hours old"));
    }
}
