//! Verifying natively: against a folder and a server, with a state that outlives both, on every core.

mod world;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use world::World;

/// A maker with signed labels, a recall and a published repository.
fn maker(units: usize) -> World {
    let world = World::new();
    let rows: String = (0..units).map(|unit| format!("09501234567891,L{},S{unit}\n", unit % 3)).collect();
    fs::write(world.path("units.csv"), format!("di,lot,serial\n{rows}")).unwrap();
    world.run("key new line --prefix 9501234 --unencrypted");
    world.run("sign units.csv --key line --first-index 0 --out labels.jsonl");
    let entry: Value = serde_json::from_slice(&world.run("key export-public line").stdout).unwrap();
    let registry = serde_json::json!({"version": 1, "issuers": [{"id": "m", "name": "Maker",
        "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
    fs::write(world.path("keys.json"), registry.to_string()).unwrap();
    world.run("recall new --id R1 --authority Maker --reason Tip. --di 09501234567891 --lot L1");
    world.publish();
    world
}

/// What the maker and its customers do.
trait Verifying {
    fn publish(&self);
    fn scans(&self) -> String;
    fn verify(&self, line: &str, input: &str) -> Output;
}

impl Verifying for World {
    fn publish(&self) {
        self.run("publish repository --registry keys.json --rules rules.json --unencrypted");
    }

    /// The labels as a keyboard scanner writes them, a line each.
    fn scans(&self) -> String {
        let labels = fs::read_to_string(self.path("labels.jsonl")).unwrap();
        let scan = |label: &str| {
            let label: Value = serde_json::from_str(label).unwrap();
            label["elementString"].as_str().unwrap().replace('\u{1d}', "\\x1d") + "\n"
        };
        labels.lines().map(scan).collect()
    }

    /// Verifies what comes on standard input.
    fn verify(&self, line: &str, input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_udi"))
            .arg("verify")
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A process that stops before it has read everything is looked at below.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        output
    }
}

fn headlines(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let headline =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["headline"].as_str().unwrap().to_owned();
    text.lines().map(headline).collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Serves a folder's files on a free port of this machine until it is dropped.
struct Server {
    address: String,
    stop: Arc<AtomicBool>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let (folder, stopped) = (folder.to_owned(), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                answer(stream.unwrap(), &folder);
            }
        });
        Self { address, stop }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(&self.address));
    }
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let (status, body) = match fs::read(folder.join(path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

#[test]
fn a_server_gives_the_verdicts_of_a_folder_and_its_loss_leaves_the_state_answering() {
    let world = maker(3);
    let scans = world.scans();
    let from_folder = world.verify("--repository repository", &scans);
    assert_eq!(headlines(&from_folder), ["signed_no_recall", "recalled", "signed_no_recall"]);

    let server = Server::start(&world.path("repository"));
    let url = format!("http://{}", server.address);
    let no_root = world.verify(&format!("--repository {url}"), &scans);
    assert_eq!(no_root.status.code(), Some(3), "{}", words(&no_root));
    assert!(words(&no_root).contains("--root"));
    let first = world.verify(&format!("--repository {url} --root root.json --state state"), &scans);
    assert!(first.status.success(), "{}", words(&first));
    assert_eq!(headlines(&first), headlines(&from_folder));

    let line = format!("--repository {url} --state state");
    let again = world.verify(&line, &scans);
    assert!(again.status.success(), "the state folder keeps the root: {}", words(&again));
    drop(server);
    let offline = world.verify(&line, &scans);
    assert_eq!(offline.status.code(), Some(1), "{}", words(&offline));
    assert!(words(&offline).contains("answering from what was trusted before"), "{}", words(&offline));
    assert_eq!(headlines(&offline), headlines(&from_folder));
    let unasked = world.verify("--state state", &scans);
    assert!(unasked.status.success(), "without a repository nothing is missing: {}", words(&unasked));
    assert_eq!(headlines(&unasked), headlines(&from_folder));
    let without_state = world.verify(&format!("--repository {url} --root root.json"), &scans);
    assert_eq!(without_state.status.code(), Some(1));
    assert!(without_state.stdout.is_empty(), "an answer out of nothing");
}

#[test]
fn a_damaged_state_is_refused_and_not_begun_anew() {
    let world = maker(1);
    let line = "--repository repository --state state";
    assert!(world.verify(line, &world.scans()).status.success());
    let path = world.path("state/state.bin");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let output = world.verify(line, &world.scans());
    assert_eq!(output.status.code(), Some(5), "{}", words(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn many_threads_give_the_lines_of_one_in_the_same_order() {
    let world = maker(700);
    let scans = world.scans();
    let on = |threads: u16| {
        world.verify(&format!("--repository repository --threads {threads} --now 2030-01-02"), &scans)
    };
    let one = on(1);
    assert_eq!(headlines(&one).len(), 700);
    for threads in [2, 5] {
        assert!(on(threads).stdout == one.stdout, "{threads} threads");
    }
}

#[test]
fn images_and_scans_mix_and_a_broken_image_costs_only_its_own_answer() {
    let world = maker(2);
    world.run("label labels.jsonl --out labels");
    fs::write(world.path("broken.png"), "no picture").unwrap();
    let scan = world.scans().lines().nth(1).unwrap().to_owned();
    let output = world.verify("--repository repository", &format!("labels/000001.png\nbroken.png\n{scan}\n"));
    assert_eq!(headlines(&output), ["signed_no_recall", "recalled"]);
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    assert!(words(&output).contains("broken.png"));
    // A mistyped name is no scan.
    let output = world.verify("--repository repository", &format!("labels/00001.png\n{scan}\n"));
    assert_eq!(headlines(&output), ["recalled"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("labels/00001.png: there is no such file"), "{}", words(&output));
}

#[test]
fn two_verifiers_share_a_state_that_never_goes_back() {
    let world = maker(2);
    let scans = world.scans();
    let line = "verify --repository repository --state state";
    assert!(world.verify("--repository repository --state state", &scans).status.success());
    world.publish();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(line.split_whitespace()).arg(scans.lines().next().unwrap());
        command.current_dir(world.folder.path()).stdout(Stdio::null()).spawn().unwrap()
    };
    let runs = [start(), start(), start()];
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    fs::remove_dir_all(world.path("repository")).unwrap();
    assert_eq!(headlines(&world.verify("--state state", &scans)), ["signed_no_recall", "recalled"]);
}

#[test]
fn an_issuer_that_states_that_it_seals_everything_has_bare_labels_held() {
    let world = maker(1);
    let verdicts = || {
        let bare = "(01)09501234567891(11)260401(10)L0(21)S9\n(01)09501234567891(11)260101(10)L0(21)S9\n";
        headlines(&world.verify("--repository repository", bare))
    };
    assert_eq!(verdicts(), ["unsigned_no_recall", "unsigned_no_recall"]);

    let stated = world.run("key seals-all m --registry keys.json --except-manufactured-before 2026-03-15");
    assert!(words(&stated).contains("Maker") && words(&stated).contains("2026-03-15"), "{}", words(&stated));
    let issuer: Value = serde_json::from_slice(&stated.stdout).unwrap();
    assert_eq!(issuer["sealsAll"]["exceptManufacturedBefore"], "2026-03-15");
    let preview =
        world.run("publish repository --registry keys.json --rules rules.json --unencrypted --dry-run");
    assert!(words(&preview).contains("m: seals every label"), "{}", words(&preview));
    world.publish();
    assert_eq!(verdicts(), ["hold", "unsigned_no_recall"], "the older label may do without");
    assert_eq!(headlines(&world.verify("--repository repository", &world.scans())), ["signed_no_recall"]);

    world.run("key seals-all m --registry keys.json --withdraw");
    world.publish();
    assert_eq!(verdicts(), ["unsigned_no_recall", "unsigned_no_recall"]);

    let nobody = world.udi("key seals-all n --registry keys.json");
    assert_eq!(nobody.status.code(), Some(3));
    assert!(words(&nobody).contains("it has: m"), "{}", words(&nobody));
}
