//! Reads a folder of samples and says which were read right, wrong or not at all.
//!
//! `cargo run --release --example read_folder -- ../shared/data/samples/datamatrix-1 …` (a `.txt` beside each
//! image holds its message) or `-- ../shared/data/photos/index.jsonl` (a line an image).

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use udi_verify::{
    frame::Frame,
    symbol::{ReadOptions, read},
};

/// An image and the messages known to be in it.
struct Sample {
    image: PathBuf,
    messages: Vec<String>,
    /// Further symbols may be in the frame.
    partial: bool,
}

#[derive(Default)]
struct Tally {
    known: usize,
    right: usize,
    wrong: usize,
    times: Vec<Duration>,
}

fn main() {
    for argument in std::env::args().skip(1) {
        let path = Path::new(&argument);
        let samples = if path.is_dir() { from_folder(path) } else { from_index(path) };
        let mut tally = Tally::default();
        for sample in &samples {
            tally.add(sample);
        }
        tally.times.sort();
        let median = tally.times.get(tally.times.len() / 2).copied().unwrap_or_default();
        println!(
            "{argument}: {} of {} read, {} wrong, median {:.1} ms",
            tally.right,
            tally.known,
            tally.wrong,
            median.as_secs_f64() * 1e3
        );
    }
}

impl Tally {
    fn add(&mut self, sample: &Sample) {
        let Ok(image) = image::open(&sample.image) else { return };
        let image = image.into_rgba8();
        let (width, height) = image.dimensions();
        let Ok(frame) = Frame::new(&image, width, height) else { return };
        let start = Instant::now();
        let symbols = read(&frame, &options());
        let time = start.elapsed();
        self.times.push(time);
        let mut missing = sample.messages.clone();
        let mut right = 0;
        for symbol in &symbols {
            let text = symbol.text();
            match missing.iter().position(|message| *message == text) {
                Some(index) => {
                    missing.swap_remove(index);
                    right += 1;
                }
                None if !sample.partial && !sample.messages.contains(&text) => {
                    self.wrong += 1;
                    println!("  wrong: {} {:?} {text:?}", sample.image.display(), symbol.format);
                }
                None => {}
            }
        }
        self.known += sample.messages.len();
        self.right += right;
        if right < sample.messages.len() {
            println!(
                "  missed: {} {}/{} {} ms",
                sample.image.display(),
                right,
                sample.messages.len(),
                time.as_millis()
            );
        }
    }
}

fn from_folder(folder: &Path) -> Vec<Sample> {
    let mut images: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            matches!(path.extension().and_then(|ext| ext.to_str()), Some("png" | "jpg" | "jpeg" | "webp"))
        })
        .collect();
    images.sort();
    images
        .into_iter()
        .map(|image| {
            let messages = std::fs::read(image.with_extension("txt")).map(|bytes| {
                String::from_utf8(bytes)
                    .unwrap_or_else(|error| error.into_bytes().iter().map(|&b| char::from(b)).collect())
            });
            Sample { messages: messages.into_iter().collect(), image, partial: false }
        })
        .collect()
}

fn from_index(index: &Path) -> Vec<Sample> {
    let folder = index.parent().unwrap_or(Path::new("."));
    let lines = std::fs::read_to_string(index).unwrap_or_default();
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|entry| Sample {
            image: folder.join(entry["file"].as_str().unwrap_or_default()),
            messages: entry["content"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|message| Some(message.as_str()?.to_owned()))
                .collect(),
            partial: entry["partial_truth"].as_bool().unwrap_or(false),
        })
        .collect()
}

/// Ours alone where the environment says `ALONE`.
fn options() -> ReadOptions {
    ReadOptions { try_harder: std::env::var_os("ALONE").is_none(), ..ReadOptions::default() }
}
