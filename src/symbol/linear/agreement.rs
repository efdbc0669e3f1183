//! Which message the bands of a strip agree on.
//!
//! Bands that lie apart see other lines of print, so that a scratch or a stain does not harm both alike. What two
//! of them give counts for a symbology that checks every character, for the others it takes three.

use super::{Band, Format, Found, Message, Point, Strip};
use crate::frame::ranking::lowest_first;

/// One message, and the bands that gave it.
#[derive(Debug, Clone)]
struct Vote {
    found: Found,
    bands: Vec<Band>,
    reversed: bool,
    /// Length of the profiles, in samples.
    length: f32,
}

/// The readings of a strip's bands.
#[derive(Debug, Clone, Default)]
pub(super) struct Votes(Vec<Vote>);

impl Votes {
    /// Adds a reading of a band; `length` is that of its profile.
    pub(super) fn add(&mut self, found: Found, band: Band, reversed: bool, length: f32) {
        let same = |vote: &&mut Vote| {
            vote.found.format == found.format
                && vote.found.message == found.message
                && vote.reversed == reversed
        };
        match self.0.iter_mut().find(same) {
            Some(vote) if vote.bands.contains(&band) => {}
            Some(vote) => vote.bands.push(band),
            None => self.0.push(Vote { found, bands: vec![band], reversed, length }),
        }
    }

    /// Whether no band has read anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some message is proven, and none speaks against it.
    pub(super) fn are_enough(&self) -> bool {
        self.proven().next().is_some()
    }

    /// The proven messages, with the corners of their symbols.
    pub(super) fn agreed(&self, strip: &Strip) -> Vec<(Format, Message, [Point; 4])> {
        self.proven()
            .map(|vote| {
                let Found { format, ref message, from, to } = vote.found;
                let flip = |t: f32| if vote.reversed { vote.length - t } else { t };
                let (from, to) = (flip(from), flip(to));
                let (top, bottom) = if vote.reversed { (1.0, 0.0) } else { (0.0, 1.0) };
                let corners = [(from, top), (to, top), (to, bottom), (from, bottom)];
                (format, message.clone(), corners.map(|(t, share)| strip.place(t, share)))
            })
            .collect()
    }

    /// Messages that enough bands gave, and that no other reading of the same place comes near.
    fn proven(&self) -> impl Iterator<Item = &Vote> {
        self.0.iter().filter(|vote| {
            let rivals = self.0.iter().filter(|other| !std::ptr::eq(*other, *vote) && overlap(other, vote));
            let strongest = rivals.map(|other| apart(&other.bands)).max().unwrap_or(0);
            let own = apart(&vote.bands);
            own >= least_bands(vote.found.format) && own >= 3 * strongest
        })
    }
}

/// Most bands among these that lie apart.
fn apart(bands: &[Band]) -> usize {
    let mut sorted = bands.to_vec();
    lowest_first(&mut sorted, |item| item.bottom);
    let mut last: Option<Band> = None;
    sorted
        .into_iter()
        .filter(|&band| {
            let fits = last.is_none_or(|last| last.is_apart(band));
            if fits {
                last = Some(band);
            }
            fits
        })
        .count()
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
    use super::*;
    use crate::symbol::SymbologyIdentifier;

    fn found(format: Format, bytes: &[u8]) -> Found {
        let symbology_identifier = SymbologyIdentifier::new(b'X', b'0');
        let message = Message { bytes: bytes.to_vec(), symbology_identifier };
        Found { format, message, from: 10.0, to: 90.0 }
    }

    fn proven(readings: &[(Format, &[u8], (f32, f32))]) -> usize {
        let mut votes = Votes::default();
        for &(format, bytes, (top, bottom)) in readings {
            votes.add(found(format, bytes), Band::new(top, bottom), false, 100.0);
        }
        votes.proven().count()
    }

    #[test]
    fn bands_that_overlap_are_one_witness() {
        use Format::{Code39, Code128};
        assert_eq!(proven(&[(Code128, b"a", (0.0, 0.5)), (Code128, b"a", (0.3, 0.8))]), 0);
        assert_eq!(proven(&[(Code128, b"a", (0.0, 0.5)), (Code128, b"a", (0.5, 1.0))]), 1);
        assert_eq!(proven(&[(Code39, b"a", (0.0, 0.5)), (Code39, b"a", (0.5, 1.0))]), 0);
        let three = [(0.0, 0.2), (0.2, 0.4), (0.1, 0.3), (0.7, 0.9)].map(|band| (Code39, &b"a"[..], band));
        assert_eq!(proven(&three), 1);
    }

    #[test]
    fn a_rival_with_a_third_as_many_bands_stands_in_the_way() {
        use Format::Code128;
        let own = [(0.0, 0.2), (0.2, 0.4), (0.4, 0.6)].map(|band| (Code128, &b"a"[..], band));
        assert_eq!(proven(&own), 1);
        assert_eq!(proven(&[&own[..], &[(Code128, b"b", (0.8, 1.0))]].concat()), 1);
        assert_eq!(proven(&[&own[..2], &[(Code128, b"b", (0.8, 1.0))]].concat()), 0);
    }
}
