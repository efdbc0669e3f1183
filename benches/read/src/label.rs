//! The label around a symbol: its text, tables, boxed abbreviations, logos and the other symbols real labels carry.

use crate::catalogue::{Catalogue, Matrix};
use crate::defects::{self, Mark};
use crate::random::Random;
use crate::sheet::{Area, Sheet, text_width};

/// A symbol on the label.
#[derive(Debug, Clone)]
pub struct Placed {
    /// What is printed.
    pub matrix: Matrix,
    /// Where, in modules of the main symbol.
    pub area: Area,
    /// Whether readers are asked for it.
    pub asked: bool,
}

/// A printed label.
#[derive(Debug)]
pub struct Label {
    /// The print.
    pub sheet: Sheet,
    /// The symbols; the main one first.
    pub symbols: Vec<Placed>,
}

/// How full a label is.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Further asked symbols of the main one's kind and size.
    pub companions: usize,
    /// Other symbols, of any legible or illegible size.
    pub decoys: usize,
    /// Lines of text, boxes, tables and logos.
    pub clutter: usize,
    /// Texels a module.
    pub scale: usize,
    /// Light modules on a dark patch.
    pub inverted: bool,
    /// Marked into the part by a machine instead of printed.
    pub mark: Option<Mark>,
    /// Least and greatest clear band around the main symbol, beyond its quiet zone, in modules.
    pub slack: f32,
}

/// Composes a label whose main symbol is `main`.
pub fn compose(catalogue: &Catalogue, main: &Matrix, layout: Layout, random: &mut Random) -> Label {
    let size = printed_size(main, random);
    let (quiet_x, quiet_y) = main.quiet_zone();
    let margin_x = quiet_x + random.range(2.0, if main.is_linear() { 24.0 } else { 60.0 });
    let margin_y = quiet_y + random.range(2.0, 50.0);
    let width = (size.0 + 2.0 * margin_x + random.range(0.0, 40.0)).max(60.0);
    let height = (size.1 + 2.0 * margin_y).max(44.0);
    let mut sheet = Sheet::paper(width, height, layout.scale);
    let x = random.range(quiet_x + 1.0, (width - size.0 - quiet_x - 1.0).max(quiet_x + 2.0));
    let y = random.range(quiet_y + 1.0, (height - size.1 - quiet_y - 1.0).max(quiet_y + 2.0));
    let area = Area { x, y, w: size.0, h: size.1 };
    let mut symbols = vec![Placed { matrix: main.clone(), area, asked: true }];
    let mut taken = vec![with_quiet_zone(main, area, layout.slack)];

    let companions: Vec<&Matrix> = catalogue.of(main.kind.0);
    for _ in 0..layout.companions {
        let matrix = *random.pick(&companions);
        let size = printed_size(matrix, random);
        if let Some(area) = find_place(&sheet, size, matrix.quiet_zone(), &taken, random) {
            taken.push(with_quiet_zone(matrix, area, layout.slack));
            symbols.push(Placed { matrix: matrix.clone(), area, asked: true });
        }
    }
    for _ in 0..layout.decoys {
        let matrix = random.pick(catalogue.all()).clone();
        let step = random.range(0.5, 1.4);
        let (w, h) = printed_size(&matrix, random);
        let quiet = matrix.quiet_zone();
        let size = (w * step, h * step);
        if let Some(area) = find_place(&sheet, size, (quiet.0 * step, quiet.1 * step), &taken, random) {
            taken.push(area.grown(quiet.0 * step));
            symbols.push(Placed { matrix, area, asked: false });
        }
    }
    for placed in &symbols {
        match layout.mark {
            Some(mark) => defects::mark(&mut sheet, &placed.matrix, placed.area, mark, random),
            None => print_symbol(&mut sheet, placed, layout.inverted),
        }
    }
    for _ in 0..layout.clutter {
        clutter(&mut sheet, &mut taken, random);
    }
    Label { sheet, symbols }
}

/// Width and height in modules: bars are as tall as labels make them.
fn printed_size(matrix: &Matrix, random: &mut Random) -> (f32, f32) {
    let width = matrix.width as f32;
    let height =
        if matrix.is_linear() { (width * random.range(0.13, 0.4)).max(14.0) } else { matrix.height as f32 };
    (width, height)
}

fn with_quiet_zone(matrix: &Matrix, area: Area, slack: f32) -> Area {
    let (x, y) = matrix.quiet_zone();
    let (x, y) = (x + slack, y + slack);
    Area { x: area.x - x, y: area.y - y, w: area.w + 2.0 * x, h: area.h + 2.0 * y }
}

/// A free place for something of `size`, tried a few times.
fn find_place(
    sheet: &Sheet,
    size: (f32, f32),
    clear: (f32, f32),
    taken: &[Area],
    random: &mut Random,
) -> Option<Area> {
    let (width, height) = sheet.extent();
    let (room_x, room_y) = (width - size.0 - 2.0 * clear.0, height - size.1 - 2.0 * clear.1);
    if room_x <= 0.0 || room_y <= 0.0 {
        return None;
    }
    (0..24).find_map(|_| {
        let (x, y) = (clear.0 + random.unit() * room_x, clear.1 + random.unit() * room_y);
        let whole =
            Area { x: x - clear.0, y: y - clear.1, w: size.0 + 2.0 * clear.0, h: size.1 + 2.0 * clear.1 };
        let free = taken.iter().all(|other| !other.meets(&whole));
        free.then_some(Area { x, y, w: size.0, h: size.1 })
    })
}

fn print_symbol(sheet: &mut Sheet, placed: &Placed, inverted: bool) {
    let (matrix, area) = (&placed.matrix, placed.area);
    if !inverted {
        sheet.symbol(matrix, area, 0.0);
        return;
    }
    let (quiet_x, quiet_y) = matrix.quiet_zone();
    let (x, y) = (quiet_x.max(1.5), quiet_y.max(1.5));
    sheet.fill(Area { x: area.x - x, y: area.y - y, w: area.w + 2.0 * x, h: area.h + 2.0 * y }, 0.0);
    sheet.symbol(matrix, area, 1.0);
}

/// Prints one thing that is no symbol, where there is room.
pub(crate) fn clutter(sheet: &mut Sheet, taken: &mut Vec<Area>, random: &mut Random) {
    let height = random.range(4.0, 11.0);
    let ink = if random.chance(0.8) { 0.0 } else { random.range(0.2, 0.6) };
    match random.below(10) {
        0 => {
            let size = (random.range(16.0, 60.0), random.range(10.0, 30.0));
            if let Some(area) = find_place(sheet, size, (1.0, 1.0), taken, random) {
                table(sheet, area, ink, random);
                taken.push(area);
            }
        }
        1 => {
            let side = random.range(10.0, 26.0);
            if let Some(area) = find_place(sheet, (side, side), (1.0, 1.0), taken, random) {
                logo(sheet, area, ink, random);
                taken.push(area);
            }
        }
        2 | 3 => {
            let word = *random.pick(&["LOT", "REF", "SN", "MD", "UDI", "2", "STERILE"]);
            let size = (text_width(word, height) + 2.0, height + 1.0);
            if let Some(area) = find_place(sheet, size, (0.5, 0.5), taken, random) {
                sheet.frame(area, 0.7, ink);
                sheet.text(word, area.x + 1.0, area.y + 0.5, height, ink, true);
                taken.push(area);
            }
        }
        _ => {
            let words = line_of_text(random);
            let size = (text_width(&words, height), height);
            if let Some(area) = find_place(sheet, size, (0.5, 0.3), taken, random) {
                sheet.text(&words, area.x, area.y, height, ink, random.chance(0.3));
                taken.push(area);
            }
        }
    }
}

pub(crate) fn line_of_text(random: &mut Random) -> String {
    let number = random.below(90_000) + 10_000;
    match random.below(9) {
        0 => format!("(01)0950{number}{number}1"),
        1 => format!("REF {number}-{}", random.below(90) + 10),
        2 => format!("LOT A{number}"),
        3 => format!("2027-{:02}-{:02}", random.below(12) + 1, random.below(28) + 1),
        4 => "Cannulated screw 4.5 x 60 mm".to_owned(),
        5 => format!("SN {number}"),
        6 => "Do not use if package is damaged".to_owned(),
        7 => "Rx only  STERILE | EO".to_owned(),
        _ => "Ti-6Al-4V ELI".to_owned(),
    }
}

fn table(sheet: &mut Sheet, area: Area, ink: f32, random: &mut Random) {
    let line = random.range(0.3, 1.0);
    sheet.frame(area, line, ink);
    let (rows, columns) = (2 + random.below(4), 1 + random.below(4));
    for row in 1..rows {
        sheet.fill(Area { y: area.y + area.h * row as f32 / rows as f32, h: line, ..area }, ink);
    }
    for column in 1..columns {
        sheet.fill(Area { x: area.x + area.w * column as f32 / columns as f32, w: line, ..area }, ink);
    }
}

fn logo(sheet: &mut Sheet, area: Area, ink: f32, random: &mut Random) {
    let (cx, cy) = area.centre();
    let radius = area.w / 2.0;
    let hole = random.range(0.0, 0.8);
    let sides = random.below(5);
    sheet.change(area, |x, y, under| {
        let (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
        let distance = match sides {
            0 | 1 => dx.hypot(dy),
            2 => dx.abs().max(dy.abs()),
            3 => dx.abs() + dy.abs(),
            _ => (dy.abs() * 1.5 - 0.3).max(dx.abs() * 1.2 + dy * 0.6),
        };
        if distance < 1.0 && distance > hole { ink } else { under }
    });
}
