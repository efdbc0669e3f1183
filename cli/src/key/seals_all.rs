//! `udi key seals-all`: the statement in the registry that an issuer seals every label of its prefixes, so that
//! one without a seal is held instead of counting as unsigned.

use std::path::PathBuf;

use jiff::civil::Date;
use udi_verify::seal::SealsAll;
use udi_verify::seal::registry::{IssuerEntry, KeyStatus};

use super::listing;
use crate::failure::{Exit, Failure};
use crate::publish::read_registry;

/// Arguments of `udi key seals-all`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The issuer's id in the registry.
    issuer: String,
    /// The registry of issuers and their keys (keys.json); the statement is written into it.
    #[arg(long, value_name = "FILE")]
    registry: PathBuf,
    /// Labels that state an earlier manufacturing date may do without a seal.
    #[arg(long, value_name = "YYYY-MM-DD")]
    except_manufactured_before: Option<Date>,
    /// Labels that state an earlier expiry may do without a seal.
    #[arg(long, value_name = "YYYY-MM-DD")]
    except_expiring_before: Option<Date>,
    /// Take the statement back.
    #[arg(long, conflicts_with_all = ["except_manufactured_before", "except_expiring_before"])]
    withdraw: bool,
}

/// Writes or takes back the statement; the issuer's entry as the registry has it now, and what to tell the
/// person.
pub(super) fn run(args: &Args) -> Result<(IssuerEntry, String), Failure> {
    let mut registry = read_registry(&args.registry)?;
    let ids: Vec<String> = registry.issuers.iter().map(|issuer| issuer.id.clone()).collect();
    let issuer = registry.issuers.iter_mut().find(|issuer| issuer.id == args.issuer).ok_or_else(|| {
        let (file, known) = (args.registry.display(), ids.join(", "));
        Failure::new(Exit::Input, format!("{file} has no issuer {}; it has: {known}", args.issuer))
    })?;
    let seals_all = (!args.withdraw).then_some(SealsAll {
        except_manufactured_before: args.except_manufactured_before,
        except_expiring_before: args.except_expiring_before,
    });
    if seals_all.is_some() && !issuer.keys.iter().any(|key| key.status == KeyStatus::Active) {
        let words = format!("{} has no active key: it cannot seal anything", issuer.id);
        return Err(Failure::new(Exit::Key, words));
    }
    issuer.seals_all = seals_all;
    let changed = issuer.clone();
    listing::write(&args.registry, &registry)?;
    let words = words(&changed);
    Ok((changed, words))
}

fn words(issuer: &IssuerEntry) -> String {
    let Some(all) = issuer.seals_all else {
        return format!("labels of {} may do without a seal once this is published", issuer.name);
    };
    let exception = |what: &str, day: Option<Date>| day.map(|day| format!("{what} before {day}"));
    let exceptions = [
        exception("manufactured", all.except_manufactured_before),
        exception("expiring", all.except_expiring_before),
    ];
    let exceptions: Vec<String> = exceptions.into_iter().flatten().collect();
    let except = match exceptions.as_slice() {
        [] => "whatever its dates: stock that went out without one, too".to_owned(),
        some => format!("unless it says that it is older ({})", some.join(" or ")),
    };
    let name = &issuer.name;
    format!("once this is published, a label of {name} without a seal is held, {except}")
}
