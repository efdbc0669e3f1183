//! `udi key`: Ed25519 key pairs, for sealing labels and for signing the repository's metadata.

mod listing;
mod locks;
mod memory_key;
mod private_file;
mod record;
mod seals_all;
mod signer;
mod store;
mod token;

use std::io::stdout;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

pub(crate) use locks::{Locking, Unlocking};
#[cfg(test)]
pub(crate) use memory_key::MemoryKey;
pub(crate) use private_file::write_private;
pub(crate) use record::PublicRecord;
use record::TokenKey;
pub(crate) use signer::Signer;
pub(crate) use store::{KeyPair, KeyStore};

use crate::clock;
use crate::failure::Failure;
use crate::output;

/// Arguments of `udi key`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
    /// The folder of the keys.
    #[arg(long, global = true, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    #[command(flatten)]
    locking: Locking,
    #[command(flatten)]
    unlocking: Unlocking,
}

#[derive(Subcommand)]
enum Action {
    /// Make a key pair: NAME.pem.age (PKCS#8, encrypted) and NAME.json (public).
    New {
        #[command(flatten)]
        key: NewKey,
        /// Make the key inside a PKCS#11 token, or use the one it has: the vendor's library.
        #[arg(long, value_name = "FILE", requires = "token")]
        module: Option<String>,
        /// The label of the token.
        #[arg(long, value_name = "LABEL", requires = "module")]
        token: Option<String>,
        /// Use the key of this label that the token has, instead of making one.
        #[arg(long, value_name = "LABEL", requires = "module")]
        existing: Option<String>,
    },
    /// Bring in a private key from a PKCS#8 file (PEM or DER).
    Import {
        #[command(flatten)]
        key: NewKey,
        /// The file; its owner alone may read it.
        #[arg(long, value_name = "FILE")]
        pkcs8: PathBuf,
    },
    /// Write a private key as PKCS#8 PEM, NOT encrypted, to a new file that you alone can read.
    Export {
        /// The key's name.
        name: String,
        /// The file to make.
        #[arg(long, value_name = "FILE")]
        pkcs8: PathBuf,
    },
    /// List the keys: one JSON line a key, with its age in days and how it is kept. No private key is read.
    List,
    /// Make the key that takes the place of NAME. Publish it, wait for clients to sync, then retire the old.
    Rotate {
        /// The old key's name; the new one's is that with -r2, -r3….
        name: String,
        /// The last day the new key signs.
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<Date>,
        /// The registry (keys.json); the new key is listed beside the old one.
        #[arg(long, value_name = "FILE")]
        registry: Option<PathBuf>,
    },
    /// End a key's signing; the labels it signed hold.
    Retire {
        /// The key's name.
        name: String,
        /// The registry (keys.json); it is noted there.
        #[arg(long, value_name = "FILE")]
        registry: Option<PathBuf>,
    },
    /// Note that others have a key; the labels it signed from then on are in doubt.
    Compromise {
        /// The key's name.
        name: String,
        /// Since when (an RFC 3339 time). Without it none of its labels counts.
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
        /// The registry (keys.json); it is noted there.
        #[arg(long, value_name = "FILE")]
        registry: Option<PathBuf>,
    },
    /// Print a key's entry for the registry (keys.json).
    ExportPublic {
        /// The key's name.
        name: String,
    },
    /// State in the registry that an issuer seals every label: one without a seal is then held.
    SealsAll(seals_all::Args),
    /// Make an age identity in a new file and print its recipient: for machines that sign with nobody there.
    Identity {
        /// The file to make; whoever reads it can unlock the keys encrypted to it.
        file: PathBuf,
    },
}

/// What every new key is told.
#[derive(clap::Args)]
struct NewKey {
    /// Lower case letters, digits and hyphens.
    name: String,
    /// A GS1 company prefix it may sign for; repeatable. Without one it signs any item.
    #[arg(long = "prefix", value_name = "DIGITS")]
    prefixes: Vec<String>,
    /// The last day it signs.
    #[arg(long, value_name = "YYYY-MM-DD")]
    expires: Option<Date>,
}

/// A line of `udi key list`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    key: PublicRecord,
    age_days: i64,
    kept: &'static str,
}

/// Makes, changes, lists or exports keys.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let store = KeyStore::new(&args.keys).unlocked_by(&args.unlocking).locked_by(&args.locking);
    let out = &mut stdout().lock();
    match &args.action {
        Action::New { key, module, token, existing } => {
            let pair = match (module, token) {
                (Some(module), Some(token)) => {
                    let label = existing.as_ref().unwrap_or(&key.name).clone();
                    let place = TokenKey { module: module.clone(), token: token.clone(), label };
                    store.adopt(&key.name, place, existing.is_none(), &key.prefixes, key.expires)?
                }
                _ => store.create(&key.name, &key.prefixes, key.expires)?,
            };
            output::line(out, pair.public())
        }
        Action::Import { key, pkcs8 } => {
            let pair = store.import(&key.name, pkcs8, &key.prefixes, key.expires)?;
            eprintln!("{} still holds the private key: destroy it", pkcs8.display());
            output::line(out, pair.public())
        }
        Action::Export { name, pkcs8 } => {
            store.export(name, pkcs8)?;
            eprintln!("{} holds the private key of {name}, not encrypted", pkcs8.display());
            Ok(())
        }
        Action::List => list(&store, out),
        Action::Rotate { name, expires, registry } => {
            let listed = |registry: &PathBuf| listing::refuse_unlisted(registry, &store.public(name)?);
            registry.as_ref().map_or(Ok(()), listed)?;
            let pair = store.rotate(name, *expires)?;
            let new = pair.public();
            if let Some(registry) = registry {
                listing::add_beside(registry, &store.public(name)?, &new.registry_entry()?)?;
            }
            let first = if registry.is_some() { "publish" } else { "list it in the registry, publish" };
            eprintln!(
                "now, where {} seals labels: {first}, wait a day, sign with it, then `udi key retire {name}`; where it \
                 signs the repository: `udi root propose` with it in the place of {name}",
                new.name
            );
            output::line(out, new)
        }
        Action::Retire { name, registry } => end(&store.retire(name)?, registry.as_deref(), "publish", out),
        Action::Compromise { name, from, registry } => {
            end(&store.compromise(name, *from)?, registry.as_deref(), "publish at once", out)
        }
        Action::ExportPublic { name } => output::line(out, &store.public(name)?.registry_entry()?),
        Action::SealsAll(args) => {
            let (issuer, words) = seals_all::run(args)?;
            eprintln!("{words}");
            output::line(out, &issuer)
        }
        Action::Identity { file } => {
            output::line(out, &serde_json::json!({ "recipient": locks::make_identity(file)? }))
        }
    }
}

/// Notes the end of a key in the registry, or says that somebody must.
fn end(
    key: &PublicRecord,
    registry: Option<&Path>,
    then: &str,
    out: &mut impl std::io::Write,
) -> Result<(), Failure> {
    match registry {
        Some(registry) => {
            listing::refuse_unlisted(registry, key)?;
            listing::note(registry, key)?;
            eprintln!("{} says so; now: {then}", registry.display());
        }
        None => eprintln!("now: put this entry in the place of the one in the registry, and {then}"),
    }
    output::line(out, &key.registry_entry()?)
}

fn list(store: &KeyStore, out: &mut impl std::io::Write) -> Result<(), Failure> {
    let today = clock::day(Timestamp::now());
    for (key, kept) in store.list()? {
        let age = today.since(clock::day(key.created)).map_or(0, |span| i64::from(span.get_days()));
        output::line(out, &Listed { key, age_days: age, kept })?;
    }
    Ok(())
}
