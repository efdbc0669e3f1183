//! Undoing Code 39 full ASCII (ISO/IEC 16388 annex A), which turns the `+A` of a HIBC symbol into `a`.

use super::check_character::check_character;
use crate::udi::text::{Rewrite, Text};

/// The Code 39 characters that a full-ASCII decoder took for this one.
fn pair(byte: u8) -> Option<[u8; 2]> {
    let (shift, letter) = match byte {
        0 => (b'%', b'U'),
        1..=26 => (b'$', b'A' + byte - 1),
        27..=31 => (b'%', b'A' + byte - 27),
        b'!'..=b',' => (b'/', b'A' + byte - b'!'),
        b'/' => (b'/', b'O'),
        b':' => (b'/', b'Z'),
        b';'..=b'?' => (b'%', b'F' + byte - b';'),
        b'@' => (b'%', b'V'),
        b'['..=b'_' => (b'%', b'K' + byte - b'['),
        b'`' => (b'%', b'W'),
        b'a'..=b'z' => (b'+', b'A' + byte - b'a'),
        b'{'..=127 => (b'%', b'P' + byte - b'{'),
        _ => return None,
    };
    Some([shift, letter])
}

/// The symbol's own characters, where undoing the map gives a HIBC message whose check character is right.
/// `$ % + /` may be themselves or a decoded pair: both are tried, all of a kind alike.
pub(in crate::udi) fn undone(text: &Text<'_>) -> Option<Text<'static>> {
    let kept: [&[u8]; 4] = [b"$%+/", b"$%+", b"%+", b""];
    kept.into_iter().map(|kept| undo(text, kept)).find(|undone| is_hibc(undone.bytes()))
}

/// The same where the reader took the check character off (`]A7`): only the letter behind the first `+` is
/// undone, since nothing bears out more.
pub(in crate::udi) fn undone_unchecked(text: &Text<'_>) -> Option<Text<'static>> {
    text.bytes().first().filter(|first| first.is_ascii_lowercase())?;
    let undone = undo(text, b"$%+/");
    (undone.len() >= 5).then_some(undone)
}

fn undo(text: &Text<'_>, kept: &[u8]) -> Text<'static> {
    let mut rewrite = Rewrite::default();
    for (at, &byte) in text.bytes().iter().enumerate() {
        let span = text.span(at..at + 1);
        match pair(byte).filter(|_| !kept.contains(&byte)) {
            Some(characters) => characters.into_iter().for_each(|character| rewrite.push(character, span)),
            None => rewrite.push(byte, span),
        }
    }
    rewrite.finish()
}

fn is_hibc(text: &[u8]) -> bool {
    text.starts_with(b"+")
        && text.len() >= 5
        && text.split_last().is_some_and(|(check, body)| check_character(body) == Some(*check))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_letter_are_recovered_from_lower_case() {
        let text = undone(&Text::plain(b"a123BJC5D6E71G", 0)).unwrap();
        assert_eq!(text.bytes(), b"+A123BJC5D6E71G");
        assert_eq!(text.span(0..2), (0, 1));
        assert!(undone(&Text::plain(b"a123BJC5D6E71H", 0)).is_none());
    }
}
