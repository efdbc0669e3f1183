//! A label for printers that speak ZPL II: one graphic field of the whole label, dot by dot.
//!
//! A graphic leaves nothing to the printer's own barcode commands and fonts, so what prints is what was read
//! back here. The data is hexadecimal with ZPL's run lengths: `G` to `Y` repeat the next digit 1 to 19 times,
//! `g` to `z` 20 to 400 times; `,` fills the row with zeros, `!` with ones, `:` repeats the row above.

use std::fmt::Write;

use super::raster::Raster;

/// Darker than this is printed.
const BLACK: u8 = 128;

/// The label as one print job.
pub(crate) fn zpl(raster: &Raster) -> String {
    let row_bytes = raster.width.div_ceil(8);
    let total = row_bytes * raster.height;
    let mut text = String::new();
    // A `String` takes whatever it is given.
    let _ = write!(
        text,
        "^XA\n^PW{}\n^LL{}\n^LH0,0\n^FO0,0^GFA,{total},{total},{row_bytes},{}^FS\n^PQ1\n^XZ\n",
        raster.width,
        raster.height,
        data(raster, row_bytes)
    );
    text
}

fn data(raster: &Raster, row_bytes: usize) -> String {
    let mut data = String::new();
    let mut above: Option<Vec<u8>> = None;
    for row in raster.luma.chunks(raster.width.max(1)) {
        let mut digits = vec![0_u8; row_bytes * 2];
        for (x, _) in row.iter().enumerate().filter(|(_, grey)| **grey < BLACK) {
            digits[x / 4] |= 8 >> (x % 4);
        }
        if above.as_ref() == Some(&digits) {
            data.push(':');
        } else {
            push_row(&mut data, &digits);
        }
        above = Some(digits);
    }
    data
}

fn push_row(data: &mut String, digits: &[u8]) {
    let mut runs = digits.chunk_by(|one, other| one == other).peekable();
    while let Some(run) = runs.next() {
        let digit = run.first().copied().unwrap_or(0);
        match (digit, runs.peek()) {
            (0, None) => data.push(','),
            (15, None) => data.push('!'),
            _ => push_run(data, digit, run.len()),
        }
    }
}

fn push_run(data: &mut String, digit: u8, mut length: usize) {
    let digit = char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase();
    if length == 1 {
        data.push(digit);
        return;
    }
    while length > 0 {
        let part = length.min(419);
        if part >= 20 {
            data.push(letter(b'g', part / 20));
        }
        if !part.is_multiple_of(20) {
            data.push(letter(b'G', part % 20));
        }
        data.push(digit);
        length -= part;
    }
}

/// The `n`th letter from `first` on, counted from 1.
fn letter(first: u8, n: usize) -> char {
    char::from(first + u8::try_from(n.saturating_sub(1)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader of the graphic field, written from the ZPL II programming guide ("^GF", "Alternative data
    /// compression scheme"), apart from the writer above.
    fn read(zpl: &str) -> (usize, Vec<bool>) {
        let field = zpl.split_once("^GFA,").unwrap().1.split_once("^FS").unwrap().0;
        let parts: Vec<&str> = field.splitn(4, ',').collect();
        let (total, row_bytes): (usize, usize) = (parts[0].parse().unwrap(), parts[2].parse().unwrap());
        let mut rows: Vec<Vec<u8>> = vec![Vec::new()];
        let mut count = 0;
        for character in parts[3].chars() {
            let full = rows.last().unwrap().len() == row_bytes * 2;
            if full {
                rows.push(Vec::new());
            }
            let missing = row_bytes * 2 - rows.last().unwrap().len();
            let above = rows.len().checked_sub(2).map(|at| rows[at].clone());
            let row = rows.last_mut().unwrap();
            match character {
                'G'..='Y' => count += character as usize - 'G' as usize + 1,
                'g'..='z' => count += (character as usize - 'g' as usize + 1) * 20,
                ',' => row.extend(vec![0; missing]),
                '!' => row.extend(vec![15; missing]),
                ':' => row.extend(above.unwrap()),
                digit => {
                    let value = digit.to_digit(16).unwrap() as u8;
                    row.extend(vec![value; count.max(1)]);
                    count = 0;
                }
            }
        }
        assert_eq!(rows.len() * row_bytes, total);
        let bits =
            rows.concat().iter().flat_map(|digit| (0..4).map(move |bit| digit & 8 >> bit != 0)).collect();
        (row_bytes * 8, bits)
    }

    #[test]
    fn the_field_reads_back_as_the_raster() {
        let (width, height) = (1003, 40);
        let mut luma = vec![255; width * height];
        let mut state = 7_u32;
        for (at, grey) in luma.iter_mut().enumerate() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *grey = match at / width {
                0..8 => 255,
                8..12 => 0,
                12..20 => {
                    if at % width < 600 {
                        0
                    } else {
                        255
                    }
                }
                _ => (state >> 24) as u8,
            };
        }
        let raster = Raster { width, height, luma };
        let (stride, bits) = read(&zpl(&raster));
        for y in 0..height {
            for x in 0..width {
                assert_eq!(bits[y * stride + x], raster.luma[y * width + x] < 128, "{x}, {y}");
            }
        }
    }
}
