//! A root that is being signed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::change::ROLES;
use super::read;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyPair;
use crate::publish::{Envelope, Key, Role, Root, SignatureEntry, canonical, hex};

/// The root of a coming version with the signatures it has.
pub(super) struct Proposal(Envelope<Role<Root>>);

/// A number of signatures that a root must have, and who may give them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Requirement {
    /// Whose keys: those of the root of this version.
    pub(super) root_version: u64,
    /// How many.
    pub(super) threshold: u32,
    /// How many are missing.
    pub(super) missing: u32,
    /// Holders whose signature is there and holds.
    pub(super) signed: Vec<String>,
    /// Holders who could sign.
    pub(super) waiting_for: Vec<String>,
}

impl Requirement {
    /// For a person.
    pub(super) fn words(&self) -> String {
        let Self { root_version, threshold, missing, signed, waiting_for } = self;
        let by = if signed.is_empty() { "nobody yet".to_owned() } else { signed.join(", ") };
        let more = match missing {
            0 => "enough".to_owned(),
            count => format!("{count} more needed, of {}", waiting_for.join(", ")),
        };
        format!("keys of root version {root_version}: {threshold} must sign; signed by {by}; {more}")
    }
}

impl Proposal {
    /// An unsigned one.
    pub(super) fn new(root: Role<Root>) -> Self {
        Self(Envelope { signatures: Vec::new(), signed: root })
    }

    /// The one in a file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let envelope = serde_json::from_slice(&read(path)?)
            .or_fail(Exit::Input, || format!("{} is no proposal of a root", path.display()))?;
        Ok(Self(envelope))
    }

    /// One proposal with the signatures of all its copies.
    pub(super) fn merged(files: &[PathBuf]) -> Result<Self, Failure> {
        let mut merged: Option<Self> = None;
        for file in files {
            let copy = Self::read(file)?;
            match &mut merged {
                None => merged = Some(copy),
                Some(merged) if merged.0.signed == copy.0.signed => {
                    for signature in copy.0.signatures {
                        if !merged.0.signatures.contains(&signature) {
                            merged.0.signatures.push(signature);
                        }
                    }
                }
                Some(_) => {
                    let words = format!("{} is another proposal than {}", file.display(), files[0].display());
                    return Err(Failure::new(Exit::Input, words));
                }
            }
        }
        merged.ok_or_else(|| Failure::new(Exit::Input, "no proposal was given"))
    }

    /// What it proposes.
    pub(super) fn root(&self) -> &Role<Root> {
        &self.0.signed
    }

    /// The file.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Failure> {
        canonical(&self.0)
    }

    /// Adds a holder's signature. Whether that holder counts depends on the root before this one, too, which a
    /// machine that is never online may not have; so it is taken and `status` says whether it helps.
    pub(super) fn sign(&mut self, pair: &KeyPair) -> Result<(), Failure> {
        let keyid = Key::of(&pair.signer().public()).id()?;
        let sig = hex(&pair.signer().sign(&canonical(&self.0.signed)?)?);
        self.0.signatures.retain(|signature| signature.keyid != keyid);
        self.0.signatures.push(SignatureEntry { keyid, sig });
        Ok(())
    }

    /// The signatures by keys of the roots on either side that hold: what a published root has.
    pub(super) fn with_good_signatures(&self, current: Option<&Role<Root>>) -> Result<Self, Failure> {
        let message = canonical(&self.0.signed)?;
        let roots = || current.into_iter().chain([&self.0.signed]);
        let mut signatures: Vec<SignatureEntry> = Vec::new();
        for signature in &self.0.signatures {
            let good = roots().any(|root| {
                let known =
                    root.body.roles.get("root").is_some_and(|role| role.keyids.contains(&signature.keyid));
                known && holds(root, signature, &message)
            });
            if good && signatures.iter().all(|other| other.keyid != signature.keyid) {
                signatures.push(signature.clone());
            }
        }
        Ok(Self(Envelope { signatures, signed: self.0.signed.clone() }))
    }

    /// What the old root asks for, and what the new one asks for itself (TUF specification 5.3.4).
    pub(super) fn requirements(&self, current: Option<&Role<Root>>) -> Result<Vec<Requirement>, Failure> {
        let message = canonical(&self.0.signed)?;
        current.into_iter().chain([&self.0.signed]).map(|root| self.requirement(root, &message)).collect()
    }

    fn requirement(&self, root: &Role<Root>, message: &[u8]) -> Result<Requirement, Failure> {
        let missing = || Failure::new(Exit::Repository, "a root has no role root");
        let role = root.body.roles.get("root").ok_or_else(missing)?;
        let signed_by = |id: &String| {
            self.0
                .signatures
                .iter()
                .any(|signature| signature.keyid == *id && holds(root, signature, message))
        };
        let (signed, waiting): (Vec<&String>, Vec<&String>) =
            role.keyids.iter().partition(|id| signed_by(id));
        let names = |ids: Vec<&String>| ids.into_iter().map(|id| root.body.holder(id)).collect::<Vec<_>>();
        let good = u32::try_from(signed.len()).unwrap_or(u32::MAX);
        Ok(Requirement {
            root_version: root.version,
            threshold: role.threshold,
            missing: role.threshold.saturating_sub(good),
            signed: names(signed),
            waiting_for: names(waiting),
        })
    }

    /// What it says, for a person who is about to sign it.
    pub(super) fn words(&self) -> String {
        let root = self.root();
        let mut words = format!("root version {}, holds until {}", root.version, root.expires);
        for name in ROLES {
            if let Some(role) = root.body.roles.get(name) {
                let key = |id: &String| format!("{} ({})", root.body.holder(id), id.get(..8).unwrap_or(id));
                let keys: Vec<_> = role.keyids.iter().map(key).collect();
                // A `String` takes whatever it is given.
                let _ = write!(words, "\n  {name}: {} of {}", role.threshold, keys.join(", "));
            }
        }
        words
    }
}

fn holds(root: &Role<Root>, signature: &SignatureEntry, message: &[u8]) -> bool {
    root.body.keys.get(&signature.keyid).is_some_and(|key| key.verifies(message, &signature.sig))
}
