//! Making deltas.

use std::collections::HashMap;

use super::super::bits::{BitWriter, best_rice};
use super::super::error::FileError;
use super::super::status::{Flag, UnitStatusList};
use super::{COPY_KIND, KIND, MAX_K, STATUS_KIND, hash, symmetric_difference};

/// The delta between two unit status files.
pub fn between_status_lists(base: &[u8], result: &[u8]) -> Result<Vec<u8>, FileError> {
    let (old, new) = (UnitStatusList::read(base)?, UnitStatusList::read(result)?);
    let mut out = head(STATUS_KIND, base, result);
    out.extend_from_slice(&new.size().to_le_bytes());
    for flag in Flag::ALL {
        let mut next = 0;
        let gaps: Vec<u128> = symmetric_difference(old.iter(flag), new.iter(flag))
            .map(|index| {
                let index = index?;
                let gap = index.saturating_sub(next);
                next = index + 1;
                Ok(gap.into())
            })
            .collect::<Result<_, FileError>>()?;
        let (k, _) = best_rice(&gaps, MAX_K.into());
        let mut bits = BitWriter::default();
        gaps.iter().for_each(|gap| bits.rice(*gap, k));
        let coded = bits.into_bytes();
        out.extend_from_slice(&size(gaps.len()).to_le_bytes());
        out.push(u8::try_from(k).unwrap_or(MAX_K));
        out.extend_from_slice(&size(coded.len()).to_le_bytes());
        out.extend(coded);
    }
    Ok(out)
}

/// Bytes that must agree before a copy is taken; shorter ones would cost more than they save.
const ANCHOR: usize = 32;

/// The delta between two files of any kind: copies where 32 bytes or more agree.
pub fn between_files(base: &[u8], result: &[u8]) -> Vec<u8> {
    let anchors: HashMap<&[u8], usize> = base.chunks_exact(ANCHOR).zip((0..).step_by(ANCHOR)).collect();
    let mut out = head(COPY_KIND, base, result);
    let (mut done, mut at) = (0, 0);
    while let Some(window) = result.get(at..at + ANCHOR) {
        let Some(found) = anchors.get(window) else {
            at += 1;
            continue;
        };
        let before = agreeing(base.get(..*found), result.get(done..at), true);
        let (from, start) = (found - before, at - before);
        let count = before + agreeing(base.get(*found..), result.get(at..), false);
        put_insert(&mut out, result.get(done..start).unwrap_or_default());
        out.push(0);
        out.extend_from_slice(&size(from).to_le_bytes());
        out.extend_from_slice(&size(count).to_le_bytes());
        (done, at) = (start + count, start + count);
    }
    put_insert(&mut out, result.get(done..).unwrap_or_default());
    out
}

/// How many bytes two slices share, from their ends or from their starts.
fn agreeing(one: Option<&[u8]>, other: Option<&[u8]>, from_the_end: bool) -> usize {
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    if from_the_end {
        one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count()
    } else {
        one.iter().zip(other).take_while(|(a, b)| a == b).count()
    }
}

fn put_insert(out: &mut Vec<u8>, bytes: &[u8]) {
    if !bytes.is_empty() {
        out.push(1);
        out.extend_from_slice(&size(bytes.len()).to_le_bytes());
        out.extend_from_slice(bytes);
    }
}

fn head(kind: u8, base: &[u8], result: &[u8]) -> Vec<u8> {
    let mut out = KIND.head();
    out.push(kind);
    out.extend_from_slice(&hash(base));
    out.extend_from_slice(&hash(result));
    out.extend_from_slice(&size(result.len()).to_le_bytes());
    out
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
