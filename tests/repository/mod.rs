//! A TUF repository in memory, for tests: publishes well-formed metadata and then lets a test spoil it.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use udi_verify::trust::{Refresh, State, Step, UpdateError, Wanted};

/// When the test repository is published, and the clock of a test that does not say otherwise.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Roles, their keys and versions, targets, and the files published from them.
pub(crate) struct Repository {
    pub(crate) keys: BTreeMap<String, Vec<SigningKey>>,
    pub(crate) thresholds: BTreeMap<String, u64>,
    pub(crate) versions: BTreeMap<String, u64>,
    pub(crate) expires: BTreeMap<String, String>,
    pub(crate) issued: String,
    /// Target content by the role that lists it, then by path.
    pub(crate) targets: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    /// Delegations: delegator, role, path patterns, terminating.
    pub(crate) delegations: Vec<(String, String, Vec<String>, bool)>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Signed parts are passed through this before signing: the role's name, then the metadata.
    pub(crate) spoil: fn(&str, &mut Value),
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key_json(key: &SigningKey) -> Value {
    json!({"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": hex(key.verifying_key().as_bytes())}})
}

/// Sorted, without spaces: canonical JSON as long as no string needs an escape, which holds here.
pub(crate) fn canonical(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

pub(crate) fn keyid(key: &SigningKey) -> String {
    hex(&Sha256::digest(canonical(&key_json(key))))
}

impl Repository {
    /// Version 1 of everything, one key a role, and these targets at the top level.
    pub(crate) fn new(targets: &[(&str, &[u8])]) -> Self {
        let roles = ["root", "timestamp", "snapshot", "targets"];
        let mut repository = Self {
            keys: roles.iter().zip(1..).map(|(role, seed)| ((*role).into(), vec![key(seed)])).collect(),
            thresholds: BTreeMap::new(),
            versions: BTreeMap::new(),
            expires: BTreeMap::new(),
            issued: NOW.to_owned(),
            targets: BTreeMap::new(),
            delegations: Vec::new(),
            files: BTreeMap::new(),
            spoil: |_, _| {},
        };
        for (path, bytes) in targets {
            repository.set_target("targets", path, bytes);
        }
        repository.publish(&roles);
        repository
    }

    pub(crate) fn set_target(&mut self, role: &str, path: &str, bytes: &[u8]) {
        self.targets.entry(role.into()).or_default().insert(path.into(), bytes.to_vec());
    }

    pub(crate) fn delegate(
        &mut self,
        delegator: &str,
        role: &str,
        paths: &[&str],
        terminating: bool,
        seed: u8,
    ) {
        self.keys.insert(role.into(), vec![key(seed)]);
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self.delegations.push((delegator.into(), role.into(), paths, terminating));
    }

    fn version(&self, role: &str) -> u64 {
        self.versions.get(role).copied().unwrap_or(0)
    }

    fn role_json(&self, role: &str) -> Value {
        let keyids: Vec<_> = self.keys[role].iter().map(keyid).collect();
        json!({"keyids": keyids, "threshold": self.thresholds.get(role).copied().unwrap_or(1)})
    }

    fn keys_json<'a>(&self, roles: impl Iterator<Item = &'a str>) -> Value {
        roles.flat_map(|role| &self.keys[role]).map(|key| (keyid(key), key_json(key))).collect()
    }

    /// The newest root, as a client pins it.
    pub(crate) fn root(&self) -> &[u8] {
        &self.files[&format!("metadata/{}.root.json", self.version("root"))]
    }

    /// Publishes new versions of these roles, in the order root, targets roles, snapshot, timestamp.
    pub(crate) fn publish(&mut self, roles: &[&str]) {
        let rank = |role: &str| match role {
            "root" => 0,
            "snapshot" => 2,
            "timestamp" => 3,
            _ => 1,
        };
        let mut roles = roles.to_vec();
        roles.sort_by_key(|role| rank(role));
        for role in roles {
            *self.versions.entry(role.into()).or_default() += 1;
            self.republish(role);
        }
    }

    /// Writes a role's file again, at its present version.
    pub(crate) fn republish(&mut self, role: &str) {
        let mut signed = match role {
            "root" => self.root_body(),
            "timestamp" => {
                json!({"_type": "timestamp", "meta": {"snapshot.json": self.meta("snapshot")}})
            }
            "snapshot" => self.snapshot_body(),
            _ => self.targets_body(role),
        };
        signed["spec_version"] = json!("1.0.34");
        signed["version"] = json!(self.version(role));
        signed["expires"] =
            json!(self.expires.get(role).map_or("2027-01-01T00:00:00Z", |expires| expires.as_str()));
        signed["issued"] = json!(self.issued);
        (self.spoil)(role, &mut signed);
        let bytes = self.sign(role, &signed);
        let path = match role {
            "timestamp" => "metadata/timestamp.json".to_owned(),
            _ => format!("metadata/{}.{role}.json", self.version(role)),
        };
        self.files.insert(path, bytes);
    }

    pub(crate) fn sign(&self, role: &str, signed: &Value) -> Vec<u8> {
        let mut signers: BTreeMap<String, &SigningKey> =
            self.keys[role].iter().map(|key| (keyid(key), key)).collect();
        // A rotated root is signed by the old keys too: tests keep those under "former root".
        if role == "root" {
            signers.extend(self.keys.get("former root").into_iter().flatten().map(|key| (keyid(key), key)));
        }
        let signatures: Vec<_> = signers
            .into_iter()
            .map(|(keyid, key)| json!({"keyid": keyid, "sig": hex(&key.sign(&canonical(signed)).to_bytes())}))
            .collect();
        serde_json::to_vec_pretty(&json!({"signatures": signatures, "signed": signed})).unwrap()
    }

    fn root_body(&self) -> Value {
        let top = ["root", "timestamp", "snapshot", "targets"];
        let roles: Value = top.iter().map(|role| ((*role).to_owned(), self.role_json(role))).collect();
        json!({"_type": "root", "consistent_snapshot": true, "keys": self.keys_json(top.into_iter()), "roles": roles})
    }

    fn meta(&self, role: &str) -> Value {
        let bytes = &self.files[&format!("metadata/{}.{role}.json", self.version(role))];
        json!({"version": self.version(role), "length": bytes.len(), "hashes": {"sha256": hex(&Sha256::digest(bytes))}})
    }

    fn snapshot_body(&self) -> Value {
        let roles =
            self.versions.keys().filter(|role| !["root", "snapshot", "timestamp"].contains(&role.as_str()));
        let meta: Value = roles.map(|role| (format!("{role}.json"), self.meta(role))).collect();
        json!({"_type": "snapshot", "meta": meta})
    }

    fn targets_body(&mut self, role: &str) -> Value {
        let listed = self.targets.get(role).cloned().unwrap_or_default();
        let mut targets = serde_json::Map::new();
        for (path, bytes) in listed {
            let hash = hex(&Sha256::digest(&bytes));
            targets.insert(path.clone(), json!({"length": bytes.len(), "hashes": {"sha256": hash}}));
            let (folder, name) = path
                .rsplit_once('/')
                .map_or((String::new(), path.as_str()), |(folder, name)| (format!("{folder}/"), name));
            self.files.insert(format!("targets/{folder}{hash}.{name}"), bytes);
        }
        let mut body = json!({"_type": "targets", "targets": targets});
        let delegated: Vec<_> = self.delegations.iter().filter(|(from, ..)| from == role).collect();
        if !delegated.is_empty() {
            let roles: Vec<_> = delegated
                .iter()
                .map(|(_, name, paths, terminating)| {
                    let mut role = self.role_json(name);
                    role["name"] = json!(name);
                    role["paths"] = json!(paths);
                    role["terminating"] = json!(terminating);
                    role
                })
                .collect();
            let keys = self.keys_json(delegated.iter().map(|(_, name, ..)| name.as_str()));
            body["delegations"] = json!({"keys": keys, "roles": roles});
        }
        body
    }

    /// A whole update from `state`, as a host would drive it.
    pub(crate) fn update(&self, state: &State, now: Timestamp) -> Result<State, UpdateError> {
        self.drive(Refresh::start(state, now)).finish()
    }

    /// As [`Self::update`], for chosen targets.
    pub(crate) fn update_paths(
        &self,
        state: &State,
        now: Timestamp,
        paths: &[&str],
    ) -> Result<State, UpdateError> {
        let wanted = Wanted::Paths(paths.iter().map(|path| (*path).to_owned()).collect());
        self.drive(Refresh::start_with(state, now, wanted)).finish()
    }

    pub(crate) fn drive(&self, mut refresh: Refresh) -> Refresh {
        while let Step::Fetch { path, .. } = refresh.step() {
            refresh.supply(self.files.get(&path).cloned());
        }
        refresh
    }
}
