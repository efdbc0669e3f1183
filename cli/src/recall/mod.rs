//! `udi recall`: recall rules as a JSON file a person can read, review and keep under version control.

mod book;
mod drill;
mod edit;
mod import;
mod issued;
mod lock;
mod new_rule;
mod preview;

use std::io::stdout;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use udi_verify::recall::Rule;

pub(crate) use book::{Book, Entry, rules_in_force};
use drill::Drill;
use edit::Edit;
use import::Import;
pub(crate) use issued::{IssuedFiles, Tally};
use lock::lock;
use new_rule::NewRule;
use preview::Preview;
pub(crate) use preview::{RuleHits, count};

use crate::clock;
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
    /// Change a rule; its earlier state is kept with the day it ended and the reason.
    Edit(Box<Edit>),
    /// End the rules of a notice; they are published no more and stay in the file.
    Close(Close),
    /// Read openFDA's recall records: exact rules where the text is certain, text-only notices elsewhere.
    /// Rules of a notice that is imported again are replaced.
    Import(Import),
    /// Print the rules in force: one JSON line a rule, with its number within its notice.
    List {
        /// Those that have ended, too.
        #[arg(long)]
        all: bool,
    },
    /// Say how many issued units each rule hits, before it is published.
    Preview(Preview),
    /// Rehearse: how long from a decision to a verdict, on a copy of the repository.
    Drill(Drill),
}

/// Arguments of `udi recall close`.
#[derive(clap::Args)]
struct Close {
    /// The notice's number.
    id: String,
    /// Which rule of the notice, as `list` numbers them; all of them if it is left out.
    #[arg(long, value_name = "N")]
    number: Option<usize>,
    /// Why it ends; kept with the rule.
    #[arg(long)]
    because: String,
    /// The first day it is not published any more; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<Date>,
}

/// One line of `udi recall list`.
#[derive(Serialize)]
struct Listed<'a> {
    /// Absent for a rule that has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// Adds, changes, closes, lists or previews rules.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let today = clock::day(Timestamp::now());
    match args.action {
        Command::New(new) => add(&args.rules, *new),
        Command::Edit(edit) => change(&args.rules, &edit, today),
        Command::Close(close) => end(&args.rules, &close, today),
        Command::Import(import) => {
            let imported = import::import(&import)?;
            if imported.dry_run {
                return Ok(());
            }
            let _lock = lock(&args.rules)?;
            let mut book = Book::read_or_empty(&args.rules)?;
            book.import(imported.rules, today).iter().for_each(|words| eprintln!("{words}"));
            book.write(&args.rules)
        }
        Command::List { all } => list(&args.rules, all, today),
        Command::Drill(drill) => drill::run(&drill, &args.rules, today),
        Command::Preview(preview) => preview::run(&preview, &args.rules, today),
    }
}

fn add(path: &Path, new: NewRule) -> Result<(), Failure> {
    let _lock = lock(path)?;
    let mut book = Book::read_or_empty(path)?;
    let quantity = new.quantity;
    let rule = Rule::from(new);
    check(&rule)?;
    output::line(&mut stdout().lock(), &rule)?;
    book.entries.push(Entry::new(rule, quantity, None));
    book.write(path)
}

fn change(path: &Path, edit: &Edit, today: Date) -> Result<(), Failure> {
    let _lock = lock(path)?;
    let mut book = Book::read(path)?;
    let [place] = *book.find(&edit.id, edit.number, today)? else {
        let words = format!(
            "{} has several rules; say which with --number, as `udi recall list` counts them",
            edit.id
        );
        return Err(Failure::new(Exit::Input, words));
    };
    let before = &mut book.entries[place];
    let rule = edit.apply(&before.rule).map_err(|words| Failure::new(Exit::Input, words))?;
    check(&rule)?;
    let quantity = edit.quantity.or(before.notes.quantity);
    if rule == before.rule && quantity == before.notes.quantity {
        return Err(Failure::new(Exit::Input, "nothing would change"));
    }
    before.end(today, &format!("edited: {}", edit.because));
    output::line(&mut stdout().lock(), &rule)?;
    // In the place of the old one, so that the rules of the notice keep their numbers.
    book.entries.insert(place + 1, Entry::new(rule, quantity, Some(edit.because.clone())));
    book.write(path)
}

fn end(path: &Path, close: &Close, today: Date) -> Result<(), Failure> {
    let _lock = lock(path)?;
    let mut book = Book::read(path)?;
    let places = book.find(&close.id, close.number, today)?;
    let on = close.on.unwrap_or(today);
    if close.because.trim().is_empty() {
        return Err(Failure::new(Exit::Input, "say why: --because must not be empty"));
    }
    for place in &places {
        book.entries[*place].end(on, &close.because);
    }
    eprintln!(
        "{} rules of {} end on {on}; `udi recall list --all` keeps showing them",
        places.len(),
        close.id
    );
    book.write(path)
}

fn list(path: &Path, all: bool, today: Date) -> Result<(), Failure> {
    let book = Book::read(path)?;
    let out = &mut stdout().lock();
    for (number, entry) in book.in_force(today) {
        output::line(out, &Listed { number: Some(number), entry })?;
    }
    if all {
        for entry in book.entries.iter().filter(|entry| !entry.in_force(today)) {
            output::line(out, &Listed { number: None, entry })?;
        }
    }
    Ok(())
}

fn check(rule: &Rule) -> Result<(), Failure> {
    rule.check().map_err(|error| Failure::new(Exit::Input, error.to_string()))
}
