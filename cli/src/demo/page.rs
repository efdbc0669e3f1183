//! The page of labels to print: no script, no inline style, so that a strict CSP lets it through.

use std::fmt::Write;

use super::Entry;
use super::cases::Case;

/// `labels.css`.
pub(super) const STYLE: &str = include_str!("labels.css");

/// `index.html`.
pub(super) fn html(labels: &[(&Case, &Entry)]) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Demo labels · UDI Verify</title>\n\
         <link rel=\"stylesheet\" href=\"labels.css\">\n<h1>Demo labels</h1>\n\
         <p>Print this page, or scan it off the screen. Makers, items and recalls are invented. \
         Under each label stands the headline it must give.</p>\n<main>\n",
    );
    for (case, entry) in labels {
        // A `String` takes whatever it is given.
        let _ = writeln!(
            page,
            "<figure id=\"{name}\">\n<img src=\"{name}.svg\" alt=\"Label {name}\">\n\
             <figcaption><b>{name}</b> {about} <code>{headline}</code></figcaption>\n</figure>",
            name = entry.name,
            about = case.about,
            headline = entry.headline,
        );
    }
    page.push_str("</main>\n</html>\n");
    page
}
