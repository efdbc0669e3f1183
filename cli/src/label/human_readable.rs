//! The human-readable text of a label, by the rules of the agency whose identifiers it carries.
//!
//! It is read off the message itself, so text and symbol cannot differ.

use jiff::civil::Date;
use udi_verify::udi::{Agency, Scan, Udi, parse};

/// The text in pieces that are not broken if that can be helped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pieces: Vec<String>,
    /// Pieces run on as one string; else each has a line of its own.
    runs_on: bool,
}

/// Elements of the seal: they say nothing to a person and stay out.
const SEAL: [&str; 2] = ["91", "92"];
/// Characters in a line where nothing else limits it.
const FREE_COLUMNS: usize = 28;

impl Text {
    /// Of the message of a UDI symbol.
    pub(crate) fn of(message: &str, today: Date) -> Self {
        let udi = parse(&Scan { bytes: message.as_bytes().to_vec(), symbology_identifier: None }, today);
        match udi.agency {
            Some(Agency::GS1) => Self::gs1(&udi),
            Some(Agency::HIBCC) => Self::hibc(message),
            Some(Agency::ICCBBA) => Self { pieces: starting_at(message, &['=', '&']), runs_on: true },
            Some(Agency::IFA) => Self::ifa(&udi),
            _ => Self { pieces: after(message, '.'), runs_on: true },
        }
    }

    /// GS1 General Specifications 4.14: application identifiers in brackets, which are not encoded; a line is
    /// broken before an identifier, the primary key stands first.
    fn gs1(udi: &Udi) -> Self {
        let elements = udi.elements.iter().filter(|element| !SEAL.contains(&element.id.as_str()));
        let (mut primary, rest): (Vec<_>, Vec<_>) =
            elements.partition(|element| matches!(element.id.as_str(), "01" | "03"));
        primary.extend(rest);
        let pieces = primary.iter().map(|element| format!("({}){}", element.id, element.value)).collect();
        Self { pieces, runs_on: false }
    }

    /// ANSI/HIBC 2.6: an asterisk at either end, which is not encoded; a check character that is a space is
    /// shown as an underscore; a line is broken before a `/`.
    fn hibc(message: &str) -> Self {
        let shown = match message.strip_suffix(' ') {
            Some(head) => format!("*{head}_*"),
            None => format!("*{message}*"),
        };
        Self { pieces: starting_at(&shown, &['/']), runs_on: true }
    }

    /// IFA coding system, 4.4: the names of the data beside their values, a line each.
    fn ifa(udi: &Udi) -> Self {
        let name = |id: &str| match id {
            "9N" => Some("PPN"),
            "1T" => Some("LOT"),
            "D" => Some("EXP"),
            "S" => Some("SN"),
            "16D" => Some("MFD"),
            "8P" => Some("GTIN"),
            _ => None,
        };
        let line = |id: &str, value: &str| format!("{}: {value}", name(id).unwrap_or(id));
        let pieces = udi.elements.iter().map(|element| line(&element.id, &element.value)).collect();
        Self { pieces, runs_on: false }
    }

    /// The lines of a column so many characters wide; where nothing limits it, of a width that suits.
    pub(crate) fn lines(&self, columns: Option<usize>) -> Vec<String> {
        if !self.runs_on {
            return self.pieces.iter().flat_map(|piece| broken(piece, columns)).collect();
        }
        let columns = columns.unwrap_or(FREE_COLUMNS);
        let mut lines: Vec<String> = Vec::new();
        for piece in self.pieces.iter().flat_map(|piece| broken(piece, Some(columns))) {
            match lines.last_mut() {
                Some(line) if line.chars().count() + piece.chars().count() <= columns => {
                    line.push_str(&piece)
                }
                _ => lines.push(piece),
            }
        }
        lines
    }
}

/// A piece that is too long for the column, broken where the column ends: that cannot be helped.
fn broken(piece: &str, columns: Option<usize>) -> Vec<String> {
    let characters: Vec<char> = piece.chars().collect();
    let columns = columns.unwrap_or(characters.len()).max(1);
    characters.chunks(columns).map(|part| part.iter().collect()).collect()
}

/// Pieces that begin with one of `marks`, but for the first.
fn starting_at(text: &str, marks: &[char]) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for character in text.chars() {
        match pieces.last_mut() {
            Some(piece) if !marks.contains(&character) => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

/// Pieces that end with `mark`, but for the last.
fn after(text: &str, mark: char) -> Vec<String> {
    text.split_inclusive(mark).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2027, 3, 15);

    fn lines(message: &str, columns: usize) -> Vec<String> {
        Text::of(message, TODAY).lines(Some(columns))
    }

    #[test]
    fn gs1_has_brackets_the_key_first_and_no_seal() {
        let signature = "A".repeat(86);
        let message = format!("17280131010950123456789110LOT-7\u{1d}21SN1\u{1d}91AbC1\u{1d}92{signature}");
        assert_eq!(lines(&message, 30), ["(01)09501234567891", "(17)280131", "(10)LOT-7", "(21)SN1"]);
        assert_eq!(lines(&message, 10)[..2], ["(01)095012", "34567891"], "too narrow for the key");
    }

    #[test]
    fn hibc_stands_between_asterisks_and_breaks_before_a_slash() {
        let message = "+A123BJC5D6E71G";
        assert_eq!(lines(message, 40), ["*+A123BJC5D6E71G*"]);
        let message =
            "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C";
        let broken = lines(message, 30);
        assert_eq!(broken.concat(), format!("*{message}*"));
        assert!(broken[1..].iter().all(|line| line.starts_with('/')), "{broken:?}");
        assert_eq!(Text::hibc("+A1 ").lines(None), ["*+A1_*"]);
    }

    #[test]
    fn isbt_breaks_before_a_data_identifier() {
        let message = "=/A9999XYZ100T0944=,000025=A99971312345600=>014032";
        let broken = lines(message, 24);
        assert_eq!(broken.concat(), message);
        assert!(broken.iter().all(|line| line.starts_with('=')), "{broken:?}");
    }
}
