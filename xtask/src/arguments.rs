//! The command line of xtask.

use anyhow::{Context, Result, bail};

/// What is printed for `cargo xtask help` and after a wrong call.
pub(crate) const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo  [--lan] [--port N] [--no-serve] [--dev]
                                       build everything, make the demo set and serve it with the app
  test  [rust|web] [--long]            every check and test; rust or web alone while working; --long adds
                                       more cases in property tests, a minute of
                                       fuzzing a target, and signing under Spark
  build [--dev]                        the npm package in pkg/, the app in target/site/, the tool in
                                       target/release/udi
  wasm  [--dev]                        the wasm and its bindings alone, in target/bindgen/
  bench [--read | --web | issuer | NAME...]
                                       the figures of the documentation, printed again: of the core, of the readers,
                                       of the app in a browser (behind --web its parts: cold-start, label,
                                       slowed, receiving, memory, lighthouse), of the issuer's tool at ten million records
  screens [--dev]                      every view of the app as a PNG in target/screens/, in each language, light
                                       and dark, phones to desktop
  fuzz  [--seconds N] [NAME...]        all fuzz targets or the named ones, a minute each
  check                                the rules about the source alone, in a second

  --dev builds the wasm quickly for iterating: larger and slower, never to be shipped";

/// How long each fuzz target runs, unless told otherwise.
pub(crate) const FUZZ_SECONDS: u64 = 60;

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Build, make the demo set, serve it.
    Demo {
        /// Serve to the local network, over HTTPS, so that a phone can open it.
        lan: bool,
        /// The port, where the usual one is taken; 0 takes a free one.
        port: Option<u16>,
        /// Stop before serving.
        no_serve: bool,
        /// How the wasm is built.
        wasm: WasmProfile,
    },
    /// Run the checks and tests.
    Test {
        /// Which part.
        part: TestPart,
        /// Whether the long random tests and fuzzing run too.
        long: bool,
    },
    /// Build what ships.
    Build {
        /// How the wasm is built.
        wasm: WasmProfile,
    },
    /// Build the wasm and its bindings.
    Wasm {
        /// How.
        wasm: WasmProfile,
    },
    /// Draw every view of the app.
    Screens {
        /// How the wasm is built.
        wasm: WasmProfile,
    },
    /// Print figures.
    Bench {
        /// Handed on to the benches.
        names: Vec<String>,
        /// The table of reading rates beside other decoders.
        read: bool,
        /// The app's figures in a browser.
        web: bool,
    },
    /// Fuzz the readers of outside bytes.
    Fuzz {
        /// How long each target runs.
        seconds: u64,
        /// Which targets; none named means all.
        names: Vec<String>,
    },
    /// Check the source's rules.
    Check,
    /// Print the usage.
    Help,
}

/// Which tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestPart {
    /// Everything.
    All,
    /// Formatting, lints, source rules, cargo's tests and documentation.
    Rust,
    /// The package's and the app's.
    Web,
}

/// How the wasm is built: a profile of the root manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmProfile {
    /// What ships: small and fast.
    Ship,
    /// For iterating: quick to build.
    Dev,
}

impl WasmProfile {
    /// The profile's name in the root manifest.
    pub(crate) fn name(self) -> &'static str {
        match self {
            WasmProfile::Ship => "wasm",
            WasmProfile::Dev => "wasm-dev",
        }
    }
}

impl Command {
    /// Reads the arguments after `cargo xtask`.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command> {
        let arguments: Vec<String> = arguments.collect();
        let Some((name, rest)) = arguments.split_first() else { return Ok(Command::Help) };
        let mut rest = Options(rest.to_vec());
        if rest.take("--help") || rest.take("-h") {
            return Ok(Command::Help);
        }
        let command = match name.as_str() {
            "demo" => Command::Demo {
                lan: rest.take("--lan"),
                port: rest.number("--port")?,
                no_serve: rest.take("--no-serve"),
                wasm: rest.wasm_profile(),
            },
            "test" => Command::Test { part: rest.test_part(), long: rest.take("--long") },
            "build" => Command::Build { wasm: rest.wasm_profile() },
            "wasm" => Command::Wasm { wasm: rest.wasm_profile() },
            "screens" => Command::Screens { wasm: rest.wasm_profile() },
            "bench" => {
                Command::Bench { read: rest.take("--read"), web: rest.take("--web"), names: rest.names() }
            }
            "fuzz" => Command::Fuzz {
                seconds: rest.number("--seconds")?.unwrap_or(FUZZ_SECONDS),
                names: rest.names(),
            },
            "check" => Command::Check,
            "help" | "--help" | "-h" => Command::Help,
            other => bail!("there is no command `{other}`\n\n{USAGE}"),
        };
        match rest.0.first() {
            None => Ok(command),
            Some(unknown) => bail!("`{name}` does not take `{unknown}`\n\n{USAGE}"),
        }
    }
}

/// The arguments that no option has taken yet.
struct Options(Vec<String>);

impl Options {
    fn take(&mut self, option: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|argument| argument != option);
        self.0.len() < before
    }

    fn wasm_profile(&mut self) -> WasmProfile {
        if self.take("--dev") { WasmProfile::Dev } else { WasmProfile::Ship }
    }

    fn number<N: std::str::FromStr>(&mut self, option: &str) -> Result<Option<N>> {
        let Some(at) = self.0.iter().position(|argument| argument == option) else { return Ok(None) };
        let number = self.0.drain(at..self.0.len().min(at + 2)).nth(1).and_then(|text| text.parse().ok());
        number.map(Some).with_context(|| format!("{option} takes a whole number"))
    }

    fn names(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0)
    }

    fn test_part(&mut self) -> TestPart {
        match (self.take("rust"), self.take("web")) {
            (true, false) => TestPart::Rust,
            (false, true) => TestPart::Web,
            _ => TestPart::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command> {
        Command::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_the_commands_of_the_readme() {
        let demo = Command::Demo { lan: true, port: None, no_serve: false, wasm: WasmProfile::Ship };
        assert_eq!(parse("demo --lan").unwrap(), demo);
        let demo = Command::Demo { lan: false, port: Some(9000), no_serve: false, wasm: WasmProfile::Ship };
        assert_eq!(parse("demo --port 9000").unwrap(), demo);
        assert_eq!(parse("test").unwrap(), Command::Test { part: TestPart::All, long: false });
        let web = Command::Test { part: TestPart::Web, long: true };
        assert_eq!(parse("test web --long").unwrap(), web);
        let fuzz = Command::Fuzz { seconds: 600, names: vec!["udi_parse".into()] };
        assert_eq!(parse("fuzz udi_parse --seconds 600").unwrap(), fuzz);
        assert_eq!(parse("build --dev").unwrap(), Command::Build { wasm: WasmProfile::Dev });
        assert_eq!(parse("screens").unwrap(), Command::Screens { wasm: WasmProfile::Ship });
        assert_eq!(parse("").unwrap(), Command::Help);
        assert_eq!(parse("demo --help").unwrap(), Command::Help);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(parse("demo --lann").unwrap_err().to_string().contains("`--lann`"));
        assert!(parse("demo --port 70000").is_err());
        assert!(parse("fuzz --seconds").is_err());
        assert!(parse("fuzz --seconds ten").is_err());
        assert!(parse("dmeo").unwrap_err().to_string().contains("`dmeo`"));
    }
}
