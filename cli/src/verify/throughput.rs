//! Many inputs on every core, the answers in the order of the inputs.
//!
//! Whatever waits is taken as one batch: a scanner that sends one line gets its answer at once, a stream of
//! lines keeps every core busy.

use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use crate::failure::{Exit, Failure, OrFail};

/// Most inputs of a batch.
const BATCH: usize = 4096;

/// What one input gives: lines to print, and what went wrong, if anything.
pub(super) struct Answer {
    /// JSON lines.
    pub(super) lines: Vec<u8>,
    /// Words for a person, a line each.
    pub(super) remarks: Vec<String>,
    /// An input that could not be read; the others still are.
    pub(super) failure: Option<Failure>,
}

/// Answers every input with `answer`, on `threads` threads; the first failure is given back at the end.
pub(super) fn answer_all(
    inputs: impl Iterator<Item = Result<Vec<u8>, Failure>> + Send + 'static,
    threads: usize,
    answer: impl Fn(&[u8]) -> Result<Answer, Failure> + Sync,
    out: &mut impl Write,
) -> Result<Option<Failure>, Failure> {
    let (sender, waiting) = sync_channel(BATCH);
    // Not waited for: when writing fails, a scanner that sends nothing must not keep the process.
    thread::spawn(move || {
        for input in inputs {
            if sender.send(input).is_err() {
                break;
            }
        }
    });
    let mut first_failure = None;
    while let Some(batch) = next_batch(&waiting) {
        for answered in answer_batch(batch, threads, &answer)? {
            out.write_all(&answered.lines).or_fail(Exit::System, || "cannot write to standard output")?;
            answered.remarks.iter().for_each(|remark| eprintln!("{remark}"));
            if let Some(failure) = answered.failure {
                eprintln!("udi: {failure}");
                first_failure.get_or_insert(failure);
            }
        }
        out.flush().or_fail(Exit::System, || "cannot write to standard output")?;
    }
    Ok(first_failure)
}

/// The lines of a stream.
pub(super) fn lines<R: BufRead + Send>(
    input: R,
) -> impl Iterator<Item = Result<Vec<u8>, Failure>> + Send + use<R> {
    input.split(b'\n').map(|line| {
        let mut line = line.or_fail(Exit::System, || "cannot read standard input")?;
        if line.ends_with(b"\r") {
            line.pop();
        }
        Ok(line)
    })
}

type Inputs = Vec<Result<Vec<u8>, Failure>>;

/// What waits, at least one; `None` at the end.
fn next_batch(waiting: &Receiver<Result<Vec<u8>, Failure>>) -> Option<Inputs> {
    let mut batch = vec![waiting.recv().ok()?];
    batch.extend(waiting.try_iter().take(BATCH - 1));
    Some(batch)
}

fn answer_batch(
    batch: Inputs,
    threads: usize,
    answer: &(impl Fn(&[u8]) -> Result<Answer, Failure> + Sync),
) -> Result<Vec<Answer>, Failure> {
    let inputs = batch.into_iter().collect::<Result<Vec<_>, _>>()?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(number) else { return Ok(done) };
            done.push((number, answer(input)?));
        }
    };
    let threads = threads.min(inputs.len());
    let mut done = if threads == 1 {
        work()?
    } else {
        let crashed = |_| Failure::new(Exit::System, "a verifying thread crashed");
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let done = workers.into_iter().map(|worker| worker.join().map_err(crashed)?);
            done.collect::<Result<Vec<Vec<_>>, Failure>>()
        })?
        .into_iter()
        .flatten()
        .collect()
    };
    done.sort_unstable_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(input: &[u8]) -> Result<Answer, Failure> {
        let failure = (input == b"bad").then(|| Failure::new(Exit::Input, "bad"));
        Ok(Answer { lines: [input, b"\n"].concat(), remarks: Vec::new(), failure })
    }

    #[test]
    fn answers_come_in_the_order_of_the_inputs() {
        let text: String = (0..10_000).map(|number| format!("{number}\n")).collect();
        let stream = || std::io::Cursor::new(text.clone());
        for threads in [1, 2, 7] {
            let mut out = Vec::new();
            let failure = answer_all(lines(stream()), threads, echo, &mut out).unwrap();
            assert!(failure.is_none());
            assert!(out == text.as_bytes(), "{threads} threads");
        }
    }

    #[test]
    fn one_that_fails_does_not_keep_the_others_from_being_answered() {
        let mut out = Vec::new();
        let failure = answer_all(lines(&b"a\r\nbad\nc"[..]), 2, echo, &mut out).unwrap();
        assert_eq!(failure.unwrap().exit, Exit::Input);
        assert_eq!(out, b"a\nbad\nc\n");
    }
}
