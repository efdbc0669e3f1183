//! Writing a lot's manifest.

use std::collections::BTreeSet;

use super::super::agency;
use super::super::bits::{BitWriter, best_rice};
use super::{GROUP, KIND, MAX_K, NO_INDEX, number};
use crate::udi::Agency;

/// The lot a manifest is of.
#[derive(Debug, Clone, Copy)]
pub struct Lot<'l> {
    /// The agency of the DI.
    pub agency: Agency,
    /// The device identifier, normalised as `Udi::di`.
    pub di: &'l str,
    /// The lot.
    pub lot: &'l str,
    /// The status index of its first serial in the manifest's order; the others follow it.
    pub first_index: Option<u64>,
}

/// Why a manifest cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A serial is listed twice.
    #[error("serial {0:?} is listed twice")]
    Twice(String),
    /// An identifier, lot or serial exceeds 255 bytes.
    #[error("{0:?} is longer than 255 bytes")]
    TooLong(String),
    /// Serials of this length over this many characters have numbers beyond 128 bits.
    #[error("serial {0:?} is too long for the characters that the lot's serials use")]
    TooMany(String),
    /// More than four thousand million serials.
    #[error("a manifest holds at most {} serials", u32::MAX)]
    TooLarge,
}

/// Writes the manifest of a lot with these serials, in any order, and gives its bytes. The rank of a serial
/// is its place in order of length, then of its bytes.
pub fn encode<S: AsRef<str>>(lot: Lot<'_>, serials: &[S]) -> Result<Vec<u8>, EncodeError> {
    let too_long = |text: &&str| text.len() > usize::from(u8::MAX);
    let texts = [lot.di, lot.lot].into_iter().chain(serials.iter().map(AsRef::as_ref));
    if let Some(text) = texts.into_iter().find(too_long) {
        return Err(EncodeError::TooLong(text.to_owned()));
    }
    let shape = Shape::of(serials);
    let mut numbers = serials
        .iter()
        .map(|serial| {
            let rest = serial.as_ref().as_bytes().get(shape.prefix.len()..).unwrap_or_default();
            let number = number(rest, &shape.alphabet, shape.shortest);
            number.map(|number| (number, serial.as_ref())).ok_or(EncodeError::TooMany(serial.as_ref().into()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    numbers.sort_unstable();
    if let Some((_, serial)) = numbers.chunk_by(|a, b| a.0 == b.0).find_map(|same| same.get(1)) {
        return Err(EncodeError::Twice((*serial).to_owned()));
    }
    let numbers: Vec<u128> = numbers.into_iter().map(|(number, _)| number).collect();

    let mut out = KIND.head();
    out.push(agency::code(lot.agency));
    for text in [lot.di.as_bytes(), lot.lot.as_bytes(), &shape.prefix, &shape.alphabet] {
        out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(text);
    }
    out.push(shape.shortest);
    out.extend_from_slice(&lot.first_index.unwrap_or(NO_INDEX).to_le_bytes());
    put_numbers(&mut out, &numbers)?;
    Ok(out)
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[u128]) -> Result<(), EncodeError> {
    let group = usize::try_from(GROUP).unwrap_or(usize::MAX);
    let gaps_of = |numbers: &[u128]| -> Vec<u128> {
        numbers.iter().zip(numbers.iter().skip(1)).map(|(before, after)| after - before - 1).collect()
    };
    let gaps: Vec<u128> = numbers.chunks(group).flat_map(gaps_of).collect();
    let (k, _) = best_rice(&gaps, MAX_K.into());
    let significant = 128 - numbers.last().copied().unwrap_or(0).leading_zeros();
    let width = usize::try_from(significant.div_ceil(8)).unwrap_or(16);
    out.extend_from_slice(&u32::try_from(numbers.len()).map_err(|_| EncodeError::TooLarge)?.to_le_bytes());
    out.push(u8::try_from(k).unwrap_or(MAX_K));
    out.push(u8::try_from(width).unwrap_or(16));
    let mut codes = BitWriter::default();
    for chunk in numbers.chunks(group) {
        let anchor = chunk.first().copied().unwrap_or(0).to_le_bytes();
        out.extend(anchor.iter().take(width));
        let offset = u32::try_from(codes.len()).map_err(|_| EncodeError::TooLarge)?;
        out.extend_from_slice(&offset.to_le_bytes());
        gaps_of(chunk).into_iter().for_each(|gap| codes.rice(gap, k));
    }
    out.extend(codes.into_bytes());
    Ok(())
}

/// What the serials of a lot have in common.
struct Shape {
    prefix: Vec<u8>,
    alphabet: Vec<u8>,
    shortest: u8,
}

impl Shape {
    fn of<S: AsRef<str>>(serials: &[S]) -> Self {
        let bytes = || serials.iter().map(|serial| serial.as_ref().as_bytes());
        let first = bytes().next().unwrap_or_default();
        let shared = bytes()
            .map(|serial| serial.iter().zip(first).take_while(|(a, b)| a == b).count())
            .min()
            .unwrap_or(0);
        let prefix = first.get(..shared).unwrap_or_default().to_vec();
        let rests = || bytes().map(|serial| serial.get(shared..).unwrap_or_default());
        let alphabet: BTreeSet<u8> = rests().flatten().copied().collect();
        let shortest = rests().map(<[u8]>::len).min().unwrap_or(0);
        Self {
            prefix,
            alphabet: alphabet.into_iter().collect(),
            shortest: u8::try_from(shortest).unwrap_or(u8::MAX),
        }
    }
}
