//! Canonical JSON as TUF signs it (OLPC's form): sorted keys, no spaces, integers only, two escapes.

use serde_json::Value;

/// The canonical bytes of a value; `None` when it holds a number that is no integer, which has no such form.
pub(super) fn canonical(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Some(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            out.extend(number.to_string().into_bytes());
        }
        Value::Number(_) => return None,
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                comma(position, out);
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // UTF-8 order is code point order, whatever order the map keeps.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(key, _)| key.as_bytes());
            out.push(b'{');
            for (position, (key, item)) in sorted.into_iter().enumerate() {
                comma(position, out);
                write_text(key, out);
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Some(())
}

fn comma(position: usize, out: &mut Vec<u8>) {
    if position > 0 {
        out.push(b',');
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(json: &str) -> Option<String> {
        canonical(&serde_json::from_str(json).unwrap()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn keys_are_sorted_and_only_two_characters_escaped() {
        let json = r#"{ "b": [1, -2, true, null], "a": "q\"\\\n\u00e9", "B": {} }"#;
        let expected = "{\"B\":{},\"a\":\"q\\\"\\\\\n\u{e9}\",\"b\":[1,-2,true,null]}";
        assert_eq!(canonical_of(json).as_deref(), Some(expected));
    }

    #[test]
    fn a_fraction_has_no_canonical_form() {
        assert_eq!(canonical_of("[1.5]"), None);
        assert_eq!(canonical_of("[1e3]"), None);
        assert_eq!(canonical_of("[18446744073709551616]"), None);
    }
}
