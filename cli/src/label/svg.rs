//! A page as SVG, in millimetres; no style attribute, so that a strict CSP lets it through.

use std::fmt::Write;

use super::layout::{COLUMN, EM, Label, Page};

/// The page.
pub(crate) fn svg(page: &Page) -> String {
    let (width, height) = (page.size.width, page.size.height);
    let mut svg = String::new();
    // A `String` takes whatever it is given, so the results carry nothing.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.3}mm\" height=\"{height:.3}mm\" viewBox=\"0 0 {width:.3} {height:.3}\">\n\
         <rect width=\"{width:.3}\" height=\"{height:.3}\" fill=\"#fff\"/>"
    );
    for (x, y, label) in &page.labels {
        write_label(&mut svg, *x, *y, label);
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_label(svg: &mut String, x: f64, y: f64, label: &Label) {
    let _ = writeln!(svg, "<g transform=\"translate({x:.3} {y:.3})\">");
    for symbol in &label.symbols {
        let _ = write!(
            svg,
            "<path fill=\"#000\" shape-rendering=\"crispEdges\" transform=\"translate({:.4} {:.4}) scale({:.4})\" d=\"",
            symbol.x, symbol.y, label.module
        );
        for bar in symbol.matrix.bars() {
            let _ = write!(svg, "M{} {}h{}v{}h-{2}z", bar.x, bar.y, bar.width, bar.height);
        }
        svg.push_str("\"/>\n");
    }
    for line in label.lines.iter().filter(|line| !line.text.is_empty()) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.2}\" y=\"{:.2}\" textLength=\"{:.2}\" font-family=\"monospace\" font-size=\"{:.2}\" xml:space=\"preserve\">{}</text>",
            line.x(),
            line.y() + EM * 0.8,
            line.text.chars().count() as f64 * COLUMN,
            EM * 0.9,
            escape(&line.text),
        );
    }
    svg.push_str("</g>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::human_readable::Text;
    use super::super::matrix::Matrix;
    use super::*;

    #[test]
    fn the_path_has_every_module_and_the_size_is_in_millimetres() {
        let matrix = Matrix::qr("HTTPS://ID.EXAMPLE.ORG/A<B").unwrap();
        let text = Text::of("A<B", jiff::civil::date(2027, 1, 1));
        let label = Label::new(vec![(matrix.clone(), String::new())], &[], &text, 0.5, None).unwrap();
        let svg = svg(&Page::of(label));
        let path = svg.split_once("d=\"").unwrap().1.split_once('"').unwrap().0;
        let mut dark = 0;
        for part in path.split('M').skip(1) {
            let numbers: Vec<usize> =
                part.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            dark += numbers[2] * numbers[3];
        }
        assert_eq!(dark, matrix.rows().flatten().filter(|dark| **dark).count());
        assert!(svg.contains("scale(0.5000)") && svg.contains("mm\" viewBox"));
        assert!(svg.contains("A&lt;B") && !svg.contains("style="));
    }
}
