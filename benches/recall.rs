//! Sizes and times of the recall files, each beside the bound it must keep and the peers it is compared with.
//!
//! `cargo bench --bench recall`. Random data from a fixed seed; times are of this machine.

#[path = "recall/random.rs"]
mod random;
#[path = "recall/report.rs"]
mod report;
#[expect(dead_code, reason = "tests use the rest")]
#[path = "../tests/repository/mod.rs"]
mod repository;
#[path = "recall/rules.rs"]
mod rules;
#[path = "recall/status.rs"]
mod status;
#[path = "recall/repository.rs"]
mod written;

fn main() {
    report::heading("Unit status");
    status::sizes();
    status::questions();
    status::recalls_by_lot();
    status::deltas();
    status::manifests();
    report::heading("Recall rules");
    rules::history();
}
