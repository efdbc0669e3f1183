//! `udi recall`: recall rules as a JSON file a person can read, review and keep under version control.

mod file;
mod import;
mod new_rule;

use std::collections::BTreeSet;
use std::io::stdout;
use std::path::PathBuf;

use clap::Subcommand;
use udi_verify::recall::Rule;

pub(crate) use file::read_rules;
use file::{read_or_empty, write_rules};
use import::Import;
use new_rule::NewRule;

use crate::failure::{Exit, Failure};
use crate::output;

/// Arguments of `udi recall`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Command,
    /// The rules file.
    #[arg(long, global = true, default_value = "rules.json", value_name = "FILE")]
    rules: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Add a rule. Several conditions must all hold; several values of one kind are alternatives.
    New(Box<NewRule>),
    /// Read openFDA's recall records: exact rules where the text is certain, text-only notices elsewhere.
    /// Rules of a notice that is imported again are replaced.
    Import(Import),
    /// Print the rules: one JSON line a rule.
    List,
    /// Take out every rule of a notice.
    Close {
        /// The notice's number.
        id: String,
    },
}

/// Adds, lists or closes rules.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let out = &mut stdout().lock();
    match args.action {
        Command::New(new) => {
            let mut rules = read_or_empty(&args.rules)?;
            let rule = Rule::from(*new);
            rule.check().map_err(|error| Failure::new(Exit::Input, error.to_string()))?;
            output::line(out, &rule)?;
            rules.push(rule);
            write_rules(&args.rules, &rules)
        }
        Command::Import(import) => {
            let imported = import::import(&import)?;
            if imported.dry_run {
                return Ok(());
            }
            let mut rules = read_or_empty(&args.rules)?;
            let numbers: BTreeSet<&str> = imported.rules.iter().map(|rule| rule.id.as_str()).collect();
            rules.retain(|rule| !numbers.contains(rule.id.as_str()));
            rules.extend(imported.rules.iter().cloned());
            write_rules(&args.rules, &rules)
        }
        Command::List => read_rules(&args.rules)?.iter().try_for_each(|rule| output::line(out, rule)),
        Command::Close { id } => {
            let mut rules = read_rules(&args.rules)?;
            let before = rules.len();
            rules.retain(|rule| rule.id != id);
            if rules.len() == before {
                return Err(Failure::new(Exit::Input, format!("no rule has the id {id}")));
            }
            eprintln!("{} rules of {id} taken out", before - rules.len());
            write_rules(&args.rules, &rules)
        }
    }
}
