//! Tables of results, as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use crate::clip::FRAMES;
use crate::score::{Board, ClipOutcome, Tally};

/// One way of grouping a board's tallies.
type Grouping = fn(&Board) -> &BTreeMap<String, Tally>;

/// One table a grouping (tier, symbol, effect): a row a group, the readers side by side.
pub fn tables(readers: &[String], boards: &[Board], effects: bool) -> String {
    let mut groupings: Vec<(&str, Grouping)> =
        vec![("tier", |board| &board.tiers), ("symbol", |board| &board.kinds)];
    if effects {
        groupings.push(("effect", |board| &board.effects));
    }
    groupings
        .into_iter()
        .map(|(title, of)| table(title, readers, &boards.iter().map(of).collect::<Vec<_>>()))
        .collect()
}

fn table(title: &str, readers: &[String], columns: &[&BTreeMap<String, Tally>]) -> String {
    let groups: BTreeSet<&String> = columns.iter().flat_map(|column| column.keys()).collect();
    let mut text = format!("\n| {title} | asked |");
    for reader in readers {
        text += &format!(" {reader}: read | wrong | median ms | p95 ms |");
    }
    text += &format!("\n|---|---|{}\n", "---|---|---|---|".repeat(readers.len()));
    for group in groups {
        let asked = columns.iter().find_map(|column| column.get(group)).map_or(0, |tally| tally.asked);
        text += &format!("| {group} | {asked} |");
        for column in columns {
            let empty = Tally::default();
            text += &cells(column.get(group).unwrap_or(&empty));
        }
        text.push('\n');
    }
    text
}

/// Times are shown only where whole frames were counted.
fn cells(tally: &Tally) -> String {
    if tally.frames == 0 {
        return format!(" {} | | | |", tally.read);
    }
    let (median, late) = (tally.percentile(0.5), tally.percentile(0.95));
    format!(" {} | {} | {median:.1} | {late:.1} |", tally.read, tally.wrong)
}

/// Where main symbols were lost: what the oracle reads, and what each reader misses although the oracle reads it.
pub fn losses(readers: &[String], boards: &[Board], oracle: &BTreeMap<String, (usize, usize)>) -> String {
    let mut text = "\n| tier | main symbols | oracle reads |".to_owned();
    for reader in readers {
        text += &format!(" {reader}: missed | of these the oracle reads |");
    }
    text += &format!("\n|---|---|---|{}\n", "---|---|".repeat(readers.len()));
    for (tier, (frames, read)) in oracle {
        text += &format!("| {tier} | {frames} | {read} |");
        for board in boards {
            let (missed, readable) = board.missed.get(tier).copied().unwrap_or_default();
            text += &format!(" {missed} | {readable} |");
        }
        text.push('\n');
    }
    text
}

/// One reader's clips of one tier, as a row.
pub fn clips(tier: &str, reader: &str, outcomes: &[ClipOutcome]) -> String {
    let mut first: Vec<usize> = outcomes.iter().map(|clip| clip.first.unwrap_or(usize::MAX)).collect();
    first.sort_unstable();
    let frame = |share: f64| match first.get(((share * first.len() as f64).ceil() as usize).saturating_sub(1))
    {
        Some(&at) if at < usize::MAX => at.to_string(),
        _ => "never".to_owned(),
    };
    let mut times: Vec<f64> = outcomes.iter().map(|clip| clip.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let read: usize = outcomes.iter().filter(|clip| clip.first.is_some()).count();
    let share = outcomes.iter().map(|clip| clip.read).sum::<usize>() * 100 / (outcomes.len().max(1) * FRAMES);
    let wrong: usize = outcomes.iter().map(|clip| clip.wrong).sum();
    let twice: usize = outcomes.iter().map(|clip| clip.wrong_twice).sum();
    let time = times.get(times.len() / 2).copied().unwrap_or(0.0);
    format!(
        "| {tier} | {reader} | {read} of {} | {} | {} | {time:.0} | {share} % | {wrong} | {twice} |\n",
        outcomes.len(),
        frame(0.5),
        frame(0.95),
    )
}

/// The heading of the rows of [`clips`].
pub const CLIPS: &str = "\n| tier | reader | clips read | first read in frame, median | p95 | ms of reading until then, median | \
     frames read | wrong | wrong twice |\n|---|---|---|---|---|---|---|---|---|\n";
