//! `read-bench`: frames out, readers measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use read_bench::catalogue::Catalogue;
use read_bench::frame::{FULL_HD, HD, LabelFrame, Size, generate};
use read_bench::readers::Reader;
use read_bench::score::{Board, Tally, score};
use read_bench::tier::{TIERS, Tier};
use read_bench::truth::hex;

#[derive(Debug, Parser)]
#[command(about = "Generated label frames with known contents, and readers measured on them")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes frames as PNG beside their truth as JSON.
    Frames {
        #[command(flatten)]
        set: Set,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Reads frames in this process and prints the tables.
    Run {
        #[command(flatten)]
        set: Set,
        /// `ours`, `rxing` or both.
        #[arg(long, value_delimiter = ',', default_value = "ours,rxing")]
        readers: Vec<String>,
        /// Print a line for each asked symbol that ours did not read.
        #[arg(long)]
        missed: bool,
    },
}

/// Which frames.
#[derive(Debug, Args)]
struct Set {
    /// Tiers: easy, medium, hard, marks, empty.
    #[arg(long, value_delimiter = ',', default_value = "easy,medium,hard,marks,empty")]
    tiers: Vec<String>,
    /// Frames a tier; without it the bench's own numbers.
    #[arg(long)]
    count: Option<usize>,
    /// First seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Rows of a frame: 720 or 1080.
    #[arg(long, default_value_t = 720)]
    size: usize,
}

impl Set {
    /// Makes the frames one by one.
    fn each(&self, mut use_frame: impl FnMut(LabelFrame) -> Result<()>) -> Result<()> {
        let catalogue = Catalogue::load();
        let size = self.size()?;
        for name in &self.tiers {
            let Some(tier) = Tier::named(name) else {
                bail!("no tier {name}: {}", TIERS.map(Tier::name).join(", "));
            };
            let count = self.count.unwrap_or(tier.frames()) as u64;
            for seed in self.seed..self.seed + count {
                use_frame(generate(&catalogue, tier, size, seed))?;
            }
        }
        Ok(())
    }

    fn size(&self) -> Result<Size> {
        match self.size {
            720 => Ok(HD),
            1080 => Ok(FULL_HD),
            other => bail!("frames have 720 or 1080 rows, not {other}"),
        }
    }
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Frames { set, out } => write_frames(&set, &out),
        Command::Run { set, readers, missed } => run(&set, &readers, missed),
    }
}

fn write_frames(set: &Set, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    set.each(|frame| {
        let image = image::GrayImage::from_raw(frame.size.0 as u32, frame.size.1 as u32, frame.luma)
            .context("a frame has as many pixels as its size says")?;
        image.save(out.join(format!("{}.png", frame.truth.name)))?;
        let truth = serde_json::to_string_pretty(&frame.truth)?;
        fs::write(out.join(format!("{}.json", frame.truth.name)), truth)?;
        Ok(())
    })
}

fn run(set: &Set, readers: &[String], missed: bool) -> Result<()> {
    let readers: Vec<Reader> = [Reader::Ours, Reader::Rxing]
        .into_iter()
        .filter(|reader| readers.iter().any(|name| name == reader.name()))
        .collect();
    let mut boards = vec![Board::default(); readers.len()];
    set.each(|frame| {
        for (reader, board) in readers.iter().zip(&mut boards) {
            let answer = reader.read(&frame.luma, frame.size.0, frame.size.1);
            let outcome = score(&frame.truth, &answer);
            for bytes in &outcome.wrong {
                println!("wrong  {} {} {}", reader.name(), frame.truth.name, hex(bytes));
            }
            if missed && *reader == Reader::Ours {
                for (kind, _) in outcome.asked.iter().filter(|(_, read)| !read) {
                    let effects: Vec<String> =
                        frame.truth.effects.iter().map(|(name, value)| format!("{name} {value}")).collect();
                    println!("missed {} {kind}: {}", frame.truth.name, effects.join(", "));
                }
            }
            board.add(&frame.truth, &outcome);
        }
        Ok(())
    })?;
    for (reader, board) in readers.iter().zip(&boards) {
        println!("\n## {}, {} rows", reader.name(), set.size);
        for (title, tallies) in [("tier", &board.tiers), ("symbol", &board.kinds), ("effect", &board.effects)]
        {
            println!("\n| {title} | read | of | wrong | median ms | p95 ms |\n|---|---|---|---|---|---|");
            tallies.iter().for_each(|(name, tally)| println!("{}", row(name, tally)));
        }
    }
    Ok(())
}

fn row(name: &str, tally: &Tally) -> String {
    let (median, late) = (tally.percentile(0.5), tally.percentile(0.95));
    format!("| {name} | {} | {} | {} | {median:.1} | {late:.1} |", tally.read, tally.asked, tally.wrong)
}
