//! How old the data behind a verdict is: three dates, and the oldest of them rules.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::trust::State;

/// Older than this, the age is shown.
pub const SOFT_LIMIT: SignedDuration = SignedDuration::from_hours(36);
/// Older than this, recall data no longer answers.
pub const HARD_LIMIT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How far a clock may stand behind a signed date before it is called wrong: a day, since the calendar date
/// depends on the time zone and callers may know the date alone.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// The three dates of a verdict, days in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AsOf {
    /// How far the source's own data reaches, as the publisher states it.
    pub source: Option<Date>,
    /// When the repository signed its newest content.
    pub snapshot: Option<Date>,
    /// When this device last updated.
    pub sync: Option<Date>,
    /// The oldest of them: what a headline may claim.
    pub oldest: Option<Date>,
    /// What the age means.
    pub freshness: Freshness,
}

/// What the age of the data means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Within [`SOFT_LIMIT`].
    Fresh,
    /// Older than [`SOFT_LIMIT`]: the age is shown.
    SoftStale,
    /// Older than [`HARD_LIMIT`]: no answer about recalls.
    HardStale,
    /// No data, or data whose age nobody vouches for.
    None,
}

impl Freshness {
    /// Whether the absence of a recall may be concluded.
    pub fn answers(self) -> bool {
        matches!(self, Self::Fresh | Self::SoftStale)
    }
}

/// The clock of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// The time to reckon with: what the device says, but never less than what was signed.
    pub(super) time: Timestamp,
    /// The device's clock stands behind a signed date.
    pub(super) behind: bool,
}

impl Clock {
    pub(super) fn new(device: Timestamp, state: &State) -> Self {
        let floor = state.time_floor();
        let behind = device.checked_add(CLOCK_TOLERANCE).is_ok_and(|latest| latest < floor);
        Self { time: device.max(floor), behind }
    }

    pub(super) fn today(&self) -> Date {
        day(self.time)
    }
}

impl AsOf {
    pub(super) fn new(state: &State, clock: Clock) -> Self {
        let (snapshot, sync) = (state.issued(), state.last_sync());
        let source = state.source_date();
        // A day says little about an hour: data of a day reaches at most to its end, and never beyond the
        // moment it was signed.
        let source_time =
            source.and_then(end_of_day).map(|end| snapshot.map_or(end, |signed| end.min(signed)));
        let oldest_time = [source_time, snapshot, sync].into_iter().flatten().min();
        let freshness = match (snapshot, sync, oldest_time) {
            (Some(_), Some(_), Some(oldest)) => freshness(clock.time.duration_since(oldest)),
            _ => Freshness::None,
        };
        let oldest = [source, snapshot.map(day), sync.map(day)].into_iter().flatten().min();
        Self { source, snapshot: snapshot.map(day), sync: sync.map(day), oldest, freshness }
    }
}

fn freshness(age: SignedDuration) -> Freshness {
    match age {
        _ if age > HARD_LIMIT => Freshness::HardStale,
        _ if age > SOFT_LIMIT => Freshness::SoftStale,
        _ => Freshness::Fresh,
    }
}

fn day(time: Timestamp) -> Date {
    Offset::UTC.to_datetime(time).date()
}

fn end_of_day(date: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(date.tomorrow().ok()?.at(0, 0, 0, 0)).ok()
}
