//! Readings held against the truth.

use std::collections::BTreeMap;

use crate::readers::Answer;
use crate::truth::Truth;

/// What became of one frame.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Of each asked symbol, in the truth's order: its kind and whether it was read.
    pub asked: Vec<(String, bool)>,
    /// Readings of no symbol that is there.
    pub wrong: Vec<Vec<u8>>,
    /// Milliseconds taken.
    pub milliseconds: f64,
}

/// Scores `answer`: a symbol is read when its exact message is among the readings; a reading that matches no
/// symbol of the frame is wrong.
pub fn score(truth: &Truth, answer: &Answer) -> Outcome {
    let has = |bytes: &[u8]| answer.readings.iter().any(|reading| reading.bytes == bytes);
    let asked = truth.symbols.iter().filter(|known| known.asked);
    let known = |bytes: &[u8]| truth.symbols.iter().any(|known| known.bytes == bytes);
    let wrong = answer.readings.iter().filter(|reading| !known(&reading.bytes));
    Outcome {
        asked: asked.map(|known| (known.kind.clone(), has(&known.bytes))).collect(),
        wrong: wrong.map(|reading| reading.bytes.clone()).collect(),
        milliseconds: answer.milliseconds,
    }
}

/// Counts over many frames.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Frames.
    pub frames: usize,
    /// Symbols asked for.
    pub asked: usize,
    /// Of those, read.
    pub read: usize,
    /// Wrong readings.
    pub wrong: usize,
    times: Vec<f64>,
}

impl Tally {
    /// Counts one frame.
    pub fn add(&mut self, outcome: &Outcome) {
        self.add_symbols(outcome.asked.iter());
        self.frames += 1;
        self.wrong += outcome.wrong.len();
        self.times.push(outcome.milliseconds);
    }

    /// Counts symbols alone.
    pub fn add_symbols<'a>(&mut self, symbols: impl Iterator<Item = &'a (String, bool)>) {
        for (_, read) in symbols {
            self.asked += 1;
            self.read += usize::from(*read);
        }
    }

    /// The time that `share` of the frames stay within, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let at = (share * times.len() as f64).ceil() as usize;
        times.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
    }
}

/// What a reader made of one clip.
#[derive(Debug, Clone, Default)]
pub struct ClipOutcome {
    /// Frames up to and with the first in which the main symbol was read.
    pub first: Option<usize>,
    /// Milliseconds of reading up to that frame's end.
    pub milliseconds: f64,
    /// Frames in which it was read.
    pub read: usize,
    /// Wrong readings, each message once.
    pub wrong: usize,
    /// Wrong readings seen in two frames or more, which agreement of two frames would let through.
    pub wrong_twice: usize,
}

impl ClipOutcome {
    /// Puts the frames of one clip together.
    pub fn of(frames: &[Outcome]) -> Self {
        let has_main = |outcome: &Outcome| outcome.asked.first().is_some_and(|(_, read)| *read);
        let first = frames.iter().position(has_main).map(|at| at + 1);
        let mut wrong: BTreeMap<&[u8], usize> = BTreeMap::new();
        for bytes in frames.iter().flat_map(|outcome| &outcome.wrong) {
            *wrong.entry(bytes).or_default() += 1;
        }
        Self {
            first,
            milliseconds: frames
                .iter()
                .take(first.unwrap_or(frames.len()))
                .map(|outcome| outcome.milliseconds)
                .sum(),
            read: frames.iter().filter(|outcome| has_main(outcome)).count(),
            wrong: wrong.len(),
            wrong_twice: wrong.values().filter(|&&times| times > 1).count(),
        }
    }
}

/// Tallies by tier and by tier and kind.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// By tier.
    pub tiers: BTreeMap<String, Tally>,
    /// By kind, over all tiers.
    pub kinds: BTreeMap<String, Tally>,
    /// Main symbols by tier that were missed: how many, and how many of them the oracle reads.
    pub missed: BTreeMap<String, (usize, usize)>,
    /// By effect that the frame has, over all tiers.
    pub effects: BTreeMap<String, Tally>,
}

impl Board {
    /// Counts one frame everywhere it belongs.
    ///
    /// `readable` tells whether the oracle reads the main symbol.
    pub fn add(&mut self, truth: &Truth, outcome: &Outcome, readable: bool) {
        if outcome.asked.first().is_some_and(|(_, read)| !read) {
            let missed = self.missed.entry(truth.tier.clone()).or_default();
            missed.0 += 1;
            missed.1 += usize::from(readable);
        }
        self.tiers.entry(truth.tier.clone()).or_default().add(outcome);
        for symbol in &outcome.asked {
            self.kinds.entry(symbol.0.clone()).or_default().add_symbols(std::iter::once(symbol));
        }
        for (name, value) in &truth.effects {
            let class = effect_class(name, value);
            self.effects.entry(class).or_default().add(outcome);
        }
    }
}

/// Effects in classes: numbers that every frame has are cut into bands, the rest count by name.
fn effect_class(name: &str, value: &str) -> String {
    let band = |edges: &[f32]| {
        let value: f32 = value.split(' ').next_back().and_then(|text| text.parse().ok()).unwrap_or(0.0);
        let below = edges.iter().find(|&&edge| value < edge);
        below.map_or(format!("{name} over {}", edges[edges.len() - 1]), |edge| format!("{name} under {edge}"))
    };
    match name {
        "module" => band(&[2.0, 2.5, 3.0, 4.0, 6.0]),
        "tilt" => band(&[10.0, 20.0, 30.0, 40.0]),
        "contrast" => band(&[40.0, 60.0, 90.0]),
        "noise" => band(&[2.0, 4.0, 6.0]),
        "blur" if value.starts_with("bell") => band(&[0.5, 0.8, 1.1]),
        "blur" => "defocus disc".to_owned(),
        "scene" => format!("scene {value}"),
        "mark" => format!("mark {}", value.split('(').next().unwrap_or(value)),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::Reading;
    use crate::truth::Known;
    use udi_verify::symbol::{Format, Point, SymbologyIdentifier};

    fn known(bytes: &[u8], asked: bool) -> Known {
        Known {
            kind: "gs1-datamatrix".to_owned(),
            format: Format::DataMatrix,
            symbology_identifier: SymbologyIdentifier::new(b'd', b'2'),
            bytes: bytes.to_vec(),
            corners: [Point { x: 0.0, y: 0.0 }; 4],
            asked,
        }
    }

    #[test]
    fn a_decoy_may_be_read_and_an_invention_may_not() {
        let symbols = vec![known(b"asked", true), known(b"decoy", false)];
        let truth = Truth { name: String::new(), tier: String::new(), symbols, effects: Vec::new() };
        let read = |messages: &[&[u8]]| {
            let reading = |bytes: &&[u8]| Reading {
                format: None,
                identifier: None,
                bytes: bytes.to_vec(),
                text: String::new(),
            };
            score(&truth, &Answer { readings: messages.iter().map(reading).collect(), milliseconds: 1.0 })
        };
        let right = read(&[b"decoy", b"asked"]);
        assert!(right.asked[0].1 && right.wrong.is_empty());
        let wrong = read(&[b"askee"]);
        assert!(!wrong.asked[0].1 && wrong.wrong == [b"askee"]);
    }
}
