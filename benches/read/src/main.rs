//! `read-bench`: frames out, readers measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use read_bench::catalogue::Catalogue;
use read_bench::clip::{Clip, FRAMES};
use read_bench::frame::{FULL_HD, HD, LabelFrame, Size, generate, is_linear};
use read_bench::readers::{Answer, Reader, start};
use read_bench::score::{Board, ClipOutcome, Outcome, score};
use read_bench::tier::{TIERS, Tier};
use read_bench::truth::{Truth, hex};
use read_bench::{folders, oracle, report};

#[derive(Debug, Parser)]
#[command(about = "Generated label frames with known contents, and readers measured on them")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything the documentation prints: the tiers at both sizes, clips, photographs and samples.
    All {
        /// Leave out readers in Node's wasm.
        #[arg(long)]
        native: bool,
        /// First seed.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Frames a tier; without it the bench's own numbers.
        #[arg(long)]
        count: Option<usize>,
    },
    /// Writes frames as PNG beside their truth as JSON.
    Frames {
        #[command(flatten)]
        set: Set,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Reads frames and prints the tables.
    Run {
        #[command(flatten)]
        set: Set,
        #[command(flatten)]
        with: With,
        /// Print a line for each asked symbol that the first reader did not read.
        #[arg(long)]
        missed: bool,
    },
    /// Reads clips of 30 frames with hand motion, and says how soon the symbol is read.
    Clips {
        #[command(flatten)]
        set: Set,
        #[command(flatten)]
        with: With,
    },
    /// Reads the photographs and samples of the shared folder, where it is there.
    Pictures {
        #[command(flatten)]
        with: With,
        /// Only folders whose names hold this.
        #[arg(long, default_value = "")]
        folder: String,
        /// Print a line for each picture of which the first reader missed a symbol.
        #[arg(long)]
        missed: bool,
    },
}

/// Which readers.
#[derive(Debug, Args)]
struct With {
    /// ours, rxing, ours-wasm, zxing-wasm.
    #[arg(long, value_delimiter = ',', default_value = "ours,rxing")]
    readers: Vec<String>,
    /// Read each frame this often and count the least time.
    #[arg(long, default_value_t = 1)]
    repeat: usize,
}

impl With {
    fn start(&self) -> Result<Vec<Box<dyn Reader>>> {
        self.readers.iter().map(|name| start(name)).collect()
    }

    fn read(&self, reader: &mut dyn Reader, luma: &[u8], width: usize, height: usize) -> Result<Answer> {
        let mut answer = reader.read(luma, width, height)?;
        for _ in 1..self.repeat {
            answer.milliseconds = answer.milliseconds.min(reader.read(luma, width, height)?.milliseconds);
        }
        Ok(answer)
    }
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
    /// Only frames whose main symbol is 1D (true) or 2D (false).
    #[arg(long)]
    linear: Option<bool>,
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
            let wanted = |seed: &u64| self.linear.is_none_or(|linear| is_linear(tier, *seed) == linear);
            for seed in (self.seed..).filter(wanted).take(count as usize) {
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
        Command::All { native, seed, count } => all(native, seed, count),
        Command::Frames { set, out } => write_frames(&set, &out),
        Command::Run { set, with, missed } => run(&set, &with, missed),
        Command::Clips { set, with } => clips(&set, &with),
        Command::Pictures { with, folder, missed } => pictures(&with, &folder, missed),
    }
}

fn all(native: bool, seed: u64, count: Option<usize>) -> Result<()> {
    let in_process = ["ours", "rxing"].into_iter().chain(cfg!(feature = "zxing-cpp").then_some("zxing-cpp"));
    let in_node = ["ours-wasm", "zxing-wasm"].into_iter().filter(|_| !native);
    let with = With { readers: in_process.chain(in_node).map(str::to_owned).collect(), repeat: 1 };
    let set = |tiers: &[Tier], count, size| Set {
        tiers: tiers.iter().map(|tier| tier.name().to_owned()).collect(),
        count,
        seed,
        linear: None,
        size,
    };
    println!("# Generated frames");
    run(&set(&TIERS, count, 720), &with, false)?;
    run(&set(&TIERS, count.or(Some(40)), 1080), &with, false)?;
    println!("\n# Clips");
    let of_video =
        With { readers: with.readers.iter().filter(|name| *name != "rxing").cloned().collect(), repeat: 1 };
    clips(&set(&[Tier::Easy, Tier::Medium, Tier::Hard], Some(count.unwrap_or(8).min(8)), 720), &of_video)?;
    println!("\n# Photographs and samples");
    pictures(&with, "", false)
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

fn run(set: &Set, with: &With, missed: bool) -> Result<()> {
    let mut readers = with.start()?;
    let mut boards = vec![Board::default(); readers.len()];
    let mut oracle: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    set.each(|frame| {
        let readable = oracle::reads(&frame);
        if frame.grid.is_some() {
            let (frames, read) = oracle.entry(frame.truth.tier.clone()).or_default();
            *frames += 1;
            *read += usize::from(readable);
        }
        for (at, (reader, board)) in readers.iter_mut().zip(&mut boards).enumerate() {
            let answer = with.read(reader.as_mut(), &frame.luma, frame.size.0, frame.size.1)?;
            let outcome = score(&frame.truth, &answer);
            for bytes in &outcome.wrong {
                println!("wrong  {} {} {}", with.readers[at], frame.truth.name, hex(bytes));
            }
            if missed && at == 0 {
                print_missed(&frame.truth, &outcome, readable);
            }
            board.add(&frame.truth, &outcome, readable);
        }
        Ok(())
    })?;
    println!("\n{} rows, seeds from {}", set.size, set.seed);
    print!("{}", report::tables(&with.readers, &boards, true));
    print!("{}", report::losses(&with.readers, &boards, &oracle));
    Ok(())
}

fn clips(set: &Set, with: &With) -> Result<()> {
    let catalogue = Catalogue::load();
    let mut readers = with.start()?;
    print!("{}", report::CLIPS);
    for name in &set.tiers {
        let Some(tier) = Tier::named(name).filter(|tier| *tier != Tier::Empty) else { continue };
        let mut outcomes = vec![Vec::new(); readers.len()];
        for seed in set.seed..set.seed + set.count.unwrap_or(10) as u64 {
            let clip = Clip::new(&catalogue, tier, set.size()?, seed);
            let mut frames = vec![Vec::new(); readers.len()];
            for frame in (0..FRAMES).map(|at| clip.frame(at)) {
                for (reader, frames) in readers.iter_mut().zip(&mut frames) {
                    let answer = with.read(reader.as_mut(), &frame.luma, frame.size.0, frame.size.1)?;
                    frames.push(score(&frame.truth, &answer));
                }
            }
            for (outcomes, frames) in outcomes.iter_mut().zip(&frames) {
                outcomes.push(ClipOutcome::of(frames));
            }
        }
        for (reader, outcomes) in with.readers.iter().zip(&outcomes) {
            print!("{}", report::clips(name, reader, outcomes));
        }
    }
    Ok(())
}

fn print_missed(truth: &Truth, outcome: &Outcome, readable: bool) {
    let oracle = if readable { "the oracle reads it" } else { "so does the oracle" };
    for (kind, _) in outcome.asked.iter().filter(|(_, read)| !read) {
        let effects: Vec<String> =
            truth.effects.iter().map(|(name, value)| format!("{name} {value}")).collect();
        println!("missed {} {kind} ({oracle}): {}", truth.name, effects.join(", "));
    }
}

fn pictures(with: &With, only: &str, missed: bool) -> Result<()> {
    let data = folders::shared_data();
    let mut pictures = folders::photographs(&data.join("photos"))?;
    pictures.extend(folders::samples(&data.join("samples"))?);
    pictures.retain(|picture| picture.folder.contains(only));
    if pictures.is_empty() {
        println!("no photographs or samples in {}: skipped", data.display());
        return Ok(());
    }
    let mut readers = with.start()?;
    let mut boards = vec![Board::default(); readers.len()];
    for picture in &pictures {
        let Ok((luma, width, height)) = folders::luma(&picture.path) else { continue };
        for (at, (reader, board)) in readers.iter_mut().zip(&mut boards).enumerate() {
            let outcome = folders::score(picture, &with.read(reader.as_mut(), &luma, width, height)?);
            for bytes in &outcome.wrong {
                println!(
                    "wrong  {} {} {}",
                    with.readers[at],
                    picture.path.display(),
                    String::from_utf8_lossy(bytes)
                );
            }
            let read = outcome.asked.iter().filter(|(_, read)| *read).count();
            if missed && at == 0 && read < outcome.asked.len() {
                println!("missed {}: {read} of {} read", picture.path.display(), outcome.asked.len());
            }
            board.tiers.entry(picture.folder.clone()).or_default().add(&outcome);
        }
    }
    print!("{}", report::tables(&with.readers, &boards, false));
    Ok(())
}
