//! Finding a target through delegations: pre-order, depth first (TUF specification 1.0.34, 5.6.7).
//!
//! A search is a plain function over what is trusted so far. Where a role is missing it answers which one,
//! and is asked again once that role is there: no half-finished search has to be kept.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::metadata::TargetFile;
use super::trusted::{TARGETS, Trusted};
use crate::trust::UpdateError;

/// Most roles that one search visits.
const MAX_VISITED: usize = 32;
/// Most roles that a repository may have in all.
const MAX_ROLES: usize = 4096;

/// How far a search came.
#[derive(Debug, Clone)]
pub(crate) enum Answer<T> {
    /// This role is needed next.
    Need {
        /// Who delegates to it; `None` for the top-level targets role.
        delegator: Option<String>,
        /// Its name.
        role: String,
    },
    /// The search ended.
    Found(T),
}

/// A role still to visit.
struct Edge {
    delegator: Option<String>,
    role: String,
}

impl Edge {
    fn top() -> Self {
        Self { delegator: None, role: TARGETS.to_owned() }
    }

    fn need<T>(self) -> Answer<T> {
        Answer::Need { delegator: self.delegator, role: self.role }
    }
}

impl Trusted {
    /// Which target file a path names, by the first role in order that lists it.
    pub(crate) fn find_target(
        &mut self,
        path: &str,
        now: Option<Timestamp>,
    ) -> Result<Answer<TargetFile>, UpdateError> {
        let mut stack = vec![Edge::top()];
        let mut visited = BTreeSet::new();
        while let Some(edge) = stack.pop() {
            if visited.contains(&edge.role) {
                continue;
            }
            if visited.len() >= MAX_VISITED {
                return Err(UpdateError::TooMany { what: "delegations on one path" });
            }
            if !self.role_is_current(edge.delegator.as_deref(), &edge.role, now) {
                return Ok(edge.need());
            }
            let Some(role) = self.role(&edge.role) else { return Ok(edge.need()) };
            if let Some(file) = role.signed.targets.get(path) {
                return Ok(Answer::Found(file.clone()));
            }
            let mut children = Vec::new();
            for delegated in role.signed.delegations.iter().flat_map(|delegations| &delegations.roles) {
                if !delegated.covers(path) {
                    continue;
                }
                children.push(Edge { delegator: Some(edge.role.clone()), role: delegated.name.clone() });
                if delegated.terminating {
                    stack.clear();
                    break;
                }
            }
            stack.extend(children.into_iter().rev());
            visited.insert(edge.role);
        }
        Err(UpdateError::NoSuchTarget { path: path.to_owned() })
    }

    /// Every path that some role lists, leaving out the roles in `skip`.
    ///
    /// Being listed is not yet being found: [`Self::find_target`] decides which role speaks for a path.
    pub(crate) fn listed_paths(
        &mut self,
        skip: &BTreeSet<String>,
        now: Option<Timestamp>,
    ) -> Result<Answer<BTreeSet<String>>, UpdateError> {
        let mut stack = vec![Edge::top()];
        let mut visited = BTreeSet::new();
        let mut paths = BTreeSet::new();
        while let Some(edge) = stack.pop() {
            if visited.contains(&edge.role) || skip.contains(&edge.role) {
                continue;
            }
            if visited.len() >= MAX_ROLES {
                return Err(UpdateError::TooMany { what: "roles" });
            }
            if !self.role_is_current(edge.delegator.as_deref(), &edge.role, now) {
                return Ok(edge.need());
            }
            let Some(role) = self.role(&edge.role) else { return Ok(edge.need()) };
            paths.extend(role.signed.targets.keys().cloned());
            let delegated = role.signed.delegations.iter().flat_map(|delegations| &delegations.roles);
            let children: Vec<_> = delegated
                .map(|role| Edge { delegator: Some(edge.role.clone()), role: role.name.clone() })
                .collect();
            stack.extend(children.into_iter().rev());
            visited.insert(edge.role);
        }
        Ok(Answer::Found(paths))
    }
}
