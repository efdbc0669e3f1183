//! Linear symbols: Code 128, Code 39, EAN/UPC and Interleaved 2 of 5.
//!
//! Stripes ([`stripes`]) → bands across them ([`strip`]) → readings of each band → a message that bands agree on
//! ([`agreement`]). One band proves little: check digits are few and some symbologies have none.

mod agreement;
pub(super) mod code128;
mod code128_reader;
mod code39;
mod ean;
mod gaps;
mod itf;
mod profile;
pub(super) mod rows;
mod runs;
mod strip;
mod stripes;

use std::sync::OnceLock;

use crate::frame::{pyramid::Grey, texture::Texture};

use super::{Format, Message, Point};

use agreement::Votes;
use code128_reader::Waveforms;
use profile::Profile;
use strip::{Band, Strip};
pub(super) use stripes::Stripes;

/// A reading in a profile, from where to where in samples along it.
#[derive(Debug, Clone)]
struct Found {
    format: Format,
    message: Message,
    from: f32,
    to: f32,
}

/// Bands looked at first: three apart, so that a clean symbol is proven by them.
const FIRST: [Band; 3] = [Band::new(0.38, 0.62), Band::new(0.1, 0.34), Band::new(0.66, 0.9)];

/// Thick bands against noise, and thin ones for bars that bend; those of a kind lie apart.
const THEN: [Band; 11] = [
    Band::new(0.05, 0.5),
    Band::new(0.5, 0.95),
    Band::new(0.02, 0.34),
    Band::new(0.34, 0.66),
    Band::new(0.66, 0.98),
    Band::new(0.08, 0.22),
    Band::new(0.22, 0.36),
    Band::new(0.36, 0.5),
    Band::new(0.5, 0.64),
    Band::new(0.64, 0.78),
    Band::new(0.78, 0.92),
];

/// Of these, bands that tell whether more effort pays: what no band has read until then is no symbol.
const TRIED: usize = 2;

/// The blur that sampling between pixels adds, in pixels.
const OWN_BLUR: f32 = 0.5;

/// Blurs taken back where a symbol does not give in at once, in pixels.
const BLURS: [f32; 3] = [OWN_BLUR, 1.0, 1.4];

/// Fewest edges of a symbol: UPC-E has 34, and some may be lost.
const LEAST_EDGES: usize = 24;

/// Fewest edges of a few lines through its middle, before it is straightened.
const LEAST_AT_FIRST: usize = 16;

/// Mean pixels an element below which another level, where all is twice as large, is the place for effort.
const SMALL: f32 = 3.0;

/// Mean pixels an element below which nothing is read on the finest level either.
const TOO_SMALL: f32 = 1.6;

/// Mean pixels an element above which the level where all is half as large was the place for effort.
const LARGE: f32 = 16.0;

/// Likeness of bands below which they do not see the same bars, and no effort makes them: wood, cloth, cardboard.
const LEAST_LIKENESS: f32 = 0.6;

/// Pixels within which a change counts there: a bar's edge, not a shadow.
const CHANGE: f32 = 4.0;

/// Where the stripes of an image are, the largest first.
pub(in crate::symbol) fn stripes(image: &Grey<'_>, texture: &Texture) -> Vec<Stripes> {
    stripes::of(image, texture)
}

/// The symbols among stripes, with their corners; `finest` on the level of the frame itself.
pub(super) fn read(image: &Grey<'_>, stripes: Stripes, finest: bool) -> Vec<(Format, Message, [Point; 4])> {
    let mut found = read_strip(image, stripes, finest);
    // Beyond the image a profile goes on with the last pixel, which looks like a quiet zone.
    found.retain(|(format, message, corners)| {
        *format != Format::ITF || itf::is_whole(&message.bytes, corners, image.width, image.height)
    });
    found
}

fn read_strip(image: &Grey<'_>, stripes: Stripes, finest: bool) -> Vec<(Format, Message, [Point; 4])> {
    if Strip::edges_at_first(image, stripes) < LEAST_AT_FIRST {
        return Vec::new();
    }
    let strip = Strip::of(image, stripes);
    let profiles = FIRST.map(|band| (band, strip.profile(image, band).sharpened(OWN_BLUR)));
    let Some(element) = mean_element(&profiles) else { return Vec::new() };
    let mut votes = Votes::default();
    for (band, profile) in &profiles {
        read_band(profile, *band, &mut votes);
    }
    if votes.are_enough() || element > LARGE || element < if finest { TOO_SMALL } else { SMALL } {
        return votes.agreed(&strip);
    }
    if likeness(&profiles) < LEAST_LIKENESS {
        return Vec::new();
    }
    let mut plain: [Option<Profile>; THEN.len()] = [const { None }; THEN.len()];
    for light in polarities(&profiles) {
        let mut votes = if light { votes.clone() } else { Votes::default() };
        'bands: for (index, (band, plain)) in THEN.into_iter().zip(&mut plain).enumerate() {
            if index == TRIED && votes.is_empty() {
                break;
            }
            let plain = plain.get_or_insert_with(|| strip.profile(image, band));
            for blur in BLURS {
                let profile = plain.sharpened(blur);
                read_band(&if light { profile } else { profile.inverted() }, band, &mut votes);
                if votes.are_enough() {
                    break 'bands;
                }
            }
        }
        let agreed = votes.agreed(&strip);
        if !agreed.is_empty() {
            return agreed;
        }
    }
    Vec::new()
}

/// How alike the two likest bands are: the correlation of what changes along them within [`CHANGE`].
fn likeness(profiles: &[(Band, Profile)]) -> f32 {
    let changes: Vec<Vec<f32>> = profiles.iter().map(|(_, profile)| profile.changes(CHANGE)).collect();
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let pairs =
        changes.iter().enumerate().flat_map(|(at, a)| changes.iter().skip(at + 1).map(move |b| (a, b)));
    pairs
        .map(|(a, b)| product(a, b) / (product(a, a) * product(b, b)).sqrt().max(f32::EPSILON))
        .fold(0.0, f32::max)
}

/// Mean pixels an element of the band with most edges; `None` where there are too few for a symbol.
fn mean_element(profiles: &[(Band, Profile)]) -> Option<f32> {
    profiles
        .iter()
        .map(|(_, profile)| (profile.edges(), profile.step()))
        .filter(|(edges, _)| edges.len() >= LEAST_EDGES)
        .max_by_key(|(edges, _)| edges.len())
        .and_then(|(edges, step)| {
            let (first, last) = (edges.first()?, edges.last()?);
            Some((last.at - first.at) * step / edges.len() as f32)
        })
}

/// What the ground may be, light (true) or dark, the likelier first: as it is in front of and behind the stripes.
fn polarities(profiles: &[(Band, Profile)]) -> Vec<bool> {
    let (mut light, mut dark) = (0, 0);
    for (_, profile) in profiles {
        let edges = profile.edges();
        light += usize::from(edges.first().is_some_and(|edge| edge.falls));
        light += usize::from(edges.last().is_some_and(|edge| !edge.falls));
        dark += usize::from(edges.first().is_some_and(|edge| !edge.falls));
        dark += usize::from(edges.last().is_some_and(|edge| edge.falls));
    }
    match (light, dark) {
        (_, 0) => vec![true],
        (0, _) => vec![false],
        _ => vec![light >= dark, light < dark],
    }
}

fn read_band(profile: &Profile, band: Band, votes: &mut Votes) {
    for reversed in [false, true] {
        let turned;
        let profile = if reversed {
            turned = profile.reversed();
            &turned
        } else {
            profile
        };
        let edges = profile.edges();
        let found = [
            code128_reader::read(profile, &edges, waveforms()),
            ean::read(&edges),
            code39::read(&edges),
            itf::read(&edges),
        ];
        for found in found.into_iter().flatten() {
            votes.add(found, band, reversed, profile.values.len() as f32 - 1.0);
        }
    }
}

/// What the characters of Code 128 look like, made once.
fn waveforms() -> &'static Waveforms {
    static MADE: OnceLock<Waveforms> = OnceLock::new();
    MADE.get_or_init(Waveforms::new)
}

#[cfg(test)]
mod tests {
    use super::profile::{Edge, Profile};
    use super::{Band, likeness};

    #[test]
    fn bands_that_see_the_same_bars_are_alike_whatever_their_light() {
        let bars =
            |phase: usize| (0..200).map(move |t| if (t * t / 40 + phase) % 10 < 5 { 40.0 } else { 180.0 });
        let shaded = |t: usize, grey: f32| 0.6 * grey + t as f32 / 4.0;
        let band = |values: Vec<f32>| (Band::new(0.0, 0.1), Profile::new(values, 1.0));
        let dim = bars(0).enumerate().map(|(t, grey)| shaded(t, grey)).collect();
        assert!(likeness(&[band(bars(0).collect()), band(dim)]) > 0.95);
        let wood: Vec<f32> = (0..200).map(|t| if t * 7 % 31 < 15 { 60.0 } else { 160.0 }).collect();
        assert!(likeness(&[band(bars(0).collect()), band(wood)]) < 0.4);
        assert_eq!(likeness(&[band(vec![9.0; 50]), band(vec![9.0; 50])]), 0.0);
    }

    /// Edges of elements of the given widths, the first a light one.
    pub(super) fn edges_of(widths: &[f32]) -> Vec<Edge> {
        let mut at = 0.0;
        widths
            .iter()
            .take(widths.len() - 1)
            .enumerate()
            .map(|(index, width)| {
                at += width * 3.0;
                Edge { at, falls: index % 2 == 0 }
            })
            .collect()
    }
}
