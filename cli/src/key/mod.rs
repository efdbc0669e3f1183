//! `udi key`: Ed25519 key pairs, for sealing labels and for signing the repository's metadata.

mod private_file;
mod store;

use std::io::stdout;
use std::path::PathBuf;

use clap::Subcommand;

pub(crate) use private_file::write_private;
pub(crate) use store::{KeyPair, KeyStore};

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
}

#[derive(Subcommand)]
enum Action {
    /// Make a key pair: NAME.pem (PKCS#8, readable by you alone) and NAME.json (public).
    New {
        /// Lower case letters, digits and hyphens.
        name: String,
        /// A GS1 company prefix it may sign for; repeatable. Without one it signs any item.
        #[arg(long = "prefix", value_name = "DIGITS")]
        prefixes: Vec<String>,
    },
    /// List the keys: one JSON line a key. No private key is read.
    List,
    /// Print a key's entry for the registry (keys.json).
    ExportPublic {
        /// The key's name.
        name: String,
    },
}

/// Makes, lists or exports keys.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let store = KeyStore::new(&args.keys);
    let out = &mut stdout().lock();
    match &args.action {
        Action::New { name, prefixes } => output::line(out, &store.create(name, prefixes)?.public()),
        Action::List => store.list()?.iter().try_for_each(|key| output::line(out, key)),
        Action::ExportPublic { name } => output::line(out, &store.public(name)?.registry_entry()?),
    }
}
