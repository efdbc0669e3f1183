//! Rust source as words and signs, comments and strings left out, test code marked.

use std::collections::BTreeSet;

use super::Source;

/// A word (identifier, keyword, number) or one sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from one.
    pub(super) line: usize,
    /// Whether it stands in an item under `#[cfg(test)]` or in a test function.
    pub(super) in_test: bool,
}

/// Splits source into tokens.
pub(super) fn tokenize(source: &str) -> Vec<Token> {
    let mut scanner = Scanner { rest: source, line: 1, tokens: Vec::new() };
    while scanner.step() {}
    scanner.tokens
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        let length = if self.rest.starts_with("//") {
            self.rest.find('\n').unwrap_or(self.rest.len())
        } else if self.rest.starts_with("/*") {
            block_comment(self.rest)
        } else if let Some(length) = raw_string(self.rest) {
            length
        } else if first == '"' {
            quoted(self.rest, '"')
        } else if first == '\'' {
            character_or_lifetime(self.rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let length = end.unwrap_or(self.rest.len());
            self.push(length);
            length
        } else {
            if !first.is_whitespace() {
                self.push(first.len_utf8());
            }
            first.len_utf8()
        };
        let (passed, rest) = self.rest.split_at(length);
        self.line += passed.matches('\n').count();
        self.rest = rest;
        true
    }

    fn push(&mut self, length: usize) {
        let text = self.rest.split_at(length).0.to_owned();
        self.tokens.push(Token { text, line: self.line, in_test: false });
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"` and the like at the start of the text.
fn raw_string(text: &str) -> Option<usize> {
    let after =
        text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)? + end.len();
    Some(text.len() - body.len() + length)
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

fn character_or_lifetime(text: &str) -> usize {
    let mut characters = text.chars().skip(1);
    let (first, second) = (characters.next(), characters.next());
    if first == Some('\\') || second == Some('\'') { quoted(text, '\'') } else { 1 }
}

/// Marks the items that follow `#[cfg(test)]` (or `cfg(all(test, …))`) and `#[test]`.
pub(super) fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let Some(after) = test_attribute(tokens, at) else {
            at += 1;
            continue;
        };
        let end = item_end(tokens, after);
        for token in tokens.iter_mut().take(end).skip(at) {
            token.in_test = true;
        }
        at = end;
    }
}

/// Whether the texts of the tokens from `at` on are these.
pub(super) fn is_at(tokens: &[Token], at: usize, texts: &[&str]) -> bool {
    texts
        .iter()
        .enumerate()
        .all(|(offset, text)| tokens.get(at + offset).is_some_and(|token| token.text == *text))
}

/// Where the attribute at `at` ends, if it is one that makes its item test code.
fn test_attribute(tokens: &[Token], at: usize) -> Option<usize> {
    if !is_at(tokens, at, &["#", "["]) {
        return None;
    }
    let end = closing(tokens, at + 1, "[", "]");
    let inside: Vec<&str> = tokens.get(at + 2..end)?.iter().map(|token| token.text.as_str()).collect();
    let is_test = match inside.as_slice() {
        ["test"] => true,
        ["cfg", conditions @ ..] => conditions.contains(&"test") && !conditions.contains(&"not"),
        _ => false,
    };
    is_test.then_some(end + 1)
}

/// The end of the item that starts at `at`: past its `;`, or past its block.
fn item_end(tokens: &[Token], at: usize) -> usize {
    let mut here = at;
    while let Some(token) = tokens.get(here) {
        match token.text.as_str() {
            ";" => return here + 1,
            "{" => return closing(tokens, here, "{", "}") + 1,
            "[" => here = closing(tokens, here, "[", "]"),
            "(" => here = closing(tokens, here, "(", ")"),
            _ => {}
        }
        here += 1;
    }
    tokens.len()
}

/// Where the bracket opened at `at` closes.
pub(super) fn closing(tokens: &[Token], at: usize, open: &str, close: &str) -> usize {
    let mut depth = 0_usize;
    for (here, token) in tokens.iter().enumerate().skip(at) {
        if token.text == open {
            depth += 1;
        } else if token.text == close {
            depth -= 1;
            if depth == 0 {
                return here;
            }
        }
    }
    tokens.len()
}

/// The files that are test code as a whole: those of `#[cfg(test)] mod name;`, and folders named `tests`.
pub(super) fn test_files(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources {
        let folder = module_folder(&source.file);
        for (at, token) in source.tokens.iter().enumerate() {
            if token.in_test && token.text == "mod" && is_at(&source.tokens, at + 2, &[";"]) {
                let name = source.tokens.get(at + 1).map_or("", |token| token.text.as_str());
                found.insert(format!("{folder}/{name}.rs"));
                found.insert(format!("{folder}/{name}/mod.rs"));
            }
        }
        if source.file.contains("/tests/") {
            found.insert(source.file.clone());
        }
    }
    found
}

/// The folder in which a file's child modules lie.
fn module_folder(file: &str) -> String {
    let stem = file.trim_end_matches(".rs");
    let is_root = ["/mod", "/lib", "/main"].into_iter().find_map(|root| stem.strip_suffix(root));
    is_root.unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokenize(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_strings_are_no_tokens() {
        assert_eq!(texts("a // b\n/* c /* d */ e */ f"), ["a", "f"]);
        assert_eq!(
            texts(r##"let x = r#"unsafe " fs"# + "y\"z" + b'"';"##),
            ["let", "x", "=", "+", "+", "b", ";"]
        );
        assert_eq!(texts("fn f<'a>(x: &'a str) { '\\'' }"), {
            ["fn", "f", "<", "a", ">", "(", "x", ":", "&", "a", "str", ")", "{", "}"]
        });
    }

    #[test]
    fn lines_are_counted_through_strings_and_comments() {
        let tokens = tokenize("/* 1\n2 */ \"a\nb\" here");
        assert_eq!(tokens.first().map(|token| (token.text.as_str(), token.line)), Some(("here", 3)));
    }

    #[test]
    fn test_items_are_marked_and_nothing_after_them() {
        let mut tokens = tokenize(
            "use a; #[cfg(test)] mod tests { fn b() {} } fn c() {} #[test] fn d() { x } #[cfg(not(test))] fn e() {}",
        );
        mark_tests(&mut tokens);
        let marked = |text: &str| tokens.iter().find(|token| token.text == text).map(|token| token.in_test);
        assert_eq!(
            ["a", "b", "c", "d", "x", "e"].map(|t| marked(t).unwrap()),
            [false, true, false, true, true, false]
        );
    }

    #[test]
    fn a_module_declared_for_tests_is_a_test_file() {
        let sources = [Source::new("src/udi/mod.rs".into(), "#[cfg(test)] mod vectors; mod gs1;".into())];
        let found = test_files(&sources);
        assert!(found.contains("src/udi/vectors.rs") && !found.contains("src/udi/gs1.rs"));
    }
}
