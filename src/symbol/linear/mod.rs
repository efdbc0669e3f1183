//! Linear symbols: Code 128, Code 39, EAN/UPC and Interleaved 2 of 5.
//!
//! A region of stripes → bands across it ([`profile`]) → readings of each band → a message that bands agree on.
//! One band proves little: check digits are few and some symbologies have none.

pub(super) mod code128;
mod code128_reader;
mod code39;
mod ean;
mod itf;
mod profile;
mod runs;

use crate::frame::{
    pyramid::Grey,
    texture::{Region, Texture},
};

use super::{Format, Message, Point};

use code128_reader::Waveforms;
use profile::{Frame1D, Profile};

/// A reading in a profile, from where to where in pixels along it.
#[derive(Debug, Clone)]
struct Found {
    format: Format,
    message: Message,
    from: f32,
    to: f32,
}

/// Bands of a region as shares of its height: thin ones for slanted bars, then thick ones against noise.
const BANDS: [(f32, f32); 12] = [
    (0.4, 0.6),
    (0.2, 0.4),
    (0.6, 0.8),
    (0.05, 0.2),
    (0.8, 0.95),
    (0.3, 0.5),
    (0.5, 0.7),
    (0.1, 0.3),
    (0.7, 0.9),
    (0.1, 0.5),
    (0.5, 0.9),
    (0.15, 0.85),
];

/// One message, and the bands that gave it.
struct Vote {
    found: Found,
    bands: Vec<usize>,
    reversed: bool,
    length: f32,
}

/// What is the same for every region.
pub(super) struct Reader {
    waveforms: Waveforms,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { waveforms: Waveforms::new() }
    }

    /// The symbols of a region of stripes, with their corners.
    pub(super) fn read(
        &self,
        image: &Grey<'_>,
        texture: &Texture,
        region: &Region,
    ) -> Vec<(Format, Message, [Point; 4])> {
        let Some(frame) = Frame1D::of(image, texture, region) else { return Vec::new() };
        let mut votes: Vec<Vote> = Vec::new();
        for (band, (top, bottom)) in BANDS.into_iter().enumerate() {
            let profile = frame.profile(image, top, bottom);
            self.read_band(&profile, band, &mut votes);
            // Nothing at all in the three middle bands: the rest is not worth its time.
            if (band == 4 && votes.is_empty()) || votes.iter().any(|vote| vote.bands.len() >= 6) {
                break;
            }
        }
        if votes.is_empty() {
            for (band, (top, bottom)) in BANDS.into_iter().enumerate().skip(9) {
                self.read_band(&frame.profile(image, top, bottom), band, &mut votes);
                self.read_band(&frame.profile(image, top, bottom).inverted(), band, &mut votes);
            }
        }
        agreed(&votes)
            .map(|vote| {
                let found = &vote.found;
                let flip = |t: f32| if vote.reversed { vote.length - t } else { t };
                let (from, to) = (flip(found.from), flip(found.to));
                let corners = if vote.reversed {
                    [
                        frame.place(from, 1.0),
                        frame.place(to, 1.0),
                        frame.place(to, 0.0),
                        frame.place(from, 0.0),
                    ]
                } else {
                    [
                        frame.place(from, 0.0),
                        frame.place(to, 0.0),
                        frame.place(to, 1.0),
                        frame.place(from, 1.0),
                    ]
                };
                (found.format, found.message.clone(), corners)
            })
            .collect()
    }

    fn read_band(&self, profile: &Profile, band: usize, votes: &mut Vec<Vote>) {
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
                code128_reader::read(profile, &edges, &self.waveforms),
                ean::read(&edges),
                code39::read(&edges),
                itf::read(&edges),
            ];
            for found in found.into_iter().flatten() {
                let same = |vote: &&mut Vote| {
                    vote.found.format == found.format
                        && vote.found.message == found.message
                        && vote.reversed == reversed
                };
                match votes.iter_mut().find(same) {
                    Some(vote) => vote.bands.push(band),
                    None => votes.push(Vote {
                        found,
                        bands: vec![band],
                        reversed,
                        length: profile.values.len() as f32 - 1.0,
                    }),
                }
            }
        }
    }
}

/// Messages that enough bands gave, and that no other reading of the same place comes near.
fn agreed(votes: &[Vote]) -> impl Iterator<Item = &Vote> {
    votes.iter().filter(move |vote| {
        let rivals = votes.iter().filter(|other| !std::ptr::eq(*other, *vote) && overlap(other, vote));
        let strongest = rivals.map(|other| other.bands.len()).max().unwrap_or(0);
        vote.bands.len() >= least_bands(vote.found.format) && vote.bands.len() >= 3 * strongest
    })
}

/// Code 128 checks every character (its bars have even parity) and all of them together; the others less.
fn least_bands(format: Format) -> usize {
    match format {
        Format::Code128 => 2,
        _ => 3,
    }
}

fn overlap(one: &Vote, other: &Vote) -> bool {
    let span = |vote: &Vote| {
        let Found { from, to, .. } = vote.found;
        if vote.reversed { (vote.length - to, vote.length - from) } else { (from, to) }
    };
    let (a, b) = (span(one), span(other));
    a.0 < b.1 && b.0 < a.1
}

#[cfg(test)]
mod tests {
    use super::profile::Edge;

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
