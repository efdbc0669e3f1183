//! The threat table of `docs/trust.md` is held to the tests it names: each line names at least one, and each of
//! them exists.

use std::fs;
use std::path::Path;

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["node_modules", "target", "vectors", "samples"].contains(&name.as_str()) {
            sources(&path, all);
        } else if ["rs", "mjs", "py"].iter().any(|end| name.ends_with(&format!(".{end}"))) {
            *all += &fs::read_to_string(&path).unwrap();
        }
    }
}

#[test]
fn every_line_of_the_threat_table_names_a_test_that_exists() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(project.join("docs/trust.md")).unwrap();
    let (_, table) = page.split_once("| threat | control | test | what remains |").unwrap();
    let lines: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(lines.len() > 20, "{} threats", lines.len());
    let mut all = String::new();
    for folder in ["src", "tests", "cli/src", "pkg-tests", "xtask/src"] {
        sources(&project.join(folder), &mut all);
    }
    for line in lines {
        let tests = line.split('|').nth(3).unwrap();
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {line}");
        for name in named {
            let exists = all.contains(&format!("fn {name}()")) || all.contains(&format!("test(\"{name}\""));
            assert!(exists || all.contains(&format!("fn {name}(")), "no such test: {name}");
        }
    }
}
