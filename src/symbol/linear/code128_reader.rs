//! Code 128 in a profile: a start pattern by its edges, then character after character by its waveform.
//!
//! At one and a half pixels a module edges run into each other, but eleven modules together still look like one
//! character and no other. Each is compared with all of them as they would look blurred; place and module size
//! are tracked from character to character.

use super::{
    Found,
    code128::{self, START_A, START_C},
    profile::{Edge, Profile},
};
use crate::symbol::Format;

/// Widths of bars and spaces of the characters 0 to 105, ISO/IEC 15417 table 1.
#[rustfmt::skip]
pub(super) const PATTERNS: [u32; 106] = [
    212222, 222122, 222221, 121223, 121322, 131222, 122213, 122312, 132212, 221213,
    221312, 231212, 112232, 122132, 122231, 113222, 123122, 123221, 223211, 221132,
    221231, 213212, 223112, 312131, 311222, 321122, 321221, 312212, 322112, 322211,
    212123, 212321, 232121, 111323, 131123, 131321, 112313, 132113, 132311, 211313,
    231113, 231311, 112133, 112331, 132131, 113123, 113321, 133121, 313121, 211331,
    231131, 213113, 213311, 213131, 311123, 311321, 331121, 312113, 312311, 332111,
    314111, 221411, 431111, 111224, 111422, 121124, 121421, 141122, 141221, 112214,
    112412, 122114, 122411, 142112, 142211, 241211, 221114, 413111, 241112, 134111,
    111242, 121142, 121241, 114212, 124112, 124211, 411212, 421112, 421211, 212141,
    214121, 412121, 111143, 111341, 131141, 114113, 114311, 411113, 411311, 113141,
    114131, 311141, 411131, 211412, 211214, 211232,
];

/// The stop character.
pub(super) const STOP_PATTERN: u32 = 2331112;

/// Modules of a character.
const MODULES: usize = 11;

/// Samples taken a module.
const PER_MODULE: usize = 3;

/// Samples of a character's waveform, with a module of what is known to border it on either side.
const SAMPLES: usize = (MODULES + 1) * PER_MODULE;

/// Least correlation of a character with its waveform.
const LEAST_FIT: f32 = 0.6;

/// Least mean correlation of a symbol's characters.
const LEAST_MEAN_FIT: f32 = 0.8;

/// Most characters of a symbol: GS1-128 stops at 48 data characters; others may go on.
const MOST_CHARACTERS: usize = 110;

/// Waveforms of all characters, zero mean and unit length.
pub(super) struct Waveforms(Vec<[f32; SAMPLES]>);

impl Waveforms {
    /// Blurred as a camera at its limit blurs.
    pub(super) fn new() -> Self {
        Self(PATTERNS.iter().chain([&STOP_PATTERN]).map(|&pattern| waveform(pattern)).collect())
    }
}

/// Widths of a pattern written in decimal.
pub(super) fn widths(pattern: u32) -> impl Iterator<Item = usize> + Clone {
    (0..7).rev().map(move |digit| (pattern / 10u32.pow(digit) % 10) as usize).filter(|&width| width > 0)
}

/// The first eleven modules of a pattern as seen through a blur of 0.45 modules: half a module of space in front
/// and of a bar behind, as every character is followed by a bar. Samples lie at the middles of thirds.
fn waveform(pattern: u32) -> [f32; SAMPLES] {
    let mut modules = vec![1.0f32; 2];
    for (index, width) in widths(pattern).enumerate() {
        modules.extend(std::iter::repeat_n(if index % 2 == 0 { -1.0 } else { 1.0 }, width));
    }
    modules.truncate(MODULES + 2);
    modules.extend([-1.0, -1.0]);
    let mut out = [0.0; SAMPLES];
    for (index, sample) in out.iter_mut().enumerate() {
        // In modules from the start of `modules`.
        let at = 1.5 + (index as f32 + 0.5) / PER_MODULE as f32;
        let mut weights = 0.0;
        for (module, value) in modules.iter().enumerate() {
            let offset = (module as f32 + 0.5 - at) / 0.55;
            let weight = (-0.5 * offset * offset).exp();
            *sample += weight * value;
            weights += weight;
        }
        *sample /= weights;
    }
    normalised(out)
}

fn normalised(mut samples: [f32; SAMPLES]) -> [f32; SAMPLES] {
    let mean = samples.iter().sum::<f32>() / SAMPLES as f32;
    let length = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f32>().sqrt().max(1e-3);
    for sample in &mut samples {
        *sample = (*sample - mean) / length;
    }
    samples
}

/// Every Code 128 symbol of a profile.
pub(super) fn read(profile: &Profile, edges: &[Edge], waveforms: &Waveforms) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for window in edges.windows(7) {
        let (Some(first), Some(last)) = (window.first(), window.last()) else { continue };
        if !first.falls || found.last().is_some_and(|other| first.at < other.to) || !is_start(window) {
            continue;
        }
        let module = (last.at - first.at) / MODULES as f32;
        if !is_quiet(profile, first.at - 5.0 * module, first.at - module, first.at, module) {
            continue;
        }
        found.extend(track(profile, edges, first.at, module, waveforms));
    }
    found
}

/// Whether six elements look like a start pattern: from edge to like edge, so that print gain cancels.
fn is_start(edges: &[Edge]) -> bool {
    let Some(&[a, b, c, d, e, _, g]) = edges.first_chunk::<7>() else { return false };
    let module = (g.at - a.at) / MODULES as f32;
    let seen = [c.at - a.at, d.at - b.at, e.at - c.at].map(|distance| distance / module);
    // 211412, 211214, 211232
    [[3.0, 2.0, 5.0], [3.0, 2.0, 3.0], [3.0, 2.0, 3.0]]
        .iter()
        .any(|start| seen.iter().zip(start).all(|(seen, wanted)| (seen - wanted).abs() < 0.8))
}

/// Whether a stretch is light, as light as a symbol's spaces are, and even.
fn is_quiet(profile: &Profile, from: f32, to: f32, near: f32, module: f32) -> bool {
    if from < -module || to > profile.values.len() as f32 + module {
        return false;
    }
    let range = |from: f32, to: f32| {
        let steps = 1 + (to - from) as usize;
        (0..=steps)
            .map(|step| profile.at(from + (to - from) * step as f32 / steps as f32))
            .fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let inside = range(near - 12.0 * module, near + 12.0 * module);
    let quiet = range(from, to);
    quiet.0 > inside.0 + 0.5 * (inside.1 - inside.0)
}

/// How near to where a character is expected its first edge must be to be taken for it, in modules.
const NEAR: f32 = 0.45;

/// How much of what a character's width is off by is taken over by the size of a module, and by its growth from one
/// character to the next.
const SIZE_GAIN: f32 = 0.4;
const GROWTH_GAIN: f32 = 0.15;

/// Most that a character is wider or narrower than the last: a tilt of 60° at arm's length.
const MOST_GROWTH: f32 = 0.04;

/// Reads characters from a start on, until the stop.
fn track(profile: &Profile, edges: &[Edge], start: f32, module: f32, waveforms: &Waveforms) -> Option<Found> {
    // Under perspective each character is narrower than the last by about the same share.
    let (mut at, mut module, mut growth) = (start, module, 0.0f32);
    let mut characters: Vec<u8> = Vec::new();
    let (mut fit_sum, mut fits) = (0.0, 0.0);
    for index in 0..MOST_CHARACTERS {
        let (character, fit, shift, stretch) = best(profile, at, module, waveforms)?;
        if fit < LEAST_FIT || (index == 0) != (START_A..=START_C).contains(&character) {
            return None;
        }
        fit_sum += fit;
        fits += 1.0;
        // Follow place and size, but not every whim of the noise.
        module *= 1.0 + 0.4 * stretch;
        let expected = at + 0.6 * shift + MODULES as f32 * module;
        // Every character begins with the edge of a bar: under perspective that is surer than counting modules.
        let next = edges
            .iter()
            .filter(|edge| edge.falls && (edge.at - expected).abs() < NEAR * module)
            .min_by(|a, b| (a.at - expected).abs().total_cmp(&(b.at - expected).abs()))
            .map_or(expected, |edge| 0.5 * (edge.at + expected));
        if index > 0 {
            let off = (next - at) / MODULES as f32 / module - 1.0;
            growth = (growth + GROWTH_GAIN * off).clamp(-MOST_GROWTH, MOST_GROWTH);
            module *= (1.0 + SIZE_GAIN * off) * (1.0 + growth);
        }
        at = next;
        if character == code128::STOP {
            let end = at + 2.0 * module;
            let quiet = is_quiet(profile, end + module, end + 4.0 * module, end, module);
            let proven = quiet && characters.len() >= 3 && fit_sum / fits >= LEAST_MEAN_FIT;
            let message = proven.then(|| code128::decode(&characters)).flatten()?;
            return Some(Found { format: Format::Code128, message, from: start, to: end });
        }
        characters.push(character);
    }
    None
}

/// The character at a place: value, correlation, and how far the place and the module size were off.
fn best(profile: &Profile, at: f32, module: f32, waveforms: &Waveforms) -> Option<(u8, f32, f32, f32)> {
    if at + 14.0 * module > profile.values.len() as f32 + 2.0 * module {
        return None;
    }
    let mut best = (0u8, f32::MIN, 0.0, 0.0);
    for stretch in [-0.03f32, 0.0, 0.03] {
        for shift in [-0.3f32, -0.15, 0.0, 0.15, 0.3] {
            let (start, size) = (at + shift * module, module * (1.0 + stretch));
            let mut samples = [0.0; SAMPLES];
            for (index, sample) in samples.iter_mut().enumerate() {
                *sample = profile.at(start + size * ((index as f32 + 0.5) / PER_MODULE as f32 - 0.5));
            }
            let samples = normalised(samples);
            for (value, waveform) in (0u8..).zip(&waveforms.0) {
                let fit: f32 = samples.iter().zip(waveform).map(|(a, b)| a * b).sum();
                if fit > best.1 {
                    best = (value, fit, shift * module, stretch);
                }
            }
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of a symbol drawn at `module` pixels a module and blurred.
    fn draw(body: &[u8], module: f32, sigma: f32) -> Profile {
        draw_in_perspective(body, module, 0.0, sigma)
    }

    /// The same with modules that shrink from one to the next by the share `by`.
    fn draw_in_perspective(body: &[u8], module: f32, by: f32, sigma: f32) -> Profile {
        let mut characters = body.to_vec();
        characters.push(code128::check_character(body).unwrap());
        let mut modules = vec![true; 12];
        let patterns = characters.iter().map(|&c| PATTERNS[usize::from(c)]).chain([STOP_PATTERN]);
        for pattern in patterns {
            for (index, width) in widths(pattern).enumerate() {
                modules.extend(std::iter::repeat_n(index % 2 == 1, width));
            }
        }
        modules.extend([true; 12]);
        // The place of a module's end, and the module at a place, by the sum of a geometric series.
        let end = |count: f32| {
            if by != 0.0 { module * (1.0 - (1.0 - by).powf(count)) / by } else { module * count }
        };
        let module_at =
            |x: f32| if by != 0.0 { (1.0 - x * by / module).ln() / (1.0 - by).ln() } else { x / module };
        let fine = |x: f32| modules.get(module_at(x) as usize).is_none_or(|&light| light);
        let values = (0..end(modules.len() as f32) as usize)
            .map(|x| {
                let (mut sum, mut weights) = (0.0, 0.0);
                for step in -24..=24 {
                    let offset = step as f32 / 8.0;
                    let weight = (-0.5 * (offset / sigma).powi(2)).exp();
                    sum += weight * if fine(x as f32 + 0.5 + offset) { 200.0 } else { 60.0 };
                    weights += weight;
                }
                sum / weights
            })
            .collect();
        Profile::new(values, 1.0)
    }

    #[test]
    fn characters_have_eleven_modules_and_differ() {
        for (index, &pattern) in PATTERNS.iter().enumerate() {
            assert_eq!(widths(pattern).sum::<usize>(), MODULES);
            assert!(!PATTERNS[..index].contains(&pattern));
        }
        assert_eq!(widths(STOP_PATTERN).sum::<usize>(), 13);
    }

    #[test]
    fn reads_at_one_and_a_half_pixels_a_module_in_blur() {
        let body = [105, 102, 1, 9, 50, 123 % 100, 45, 67, 89, 10, 102, 21, 33, 77];
        for (module, sigma) in [(3.0, 0.5), (2.0, 0.9), (1.5, 0.8)] {
            let profile = draw(&body, module, sigma);
            let found = read(&profile, &profile.edges(), &Waveforms::new());
            assert_eq!(found.len(), 1, "{module} {sigma}");
            assert_eq!(found[0].message.symbology_identifier.as_str(), "]C1");
        }
    }

    #[test]
    fn reads_modules_that_shrink_from_one_to_the_next() {
        let body = [105, 102, 1, 9, 50, 23, 45, 67, 89, 10, 17, 28, 5, 6, 10, 44, 71, 90, 102, 21, 33, 77];
        // From 4.5 pixels to 2.5 and to 2.0, and from 2.4 to 4.3.
        for (module, by) in [(4.5, 0.002), (4.5, 0.0028), (2.4, -0.002)] {
            let profile = draw_in_perspective(&body, module, by, 0.8);
            let found = read(&profile, &profile.edges(), &Waveforms::new());
            assert_eq!(found.len(), 1, "{module} {by}");
        }
    }
}
