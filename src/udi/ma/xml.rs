//! MA codes in the XML form that some RFID labels carry: `<UDI IAC="MA"><DI>…</DI><SN>…</SN>…</UDI>`.

use crate::udi::text::{Rewrite, Text};

/// Element names and the letters they stand for in the dotted form.
const NAMES: [(&[u8], &[u8]); 6] =
    [(b"DI", b""), (b"SN", b".S"), (b"MFG", b".M"), (b"LOT", b".L"), (b"EXP", b".E"), (b"VAL", b".V")];

/// The dotted form of such a text; `None` when it is none.
pub(in crate::udi) fn rewritten(text: &Text<'_>) -> Option<Text<'static>> {
    if !text.bytes().starts_with(b"<UDI") {
        return None;
    }
    let mut rewrite = Rewrite::default();
    for (name, letters) in NAMES {
        let Some((from, to)) = content(text.bytes(), name) else { continue };
        for &byte in letters {
            rewrite.push(byte, text.span(from..from));
        }
        for at in from..to {
            let byte = text.get(at..at + 1).first().copied()?;
            rewrite.push(byte, text.span(at..at + 1));
        }
    }
    (rewrite.len() > 0).then(|| rewrite.finish())
}

/// Where the content of the first element with this name stands.
fn content(xml: &[u8], name: &[u8]) -> Option<(usize, usize)> {
    let open = [b"<", name, b">"].concat();
    let close = [b"</", name, b">"].concat();
    let from = find(xml, &open)? + open.len();
    let to = from + find(xml.get(from..)?, &close)?;
    Some((from, to))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
