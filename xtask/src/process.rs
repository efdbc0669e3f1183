//! Runs the programs that do the work, so that a long one shows progress and a failed one shows why.

use std::fs::{self, File};
use std::io::{IsTerminal, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::session::Session;

/// Where progress cannot be redrawn in place (a log, CI), a line of it is printed this often.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);
/// On a terminal the progress line is redrawn this often.
const REDRAW_EVERY: Duration = Duration::from_millis(250);
/// How much of a failed program's output is shown; the log has all of it.
const LINES_SHOWN_ON_FAILURE: usize = 40;

/// What the reader of the screen sees of a program while it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Its last line and the time, as progress; all of it goes to a log that is shown on failure.
    Progress,
    /// Every line, as it comes.
    Everything,
}

/// Runs a program to its end. Fails when the program does.
pub(crate) fn run(
    session: &Session,
    log_name: &str,
    command: &mut Command,
    show: Show,
) -> Result<Vec<String>> {
    let ended = run_limited(session, log_name, command, show, None)?;
    if !ended.success {
        let shown = ended.lines.len().saturating_sub(LINES_SHOWN_ON_FAILURE);
        if show == Show::Progress {
            for line in ended.lines.iter().skip(shown) {
                eprintln!("    | {line}");
            }
        }
        bail!("{} failed; all it printed is in target/xtask/logs/{log_name}.log", program_of(command));
    }
    Ok(ended.lines)
}

/// A program that has ended.
pub(crate) struct Ended {
    /// Whether it succeeded (a program stopped at its time limit did not).
    pub(crate) success: bool,
    /// What it printed, both streams, progress redraws left out.
    pub(crate) lines: Vec<String>,
}

/// Runs a program to its end or to a time limit, for attempts whose failure has another way out.
pub(crate) fn run_limited(
    session: &Session,
    log_name: &str,
    command: &mut Command,
    show: Show,
    limit: Option<Duration>,
) -> Result<Ended> {
    let mut log = open_log(session, log_name)?;
    let program = program_of(command);
    let mut child = command
        // Cargo then counts what is done and what is left, also where it does not see a terminal.
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {program}"))?;
    let output = read_lines(&mut child);
    let mut progress = Progress::new(show);
    let mut lines = Vec::new();
    let started = Instant::now();
    loop {
        match output.recv_timeout(REDRAW_EVERY) {
            Ok(Piece { text, redraw: true }) => progress.see(text),
            Ok(Piece { text, redraw: false }) => {
                writeln!(log, "{text}")?;
                if show == Show::Everything {
                    println!("{text}");
                }
                progress.see(text.clone());
                lines.push(text);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.draw();
        if limit.is_some_and(|limit| started.elapsed() > limit) {
            child.kill().with_context(|| format!("stop {program}"))?;
            writeln!(log, "stopped after {} s", started.elapsed().as_secs())?;
            break;
        }
    }
    let status = child.wait().with_context(|| format!("wait for {program}"))?;
    progress.clear();
    Ok(Ended { success: status.success(), lines })
}

/// What a small program prints, for questions such as a version. `None` when it is absent or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn program_of(command: &Command) -> String {
    let arguments = command.get_args().take(2).map(|argument| argument.to_string_lossy());
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or_default();
    std::iter::once(program.to_string_lossy()).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn open_log(session: &Session, name: &str) -> Result<File> {
    let folder = session.target("xtask/logs");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let file = folder.join(format!("{name}.log"));
    File::create(&file).with_context(|| format!("write {}", file.display()))
}

/// One line, or one redraw of a progress line (ended by a carriage return).
struct Piece {
    text: String,
    redraw: bool,
}

fn read_lines(child: &mut Child) -> Receiver<Piece> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let sender = sender.clone();
        thread::spawn(move || split(stdout, &sender));
    }
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || split(stderr, &sender));
    }
    receiver
}

fn split(mut stream: impl Read, sender: &Sender<Piece>) {
    let mut buffer = [0_u8; 4096];
    let mut line = Vec::new();
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        for &byte in buffer.iter().take(count) {
            if byte == b'\n' || byte == b'\r' {
                let text = String::from_utf8_lossy(&line).into_owned();
                let _ = sender.send(Piece { text, redraw: byte == b'\r' });
                line.clear();
            } else {
                line.push(byte);
            }
        }
    }
    if !line.is_empty() {
        let _ = sender.send(Piece { text: String::from_utf8_lossy(&line).into_owned(), redraw: false });
    }
}

/// The one line that tells how far a long program is.
struct Progress {
    started: Instant,
    drawn: Instant,
    last: String,
    shown: bool,
    on_terminal: bool,
    wanted: bool,
}

impl Progress {
    fn new(show: Show) -> Progress {
        let now = Instant::now();
        let on_terminal = std::io::stdout().is_terminal();
        let wanted = show == Show::Progress;
        Progress { started: now, drawn: now, last: String::new(), shown: false, on_terminal, wanted }
    }

    fn see(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.last = text;
        }
    }

    fn draw(&mut self) {
        let every = if self.on_terminal { REDRAW_EVERY } else { PROGRESS_EVERY };
        if !self.wanted || self.drawn.elapsed() < every {
            return;
        }
        self.drawn = Instant::now();
        let last: String = self.last.trim().chars().take(96).collect();
        let line = format!("    {:>4} s  {last}", self.started.elapsed().as_secs());
        if self.on_terminal {
            print!("\r\x1b[2K{line}");
            let _ = std::io::stdout().flush();
            self.shown = true;
        } else {
            println!("{line}");
        }
    }

    fn clear(&mut self) {
        if self.shown {
            print!("\r\x1b[2K");
            let _ = std::io::stdout().flush();
        }
    }
}
