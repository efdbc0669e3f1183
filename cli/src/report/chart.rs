//! Charts as inline SVG: no script, no style attribute. Colours and sizes of text are the page's classes, so
//! they follow its light and dark themes; widths suit a phone and grow with the screen.

use std::fmt::Write;

use super::page::text;

/// The drawing's extent in its own units; text of 11 units is readable on a phone of 360 pixels.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 190.0;
/// Room for the numbers of the axis, and for the names under the bars.
const LEFT: f64 = 46.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 6.0;
/// More names than these under a chart run into each other.
const MOST_NAMES: usize = 5;

/// A value over a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// Below the axis.
    pub(super) name: String,
    /// Its height.
    pub(super) value: f64,
}

/// Bars from left to right.
pub(super) fn bars(title: &str, points: &[Point], label: impl Fn(f64) -> String) -> String {
    let mut svg = open(title, points, &label);
    let top = scale(points);
    let step = (WIDTH - LEFT - RIGHT) / points.len().max(1) as f64;
    let width = (step * 0.7).clamp(1.0, 40.0);
    for (at, point) in points.iter().enumerate() {
        let height = point.value / top * (HEIGHT - TOP - BOTTOM);
        let x = LEFT + (at as f64 + 0.5) * step - width / 2.0;
        // A `String` takes whatever it is given, here and below.
        let _ = write!(
            svg,
            "<rect class=\"bar\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"1.5\"><title>{}: {}</title></rect>",
            HEIGHT - BOTTOM - height,
            text(&point.name),
            text(&label(point.value)),
        );
    }
    close(svg)
}

/// A line through points, with the area below it.
pub(super) fn line(title: &str, points: &[Point], label: impl Fn(f64) -> String) -> String {
    let mut svg = open(title, points, &label);
    let top = scale(points);
    let step = (WIDTH - LEFT - RIGHT) / points.len().max(1) as f64;
    let place = |(at, point): (usize, &Point)| {
        let y = HEIGHT - BOTTOM - point.value / top * (HEIGHT - TOP - BOTTOM);
        (LEFT + (at as f64 + 0.5) * step, y)
    };
    let places: Vec<(f64, f64)> = points.iter().enumerate().map(place).collect();
    let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    if let (Some(first), Some(last)) = (places.first(), places.last()) {
        let base = HEIGHT - BOTTOM;
        let _ = write!(
            svg,
            "<path class=\"area\" d=\"M{:.1} {base}L{}L{:.1} {base}z\"/><path class=\"line\" d=\"M{}\"/>",
            first.0,
            path.join("L"),
            last.0,
            path.join("L"),
        );
    }
    let radius = if points.len() > 60 { 0.0 } else { 2.2 };
    for ((x, y), point) in places.iter().zip(points) {
        let _ = write!(
            svg,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"><title>{}: {}</title></circle>",
            text(&point.name),
            text(&label(point.value)),
        );
    }
    close(svg)
}

/// A bar beside a number in a table, `share` of the widest one.
pub(super) fn meter(share: f64, class: &str) -> String {
    let width = (share.clamp(0.0, 1.0) * 100.0).max(if share > 0.0 { 1.0 } else { 0.0 });
    format!(
        "<svg class=\"meter\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100\" height=\"8\"/><rect class=\"{class}\" width=\"{width:.1}\" height=\"8\"/></svg>"
    )
}

fn open(title: &str, points: &[Point], label: &impl Fn(f64) -> String) -> String {
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        text(title)
    );
    let top = scale(points);
    for tick in 0..=4 {
        let value = top * f64::from(tick) / 4.0;
        let y = HEIGHT - BOTTOM - f64::from(tick) / 4.0 * (HEIGHT - TOP - BOTTOM);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{:.1}\"/><text class=\"tick end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 5.0,
            y + 3.5,
            text(&label(value)),
        );
    }
    let step = (WIDTH - LEFT - RIGHT) / points.len().max(1) as f64;
    let every = points.len().div_ceil(MOST_NAMES).max(1);
    for (at, point) in points.iter().enumerate().filter(|(at, _)| at % every == 0) {
        let _ = write!(
            svg,
            "<text class=\"tick middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            LEFT + (at as f64 + 0.5) * step,
            HEIGHT - 8.0,
            text(&point.name),
        );
    }
    svg
}

fn close(mut svg: String) -> String {
    svg.push_str("</svg>");
    svg
}

/// The top of the axis: the next of 1, 2, 4, 8 times a power of ten, so that its quarters are round.
fn scale(points: &[Point]) -> f64 {
    let most = points.iter().map(|point| point.value).fold(0.0, f64::max);
    if most <= 0.0 {
        return 4.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    [1.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|top| *top >= most)
        .unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number_above_the_highest_point() {
        let top = |value| scale(&[Point { name: String::new(), value }]);
        assert_eq!(
            [top(0.0), top(1.0), top(3.0), top(950.0), top(14_000.0)],
            [4.0, 1.0, 4.0, 1000.0, 20_000.0]
        );
    }

    #[test]
    fn names_are_escaped_and_thinned_out() {
        let points: Vec<Point> =
            (0..40).map(|at| Point { name: format!("<{at}>"), value: f64::from(at) }).collect();
        let svg = bars("a & b", &points, |value| value.to_string());
        assert!(svg.contains("a &amp; b") && svg.contains("&lt;8&gt;") && !svg.contains("<8>"));
        assert_eq!(svg.matches("tick middle").count(), 5);
        assert_eq!(svg.matches("class=\"bar\"").count(), 40);
    }
}
