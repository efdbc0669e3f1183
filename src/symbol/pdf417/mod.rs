//! PDF417, ISO/IEC 15438.
//!
//! Lines across an image cross start or stop patterns ([`finder`]) → each is followed along its bars ([`guard`]) → two
//! of them make a symbol, whose row indicators tell its size and where its rows lie ([`rows`]) → lines of modules
//! ([`sheet`]) → codewords ([`cells`]) → [`correction`] → [`decodation`].

mod cells;
mod correction;
mod decodation;
mod finder;
mod guard;
mod patterns;
mod rows;
mod sheet;

use crate::frame::{pyramid::Grey, ranking::lowest_first};

use super::{
    Format, Message, Point, Step,
    geometry::{distance, quadrilateral_holds},
    steps::Observer,
};

use guard::{Guard, between};
use rows::{Places, Size};
use sheet::{Ends, Frame};

/// Guards followed in one image.
const MOST_GUARDS: usize = 24;

/// Guards without another that are read.
const MOST_ALONE: usize = 6;

/// Pairs of guards that are read.
const MOST_PAIRS: usize = 8;

/// Reads the symbols of an image, as they lie or mirrored, dark on light or light on dark: messages and corners (top left
/// first, as a symbol is read).
pub(super) fn read(image: &Grey<'_>, observe: Observer<'_>) -> Vec<(Message, [Point; 4])> {
    let crossings = finder::crossings(image);
    let mut guards: Vec<Guard> = Vec::new();
    let mut followed = 0;
    for crossing in &crossings {
        let known = |guard: &Guard| {
            guard.is_stop == crossing.is_stop && guard.dark == crossing.dark && guard.holds(crossing.at)
        };
        if followed >= MOST_GUARDS || guards.iter().any(known) {
            continue;
        }
        followed += 1;
        if let Some(guard) = Guard::followed(image, crossing) {
            let points = vec![guard.begin[0], guard.end[0], guard.end[1], guard.begin[1]];
            observe(Step::Finder { format: Format::PDF417, points });
            guards.push(guard);
        }
    }
    let mut found = Vec::new();
    for frame in pairs(&guards) {
        let rows = rows::rows(image, &frame);
        found.extend(rows.and_then(|(size, places)| read_frame(image, &frame, size, &places, observe)));
    }
    for guard in guards.iter().take(MOST_ALONE) {
        if found.iter().any(|(_, corners)| quadrilateral_holds(corners, between(guard.middle(), 0.5))) {
            continue;
        }
        let rows = rows::rows_of_one(image, guard);
        let read = |(frame, size, places)| read_frame(image, &frame, size, &places, observe);
        found.extend(rows.and_then(read));
    }
    found
}

/// Start and stop patterns that may be of one symbol, those that are nearest to each other first.
fn pairs(guards: &[Guard]) -> Vec<Frame> {
    let mut pairs = Vec::new();
    for start in guards.iter().filter(|guard| !guard.is_stop) {
        for stop in guards.iter().filter(|guard| guard.is_stop && guard.dark == start.dark) {
            let frame = Frame { start: *start, stop: *stop, ends: Ends::Both };
            if is_likely(&frame) {
                pairs.push(frame);
            }
        }
    }
    lowest_first(&mut pairs, |Frame { start, stop, .. }| {
        distance(between(start.end, 0.5), between(stop.begin, 0.5))
    });
    pairs.truncate(MOST_PAIRS);
    pairs
}

/// Whether two guards lie as those of a symbol do: the stop pattern behind the start pattern, their bars alike.
fn is_likely(frame: &Frame) -> bool {
    let Frame { start, stop, .. } = frame;
    let (from, to) = (between(start.begin, 0.5), between(stop.end, 0.5));
    let way = (to.x - from.x, to.y - from.y);
    let length = way.0.hypot(way.1).max(1e-3);
    let cosine = |guard: &Guard| {
        let (begin, end) = (between(guard.begin, 0.5), between(guard.end, 0.5));
        let across = (end.x - begin.x, end.y - begin.y);
        (across.0 * way.0 + across.1 * way.1) / length / across.0.hypot(across.1).max(1e-3)
    };
    let (bars, others) = (down(start), down(stop));
    let ratio = start.height() / stop.height().max(1e-3);
    let widths = start.module(0.5) / stop.module(0.5).max(1e-3);
    cosine(start) > 0.5
        && cosine(stop) > 0.5
        && bars.0 * others.0 + bars.1 * others.1 > 0.8
        && (0.3..3.3).contains(&ratio)
        && (0.5..2.0).contains(&widths)
        && (4.0 * 17.0..36.0 * 17.0).contains(&frame.modules())
}

/// The direction of a guard's bars.
fn down(guard: &Guard) -> (f32, f32) {
    let height = guard.height().max(1e-3);
    ((guard.begin[1].x - guard.begin[0].x) / height, (guard.begin[1].y - guard.begin[0].y) / height)
}

fn read_frame(
    image: &Grey<'_>,
    frame: &Frame,
    size: Size,
    places: &Places,
    observe: Observer<'_>,
) -> Option<(Message, [Point; 4])> {
    let (first, last) = (places.at(0.0), places.at(size.rows as f32));
    let corners = sheet::corners(frame, [first.0, last.0], [first.1, last.1]);
    observe(Step::Grid {
        format: Format::PDF417,
        modules: (size.rows, size.modules(frame.ends) as usize),
        corners,
        score: 1.0,
    });
    let (words, sure) = cells::codewords(image, frame, size, places);
    let data = correction::correct(&words, &sure, size.check)?;
    Some((decodation::decode(&data)?, corners))
}

#[cfg(test)]
mod tests {
    use super::*;
    use patterns::{MODULES, PATTERNS, START, STOP, modules};
    use proptest::prelude::*;
    use std::borrow::Cow;

    /// Rows of codewords between guards, three pixels a module and a row as high as `height` pixels.
    pub(super) fn drawn(rows: &[Vec<usize>], height: usize, quiet: usize) -> Grey<'static> {
        let lines: Vec<Vec<bool>> = rows
            .iter()
            .enumerate()
            .map(|(row, codewords)| {
                let dark = |widths: &[f32]| modules(widths).into_iter().map(|sign| sign > 0.0).collect();
                let mut line: Vec<bool> = dark(START);
                for &codeword in codewords {
                    let bits = PATTERNS[row % 3][codeword % patterns::CODEWORDS];
                    line.extend((0..MODULES).rev().map(|bit| bits >> bit & 1 == 1));
                }
                line.extend(dark(STOP));
                line
            })
            .collect();
        let width = lines.iter().map(Vec::len).max().unwrap_or(0) * 3 + 2 * quiet;
        let mut luma = vec![220; width * quiet];
        for line in &lines {
            for _ in 0..height {
                let start = luma.len();
                luma.resize(start + width, 220);
                for (pixel, x) in luma[start + quiet..].iter_mut().zip(0..) {
                    if line.get(x / 3) == Some(&true) {
                        *pixel = 40;
                    }
                }
            }
        }
        luma.resize(luma.len() + width * quiet, 220);
        let height = luma.len() / width;
        Grey { luma: Cow::Owned(luma), width, height }
    }

    /// "PDF417" of annex Q of the standard with its row indicators: three rows of three
    /// columns, level 1.
    pub(super) fn example() -> Vec<Vec<usize>> {
        let data = [5, 453, 178, 121, 239, 452, 327, 657, 619];
        let (rows, columns, level) = (3, 3, 1);
        data.chunks(3)
            .enumerate()
            .map(|(row, data)| {
                let told = [(rows - 1) / 3, 3 * level + (rows - 1) % 3, columns - 1];
                let (left, right) = (told[row % 3], told[(row + 2) % 3]);
                [&[30 * (row / 3) + left], data, &[30 * (row / 3) + right]].concat()
            })
            .collect()
    }

    /// The columns of pixels become rows.
    pub(super) fn transposed(image: &Grey<'_>) -> Grey<'static> {
        let (width, height) = (image.width, image.height);
        let luma = (0..width * height).map(|at| image.luma[at % height * width + at / height]).collect();
        Grey { luma: Cow::Owned(luma), width: height, height: width }
    }

    /// Left and right change places.
    pub(super) fn mirrored(image: &Grey<'_>) -> Grey<'static> {
        let luma = image.luma.chunks(image.width).flat_map(|row| row.iter().rev().copied()).collect();
        Grey { luma: Cow::Owned(luma), ..*image }
    }

    /// Top and bottom change places.
    pub(super) fn flipped(image: &Grey<'_>) -> Grey<'static> {
        let luma = image.luma.chunks(image.width).rev().flatten().copied().collect();
        Grey { luma: Cow::Owned(luma), ..*image }
    }

    /// Dark and light change places.
    pub(super) fn inverted(image: &Grey<'_>) -> Grey<'static> {
        Grey { luma: Cow::Owned(image.luma.iter().map(|grey| 255 - grey).collect()), ..*image }
    }

    /// Modules of a codeword from a place on painted over with grey, in one row of [`example`] as [`drawn`] draws it.
    pub(super) fn painted(
        image: &Grey<'_>,
        height: usize,
        quiet: usize,
        row: usize,
        place: usize,
    ) -> Grey<'static> {
        let mut luma = image.luma.to_vec();
        let left = quiet + 3 * MODULES * place;
        for y in quiet + row * height..quiet + (row + 1) * height {
            luma[y * image.width + left..][..3 * MODULES].fill(130);
        }
        Grey { luma: Cow::Owned(luma), ..*image }
    }

    fn messages(image: &Grey<'_>) -> Vec<Vec<u8>> {
        read(image, &mut |_| {}).into_iter().map(|(message, _)| message.bytes).collect()
    }

    #[test]
    fn the_example_of_the_standard_is_read_with_and_without_a_quiet_zone() {
        for quiet in [0, 20] {
            assert_eq!(messages(&drawn(&example(), 9, quiet)), [b"PDF417"], "{quiet}");
        }
    }

    #[test]
    fn it_is_read_however_it_lies_and_its_first_corner_says_how() {
        let image = drawn(&example(), 12, 20);
        let (right, bottom) = (image.width as f32 - 20.0, image.height as f32 - 20.0);
        let turned = transposed(&image);
        let cases = [
            (flipped(&image), (20.0, bottom)),
            (mirrored(&image), (right, 20.0)),
            (flipped(&mirrored(&image)), (right, bottom)),
            (mirrored(&turned), (bottom, 20.0)),
            (flipped(&turned), (20.0, right)),
            (turned, (20.0, 20.0)),
            (inverted(&image), (20.0, 20.0)),
            (image, (20.0, 20.0)),
        ];
        for (image, (x, y)) in cases {
            let found = read(&image, &mut |_| {});
            let [(message, corners)] = found.as_slice() else { panic!("{} at {x}, {y}", found.len()) };
            assert_eq!(message.bytes, b"PDF417");
            assert!(distance(corners[0], Point { x, y }) < 4.0, "{corners:?} for {x}, {y}");
        }
    }

    #[test]
    fn one_codeword_painted_over_is_corrected_and_three_are_too_many() {
        let image = drawn(&example(), 12, 20);
        for (row, place) in [(0, 2), (1, 3), (2, 4)] {
            assert_eq!(messages(&painted(&image, 12, 20, row, place)), [b"PDF417"], "{row}, {place}");
        }
        let places = [(0, 2), (1, 3), (2, 4)];
        let image = places.iter().fold(image, |image, &(row, place)| painted(&image, 12, 20, row, place));
        assert!(messages(&image).is_empty());
    }

    #[test]
    fn of_many_guards_only_the_nearest_pairs_are_read() {
        let image = drawn(&example(), 40, 20);
        let guard = |is_stop: bool| {
            let mut crossings = finder::crossings(&image).into_iter();
            let crossing = crossings.find(|crossing| crossing.is_stop == is_stop).unwrap();
            Guard::followed(&image, &crossing).unwrap()
        };
        let (start, stop) = (guard(false), guard(true));
        let moved = |guard: &Guard, by: f32| {
            let moved = |points: [Point; 2]| points.map(|Point { x, y }| Point { x: x + by, y });
            Guard { begin: moved(guard.begin), end: moved(guard.end), ..*guard }
        };
        let mut guards: Vec<Guard> = (0..20).map(|at| moved(&stop, 20.0 * at as f32)).rev().collect();
        guards.push(start);
        let pairs = pairs(&guards);
        assert_eq!(pairs.len(), MOST_PAIRS);
        let gaps: Vec<f32> =
            pairs.iter().map(|pair| distance(pair.start.end[0], pair.stop.begin[0])).collect();
        assert!(gaps.is_sorted() && gaps[MOST_PAIRS - 1] - gaps[0] < 20.0 * MOST_PAIRS as f32, "{gaps:?}");
        // A stop pattern before the start pattern is no symbol's, nor is one of the other colour.
        assert!(super::pairs(&[start, moved(&stop, -900.0)]).is_empty());
        assert!(super::pairs(&[start, Guard { dark: -1.0, ..stop }]).is_empty());
    }

    #[test]
    fn a_symbol_of_which_two_rows_are_missing_is_not_read() {
        let mut rows = example();
        rows.truncate(1);
        assert!(messages(&drawn(&rows, 27, 20)).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_codewords_between_guards_end_in_an_answer(
            rows in proptest::collection::vec(proptest::collection::vec(0usize..929, 1..7), 1..12),
            height in 2usize..12, quiet in 0usize..12,
        ) {
            let _ = messages(&drawn(&rows, height, quiet));
        }

        #[test]
        fn noise_holds_no_symbol(luma in proptest::collection::vec(any::<u8>(), 64 * 48)) {
            let image = Grey { luma: Cow::Owned(luma), width: 64, height: 48 };
            prop_assert_eq!(messages(&image), Vec::<Vec<u8>>::new());
        }
    }
}
