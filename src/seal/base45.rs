//! Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most densely.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Encodes bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for pair in bytes.chunks(2) {
        let number = pair.iter().fold(0_usize, |number, &byte| number << 8 | usize::from(byte));
        let digits = [number % 45, number / 45 % 45, number / 2025];
        let used = if pair.len() == 2 { 3 } else { 2 };
        for digit in digits.into_iter().take(used) {
            text.extend(ALPHABET.get(digit).map(|&character| char::from(character)));
        }
    }
    text
}

/// Decodes text; `None` where it is not what an encoder writes.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.chunks(3) {
        let digits: Option<Vec<u32>> = group.iter().map(|&character| digit(character)).collect();
        match digits?.as_slice() {
            [low, middle, high] => {
                bytes.extend(u16::try_from(low + middle * 45 + high * 2025).ok()?.to_be_bytes());
            }
            [low, high] => bytes.push(u8::try_from(low + high * 45).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|&known| known == character).and_then(|digit| u32::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_9285() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn overflowing_groups_and_foreign_characters_are_refused() {
        for text in ["GGW", "::", ":::", "A", "AAAA", "bb8", "BB8\n"] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes));
        }

        #[test]
        fn no_two_texts_mean_one_message(text: Vec<u8>) {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes).into_bytes(), text);
            }
        }
    }
}
