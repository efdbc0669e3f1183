//! How fast a run goes and how long it will take, on standard error.

use std::time::{Duration, Instant};

use super::source::Position;

/// Between two lines.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells how a run goes.
pub(super) struct Progress {
    started: Instant,
    told: Instant,
    rows: u64,
    position: Position,
    /// The part of the input that was done before this run.
    before: f64,
}

impl Progress {
    /// From now on; what was read of the input up to here was done by an earlier run.
    pub(super) fn new(position: Position) -> Self {
        let before = position.share().unwrap_or(0.0);
        Self { started: Instant::now(), told: Instant::now(), rows: 0, position, before }
    }

    /// Notes `rows` more; `total` are done with those of earlier runs.
    pub(super) fn tell(&mut self, rows: u64, total: u64) {
        self.rows += rows;
        if self.told.elapsed() >= PAUSE {
            self.told = Instant::now();
            let elapsed = self.started.elapsed();
            let rate = self.rows as f64 / elapsed.as_secs_f64();
            let share = self.position.share();
            let left = share.and_then(|share| time_left(elapsed, self.before, share)).unwrap_or_default();
            eprintln!("{total} rows, {rate:.0} a second{left}");
        }
    }
}

/// What is left at the pace so far, in words.
fn time_left(elapsed: Duration, before: f64, share: f64) -> Option<String> {
    let done = share - before;
    let left = (done > 0.0).then(|| elapsed.as_secs_f64() * (1.0 - share) / done)?;
    Some(match left {
        ..90.0 => format!(", {left:.0} s left"),
        ..5400.0 => format!(", {:.0} min left", left / 60.0),
        _ => format!(", {:.1} h left", left / 3600.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_pace_of_this_run() {
        let left = |seconds, before, share| time_left(Duration::from_secs(seconds), before, share);
        assert_eq!(left(30, 0.0, 0.5).unwrap(), ", 30 s left");
        assert_eq!(left(60, 0.5, 0.6).unwrap(), ", 4 min left", "half was done by an earlier run");
        assert_eq!(left(3600, 0.0, 0.2).unwrap(), ", 4.0 h left");
        assert_eq!(left(3600, 0.2, 0.2), None);
    }
}
