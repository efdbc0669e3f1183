//! Where generated frames are lost: a line a missed symbol with the last step that was right, and a table.
//!
//! `cargo run --example frame_report -- FOLDER [NAME…]` where FOLDER holds images with a truth in `.json` beside
//! them, as the bench's `frames` command writes them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::{Duration, Instant},
};

use udi_verify::{
    frame::Frame,
    symbol::{Point, ReadOptions, Step, Symbol, read_observed},
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let names: Vec<String> = arguments.collect();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .filter(|path| names.is_empty() || names.iter().any(|name| path.to_string_lossy().contains(name)))
        .collect();
    files.sort();
    let mut table: BTreeMap<(String, String), BTreeMap<&'static str, usize>> = BTreeMap::new();
    let mut costs: BTreeMap<String, Vec<Cost>> = BTreeMap::new();
    for file in files {
        report(&file, &mut table, &mut costs);
    }
    for ((tier, kind), stages) in table {
        println!("{tier:8} {kind:28} {stages:?}");
    }
    for (tier, mut costs) in costs {
        costs.sort_by_key(|cost| cost.time);
        let (median, late) = (costs[costs.len() / 2].time, costs[costs.len() * 95 / 100].time);
        let mean =
            |count: fn(&Cost) -> usize| costs.iter().map(count).sum::<usize>() as f64 / costs.len() as f64;
        println!(
            "{tier:8} median {:.1} ms, 95th percentile {:.1} ms; a frame: {:.1} windows, {:.1} finders, {:.1} grids",
            median.as_secs_f64() * 1e3,
            late.as_secs_f64() * 1e3,
            mean(|cost| cost.windows),
            mean(|cost| cost.finders),
            mean(|cost| cost.grids),
        );
    }
}

/// What a frame took.
struct Cost {
    time: Duration,
    windows: usize,
    finders: usize,
    grids: usize,
}

/// The time this thread has been on a processor, where Linux tells; else the time of day.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn report(
    file: &Path,
    table: &mut BTreeMap<(String, String), BTreeMap<&'static str, usize>>,
    costs: &mut BTreeMap<String, Vec<Cost>>,
) {
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let Ok(truth) = serde_json::from_str::<serde_json::Value>(&text) else { return };
    let Ok(image) = image::open(file.with_extension("png")) else { return };
    let luma = image.into_luma8();
    let Ok(frame) = Frame::new(&luma, luma.width(), luma.height()) else { return };
    let mut steps = Vec::new();
    let start = clock();
    let symbols = read_observed(&frame, &options(), &mut |step| steps.push(step));
    let time = clock().saturating_sub(start);
    let tier = truth["tier"].as_str().unwrap_or("").to_owned();
    let count = |wanted: fn(&Step) -> bool| steps.iter().filter(|step| wanted(step)).count();
    costs.entry(tier.clone()).or_default().push(Cost {
        time,
        windows: count(|step| matches!(step, Step::Window { .. })),
        finders: count(|step| matches!(step, Step::Finder { .. })),
        grids: count(|step| matches!(step, Step::Grid { .. })),
    });
    let known: Vec<&str> = truth["symbols"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|symbol| symbol["bytesHex"].as_str())
        .collect();
    for symbol in &symbols {
        if !known.contains(&hex(symbol).as_str()) {
            println!("WRONG {} {:?} {:?}", truth["name"], symbol.format, symbol.text());
        }
    }
    for symbol in truth["symbols"].as_array().into_iter().flatten() {
        if symbol["asked"] != true {
            continue;
        }
        let kind = symbol["kind"].as_str().unwrap_or("").to_owned();
        let read = symbols.iter().any(|other| hex(other) == symbol["bytesHex"].as_str().unwrap_or(""));
        let stage = if read { "read" } else { stage(symbol, &steps) };
        *table.entry((tier.clone(), kind.clone())).or_default().entry(stage).or_default() += 1;
        if !read {
            println!(
                "missed {} {kind}: {stage}; {} ms; {}",
                truth["name"],
                time.as_millis(),
                truth["effects"]
            );
        }
    }
}

fn hex(symbol: &Symbol) -> String {
    symbol.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last step that was right about the symbol.
fn stage(symbol: &serde_json::Value, steps: &[Step]) -> &'static str {
    let corners: Vec<Point> = symbol["corners"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|corner| Point {
            x: corner["x"].as_f64().unwrap_or(0.0) as f32,
            y: corner["y"].as_f64().unwrap_or(0.0) as f32,
        })
        .collect();
    let side = distance(corners[0], corners[2]);
    let near = |a: Point, b: Point| distance(a, b) < 0.05 * side;
    let centre = Point { x: (corners[0].x + corners[2].x) / 2.0, y: (corners[0].y + corners[2].y) / 2.0 };
    let mut stage = "nothing";
    for step in steps {
        let reached = match step {
            Step::Window { bounds: [left, top, right, bottom], .. }
                if (*left..*right).contains(&centre.x) && (*top..*bottom).contains(&centre.y) =>
            {
                "window"
            }
            Step::Finder { points, .. }
                if points.iter().all(|point| corners.iter().any(|corner| near(*point, *corner))) =>
            {
                "xfinder"
            }
            Step::Grid { corners: found, score, .. }
                if found.iter().zip(&corners).all(|(a, b)| near(*a, *b)) =>
            {
                if *score > 0.5 {
                    "xgrid"
                } else {
                    "xgrid-weak"
                }
            }
            _ => continue,
        };
        if rank(reached) > rank(stage) {
            stage = reached;
        }
    }
    stage
}

fn rank(stage: &str) -> usize {
    ["nothing", "window", "xfinder", "xgrid-weak", "xgrid"]
        .iter()
        .position(|name| *name == stage)
        .unwrap_or(0)
}

fn distance(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Ours alone where the environment says `ALONE`.
fn options() -> ReadOptions {
    ReadOptions { try_harder: std::env::var_os("ALONE").is_none(), ..ReadOptions::default() }
}
