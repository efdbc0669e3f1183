//! A run of the tool, with the time it took and the memory it had.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// By the clock on the wall.
    pub(crate) wall: Duration,
    /// Of all threads together; `None` where the system does not say.
    pub(crate) cpu: Option<Duration>,
    /// Most resident memory, in bytes; `None` where the system does not say.
    pub(crate) memory: Option<u64>,
}

/// Runs the tool in `folder`; its standard input comes from a file if one is named.
pub(crate) fn udi(folder: &Path, arguments: &[&str], input: Option<&Path>) -> Cost {
    let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(input) = input {
        command.stdin(fs::File::open(input).expect("the input is there"));
    }
    let started = Instant::now();
    let mut child = command.spawn().expect("the tool starts");
    let (mut cpu, mut memory) = (None, None);
    let status = loop {
        cpu = processor_time(child.id()).or(cpu);
        memory = peak_memory(child.id()).or(memory);
        if let Some(status) = child.try_wait().expect("the tool is waited for") {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let wall = started.elapsed();
    let output = child.wait_with_output().expect("the tool has ended");
    assert!(status.success(), "udi {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Cost { wall, cpu, memory }
}

/// `utime` and `stime` of `/proc/PID/stat`, in ticks of 10 ms.
pub(crate) fn processor_time(process: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks: u64 = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    (ticks > 0).then(|| Duration::from_millis(10 * ticks))
}

/// `VmHWM` of `/proc/PID/status`.
fn peak_memory(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// A number of bytes as people write it.
pub(crate) fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or("not measured".to_owned(), |bytes| format!("{:.0} MB", bytes as f64 / 1e6))
}
