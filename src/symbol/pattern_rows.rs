//! Neighbouring rows of a picture that show a finder pattern in one place. Those of QR Code and of Aztec are both seven
//! modules wide.

/// Modules of the pattern's width.
pub(crate) const MODULES: f32 = 7.0;

/// Places compared with a new row: the most recent ones are the likeliest.
const RECENT: usize = 200;

/// A place and the rows that show it; all lengths in pixels.
pub(crate) struct PatternRows {
    /// Mean of the pattern's middle.
    pub(crate) x: f32,
    first: f32,
    last: f32,
    /// Mean of the pattern's width.
    pub(crate) width: f32,
    /// 1 for dark on light, −1 for light on dark.
    pub(crate) dark: f32,
    pub(crate) count: usize,
}

impl PatternRows {
    /// What one row at `y` shows.
    pub(crate) fn new(x: f32, y: f32, width: f32, dark: f32) -> Self {
        Self { x, first: y, last: y, width, dark, count: 1 }
    }

    /// The middle of its rows.
    pub(crate) fn middle(&self) -> f32 {
        (self.first + self.last) / 2.0
    }

    pub(crate) fn module(&self) -> f32 {
        self.width / MODULES
    }
}

/// Adds what a row shows to its place, or as a new one. A place may have been missed in rows less than `gap` apart.
pub(crate) fn add_row(places: &mut Vec<PatternRows>, row: PatternRows, gap: f32) {
    let same = |place: &&mut PatternRows| {
        place.dark == row.dark
            && row.last - place.last < gap
            && (place.x - row.x).abs() < row.module()
            && (place.width - row.width).abs() < 0.3 * row.width
    };
    match places.iter_mut().rev().take(RECENT).find(same) {
        Some(place) => {
            place.last = row.last;
            place.count += 1;
            let share = 1.0 / place.count as f32;
            place.x += (row.x - place.x) * share;
            place.width += (row.width - place.width) * share;
        }
        None => places.push(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_place_are_one() {
        let mut places = Vec::new();
        for (x, y, width, dark) in
            [(50.0, 1.5, 21.0, 1.0), (52.0, 3.5, 23.0, 1.0), (50.0, 3.5, 21.0, -1.0), (51.0, 9.5, 22.0, 1.0)]
        {
            add_row(&mut places, PatternRows::new(x, y, width, dark), 2.5);
        }
        let all: Vec<_> = places
            .iter()
            .map(|place| (place.x, place.middle(), place.width, place.dark, place.count))
            .collect();
        // The third is of the other colour, the fourth too far below.
        assert_eq!(all, [(51.0, 2.5, 22.0, 1.0, 2), (50.0, 3.5, 21.0, -1.0, 1), (51.0, 9.5, 22.0, 1.0, 1)]);
    }
}
