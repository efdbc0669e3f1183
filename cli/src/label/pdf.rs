//! Pages as PDF: modules are vector rectangles, text is in Courier, one of the 14 fonts every reader has.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::layout::{COLUMN, EM, Label, Page};

/// A document under way.
pub(crate) struct Document {
    pdf: Pdf,
    pages: Vec<Ref>,
}

const CATALOG: Ref = Ref::new(1);
const PAGE_TREE: Ref = Ref::new(2);
const FONT: Ref = Ref::new(3);
/// The first object of the first page; a page has two.
const FIRST_PAGE: i32 = 4;
const FONT_NAME: Name<'_> = Name(b"F");
const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// Courier's advance width, in its own size.
const COURIER_ADVANCE: f64 = 0.6;
/// Deflate's usual level.
const LEVEL: u8 = 6;

impl Document {
    /// One without pages.
    pub(crate) fn new() -> Self {
        Self { pdf: Pdf::new(), pages: Vec::new() }
    }

    /// Pages so far.
    pub(crate) fn len(&self) -> usize {
        self.pages.len()
    }

    /// Adds a page.
    pub(crate) fn add(&mut self, page: &Page) {
        let first = FIRST_PAGE + 2 * i32::try_from(self.pages.len()).unwrap_or(i32::MAX / 4);
        let (id, content_id) = (Ref::new(first), Ref::new(first + 1));
        let mut content = Content::new();
        for (x, y, label) in &page.labels {
            draw(&mut content, *x, *y, page.size.height, label);
        }
        let bytes = compress_to_vec_zlib(&content.finish(), LEVEL);
        self.pdf.stream(content_id, &bytes).filter(Filter::FlateDecode);
        let mut entry = self.pdf.page(id);
        entry.media_box(Rect::new(0.0, 0.0, points(page.size.width), points(page.size.height)));
        entry.parent(PAGE_TREE).contents(content_id);
        entry.resources().fonts().pair(FONT_NAME, FONT);
        entry.finish();
        self.pages.push(id);
    }

    /// The file.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.pdf.catalog(CATALOG).pages(PAGE_TREE);
        let count = i32::try_from(self.pages.len()).unwrap_or(i32::MAX);
        self.pdf.pages(PAGE_TREE).kids(self.pages.iter().copied()).count(count);
        let mut font = self.pdf.type1_font(FONT);
        font.base_font(Name(b"Courier")).encoding_predefined(Name(b"WinAnsiEncoding"));
        font.finish();
        self.pdf.finish()
    }
}

/// PDF counts upwards from the bottom of the page, in points.
fn draw(content: &mut Content, x: f64, y: f64, page_height: f64, label: &Label) {
    for symbol in &label.symbols {
        let module = points(label.module);
        let (left, top) = (points(x + symbol.x), points(page_height - y - symbol.y));
        content.save_state();
        // In modules from the symbol's top left corner on, downwards.
        content.transform([module, 0.0, 0.0, -module, left, top]);
        for bar in symbol.matrix.bars() {
            content.rect(bar.x as f32, bar.y as f32, bar.width as f32, bar.height as f32);
        }
        content.fill_nonzero();
        content.restore_state();
    }
    let size = points(COLUMN / COURIER_ADVANCE);
    for line in label.lines.iter().filter(|line| !line.text.is_empty()) {
        let baseline = points(page_height - y - line.y() - EM * 0.8);
        content.begin_text();
        content.set_font(FONT_NAME, size);
        content.next_line(points(x + line.x()), baseline);
        content.show(Str(&win_ansi(&line.text)));
        content.end_text();
    }
}

fn points(mm: f64) -> f32 {
    (mm * POINTS_PER_MM) as f32
}

/// Latin 1, which Windows' code page agrees with but for controls; anything else shows as a question mark.
fn win_ansi(text: &str) -> Vec<u8> {
    let byte = |character: char| {
        let byte = u8::try_from(u32::from(character)).ok();
        byte.filter(|byte| matches!(byte, 0x20..=0x7e | 0xa0..)).unwrap_or(b'?')
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec_zlib;

    use super::super::human_readable::Text;
    use super::super::matrix::Matrix;
    use super::*;

    #[test]
    fn the_page_has_every_module_as_a_rectangle_of_the_size_asked_for() {
        let message = "0109501234567891";
        let matrix = Matrix::gs1_data_matrix(message).unwrap();
        let text = Text::of(message, jiff::civil::date(2027, 1, 1));
        let label = Label::new(vec![(matrix.clone(), message.to_owned())], &[], &text, 0.5, None).unwrap();
        let mut document = Document::new();
        document.add(&Page::of(label));
        let pdf = document.finish();
        let start = pdf.windows(7).position(|bytes| bytes == b"stream\n").unwrap() + 7;
        let end = start + pdf[start..].windows(10).position(|bytes| bytes == b"\nendstream").unwrap();
        let content = decompress_to_vec_zlib(&pdf[start..end]).unwrap();
        let content = String::from_utf8(content).unwrap();
        let mut painted = vec![false; matrix.width() * matrix.height()];
        for line in content.lines().filter_map(|line| line.strip_suffix(" re")) {
            let numbers: Vec<usize> = line.split(' ').map(|number| number.parse().unwrap()).collect();
            for y in numbers[1]..numbers[1] + numbers[3] {
                painted[y * matrix.width() + numbers[0]..][..numbers[2]].fill(true);
            }
        }
        assert_eq!(painted, matrix.rows().flatten().copied().collect::<Vec<_>>());
        let scale = content.lines().find_map(|line| line.strip_suffix(" cm")).unwrap();
        let scale: f64 = scale.split(' ').next().unwrap().parse().unwrap();
        assert!((scale / POINTS_PER_MM - 0.5).abs() < 1e-4, "a module of {scale} points");
        assert!(
            content.contains("((01)09501234567891)") || content.contains("(\\(01\\)09501234567891)"),
            "{content}"
        );
    }
}
