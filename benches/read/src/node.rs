//! Readers in Node's wasm: `reader.mjs` is fed frames and answers with JSON lines.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::catalogue::{format_named, unhex};
use crate::readers::{Answer, Reader, Reading};

/// A reader running in Node.
#[derive(Debug)]
pub struct NodeReader {
    child: Child,
    frames: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Line {
    milliseconds: f64,
    readings: Vec<LineReading>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineReading {
    format: String,
    identifier: Option<String>,
    bytes_hex: String,
    text: String,
}

impl NodeReader {
    /// Starts `engine`: `zxing-wasm` or `ours`.
    ///
    /// # Errors
    /// Where Node cannot be started; an engine that fails later fails the first frame.
    pub fn start(engine: &str) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("reader.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .arg(engine)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node")?;
        let frames = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().context("node has no standard output")?);
        Ok(Self { child, frames, answers })
    }
}

impl Reader for NodeReader {
    fn read(&mut self, luma: &[u8], width: usize, height: usize) -> Result<Answer> {
        let frames = self.frames.as_mut().context("node has no standard input")?;
        for side in [width, height] {
            frames.write_all(&u32::try_from(side)?.to_le_bytes())?;
        }
        frames.write_all(luma)?;
        frames.flush()?;
        let mut line = String::new();
        ensure!(self.answers.read_line(&mut line)? > 0, "node ended without an answer");
        let Line { milliseconds, readings } = serde_json::from_str(&line)?;
        let readings = readings.into_iter().map(reading).collect::<Result<_>>()?;
        Ok(Answer { readings, milliseconds })
    }
}

impl Drop for NodeReader {
    fn drop(&mut self) {
        drop(self.frames.take());
        // Its input has ended, so it ends; how it ended no longer matters.
        let _ = self.child.wait();
    }
}

fn reading(line: LineReading) -> Result<Reading> {
    let bytes = unhex(&line.bytes_hex).context("node sent malformed hexadecimal")?;
    Ok(Reading { format: format_named(&line.format), identifier: line.identifier, bytes, text: line.text })
}
