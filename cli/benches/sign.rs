//! The issuer's figures, each beside the bound it must keep or the peer it is compared with: signing beside bare
//! Ed25519, memory, the status file of 100 million units, verification.
//!
//! `cargo bench -p udi-cli --bench sign` signs 500,000 records; `-- --records 10000000` as many as one asks for.
//! The tool runs as a process of its own, so that processor time and memory are its own.

#[path = "sign/process.rs"]
mod process;
#[path = "sign/signing.rs"]
mod signing;
#[path = "sign/status.rs"]
mod status;
#[path = "sign/verifying.rs"]
mod verifying;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let records = arguments.iter().position(|argument| argument == "--records");
    let records = records.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(500_000);
    let folder = tempfile::tempdir().expect("a folder for the bench's files");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    heading(&format!("Signing, on {cores} cores"));
    signing::run(folder.path(), records);
    heading("Status file");
    status::run(folder.path());
    heading("Verifying");
    verifying::run(folder.path());
}

fn heading(text: &str) {
    println!("\n{text}");
}

fn line(what: &str, measured: &str, bound: &str) {
    println!("  {what:<56} {measured:>22}   {bound}");
}
