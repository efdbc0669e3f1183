//! Publishing to a bucket that fails half-way, that two publishers write to at once, and that does not keep
//! conditions. The bucket is a small server of this file; the last test asks the same of moto,
//! another one.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

const DI: &str = "09501234567891";

/// What a bucket holds, and how it misbehaves.
#[derive(Default)]
struct Bucket {
    files: BTreeMap<String, Vec<u8>>,
    /// Writes accepted so far.
    writes: usize,
    /// From this write on every request fails.
    fails_at: Option<usize>,
    /// It ignores conditions, as some servers do.
    careless: bool,
    /// Another publisher's write of the timestamp that comes before the next one.
    intruder: Option<Vec<u8>>,
}

/// A bucket behind a port.
struct Server {
    bucket: Arc<Mutex<Bucket>>,
    url: String,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let shared = Arc::clone(&bucket);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let bucket = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &bucket));
            }
        });
        Self { bucket, url }
    }

    fn change(&self, change: impl FnOnce(&mut Bucket)) {
        change(&mut self.bucket.lock().unwrap());
    }

    /// The bucket as a folder that a client syncs from.
    fn copy_to(&self, folder: &std::path::Path) {
        for (name, bytes) in &self.bucket.lock().unwrap().files {
            let path = folder.join(name.strip_prefix("b/p/").unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Answers requests until the connection ends.
fn serve(stream: TcpStream, bucket: &Mutex<Bucket>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let request: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut headers = BTreeMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            match header.trim().split_once(':') {
                Some((name, value)) => {
                    headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
                }
                None => break,
            }
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let (status, tag, answer) = bucket.lock().unwrap().answer(&request[0], &request[1], &headers, body);
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: {tag}\r\n\r\n", answer.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&answer)).is_err() {
            return;
        }
    }
}

impl Bucket {
    fn answer(
        &mut self,
        method: &str,
        target: &str,
        headers: &BTreeMap<String, String>,
        body: Vec<u8>,
    ) -> (&'static str, String, Vec<u8>) {
        if self.fails_at.is_some_and(|at| self.writes >= at) {
            return ("503 Slow Down", String::new(), b"<Code>SlowDown</Code>".to_vec());
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let name = path.trim_start_matches('/').to_owned();
        if method == "GET" && query.contains("list-type=2") {
            return ("200 OK", String::new(), self.list(query).into_bytes());
        }
        let found = |bucket: &Self| bucket.files.get(&name).map(|bytes| tag(bytes));
        match method {
            "GET" => match self.files.get(&name) {
                Some(bytes) => ("200 OK", tag(bytes), bytes.clone()),
                None => ("404 Not Found", String::new(), b"<Code>NoSuchKey</Code>".to_vec()),
            },
            "PUT" => {
                if name.ends_with("timestamp.json")
                    && let Some(other) = self.intruder.take()
                {
                    self.files.insert(name.clone(), other);
                }
                let refused = match (headers.get("if-none-match"), headers.get("if-match")) {
                    _ if self.careless => false,
                    (Some(_), _) => found(self).is_some(),
                    (_, Some(wanted)) => found(self).as_ref() != Some(wanted),
                    _ => false,
                };
                if refused {
                    return (
                        "412 Precondition Failed",
                        String::new(),
                        b"<Code>PreconditionFailed</Code>".to_vec(),
                    );
                }
                assert!(headers.contains_key("cache-control"), "{name}");
                self.writes += 1;
                let tag = tag(&body);
                self.files.insert(name, body);
                ("200 OK", tag, Vec::new())
            }
            _ => ("405 Method Not Allowed", String::new(), Vec::new()),
        }
    }

    fn list(&self, query: &str) -> String {
        let prefix = query.split('&').find_map(|part| part.strip_prefix("prefix=")).unwrap();
        let prefix = format!("b/{}", prefix.replace("%2F", "/"));
        let entries: String = self
            .files
            .keys()
            .filter(|name| name.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('/')))
            .map(|name| {
                let key = name.strip_prefix("b/").unwrap();
                format!("<Contents><Key>{key}</Key><LastModified>2027-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        )
    }
}

fn tag(bytes: &[u8]) -> String {
    let sum = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    format!("\"{sum:016x}\"")
}

struct Issuer {
    folder: tempfile::TempDir,
    server: Server,
}

impl Issuer {
    fn new() -> Self {
        let issuer = Self { folder: tempfile::tempdir().unwrap(), server: Server::start() };
        issuer.run(&["key", "new", "line", "--prefix", "9501234", "--unencrypted"]);
        let entry: Value =
            serde_json::from_slice(&issuer.run(&["key", "export-public", "line"]).stdout).unwrap();
        let registry = json!({"version": 1, "issuers": [{"id": "acme", "name": "Acme",
            "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
        fs::write(issuer.folder.path().join("keys.json"), registry.to_string()).unwrap();
        issuer.recall("L1");
        issuer
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", words(&output));
        output
    }

    fn recall(&self, lot: &str) {
        let new =
            ["recall", "new", "--id", lot, "--authority", "Acme", "--reason", "r", "--di", DI, "--lot", lot];
        self.run(&new);
    }

    fn publish(&self) -> Output {
        let publish = [
            "publish",
            "s3://b/p",
            "--endpoint",
            &self.server.url,
            "--registry",
            "keys.json",
            "--unencrypted",
        ];
        self.command(&[&publish[..], &["--rules", "rules.json"]].concat()).output().unwrap()
    }

    /// What a client that starts from nothing says of a lot.
    fn headline(&self, lot: &str) -> String {
        let copy = tempfile::tempdir().unwrap();
        self.server.copy_to(copy.path());
        let scan = format!("01{DI}10{lot}");
        let copy = copy.path().to_str().unwrap();
        let output = self.run(&["verify", "--root", "root.json", "--repository", copy, &scan]);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        verdict["headline"].as_str().unwrap().to_owned()
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_bucket_that_fails_at_any_write_shows_the_old_publication_until_the_new_one_is_whole() {
    let issuer = Issuer::new();
    let first = issuer.publish();
    assert!(first.status.success(), "{}", words(&first));
    assert_eq!(
        (issuer.headline("L1"), issuer.headline("L2")),
        ("recalled".into(), "unsigned_no_recall".into())
    );
    issuer.recall("L2");
    let mut failures = 0;
    loop {
        let writes = issuer.server.bucket.lock().unwrap().writes;
        issuer.server.change(|bucket| bucket.fails_at = Some(writes + failures));
        let output = issuer.publish();
        issuer.server.change(|bucket| bucket.fails_at = None);
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        assert!(words(&output).contains("503"), "{}", words(&output));
        let after = issuer.server.bucket.lock().unwrap().writes;
        assert_eq!(issuer.headline("L2"), "unsigned_no_recall", "after {} writes", after - writes);
        assert_eq!(issuer.headline("L1"), "recalled");
        failures += 1;
        assert!(failures < 20, "it never ends");
    }
    assert!(failures >= 3, "it failed before the first write, and between writes: {failures}");
    assert_eq!(issuer.headline("L2"), "recalled");
}

#[test]
fn a_root_of_a_ceremony_goes_into_a_bucket_and_is_replaced_there() {
    let issuer = Issuer::new();
    let run = |line: &str| issuer.run(&line.split_whitespace().collect::<Vec<_>>());
    let place = format!("--repository s3://b/p --endpoint {}", issuer.server.url);
    for name in ["alice", "bob", "targets", "snapshot", "timestamp", "timestamp-b"] {
        run(&format!("key new {name} --unencrypted"));
    }
    run("root propose first.json --add root=keys/alice.json --add root=keys/bob.json --threshold root=2 \
         --add targets=keys/targets.json --add snapshot=keys/snapshot.json --add timestamp=keys/timestamp.json");
    run("root sign first.json --key alice");
    run("root sign first.json --key bob");
    run(&format!("root accept first.json {place}"));
    let pinned = fs::read(issuer.folder.path().join("root.json")).unwrap();
    assert_eq!(issuer.server.bucket.lock().unwrap().files["b/p/metadata/1.root.json"], pinned);
    let output = issuer.publish();
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(issuer.headline("L1"), "recalled");

    run(&format!(
        "root propose next.json {place} --remove timestamp=timestamp --add timestamp=keys/timestamp-b.json"
    ));
    run("root sign next.json --key alice");
    let status = format!("root status next.json {place}");
    assert!(words(&run(&status)).contains("1 more needed"), "{}", words(&run(&status)));
    run("root sign next.json --key bob");
    run(&format!("root accept next.json {place}"));
    fs::remove_file(issuer.folder.path().join("keys/timestamp.json")).unwrap();
    let output = issuer.publish();
    assert!(output.status.success(), "{}", words(&output));
    assert!(issuer.server.bucket.lock().unwrap().files.contains_key("b/p/metadata/2.root.json"));
    assert_eq!(issuer.headline("L1"), "recalled");
}

#[test]
fn a_publisher_that_another_was_faster_than_undoes_nothing() {
    let issuer = Issuer::new();
    assert!(issuer.publish().status.success());
    let other = br#"{"signed":"by the other publisher"}"#.to_vec();
    issuer.server.change(|bucket| bucket.intruder = Some(other.clone()));
    issuer.recall("L2");
    let output = issuer.publish();
    assert_eq!(output.status.code(), Some(7), "{}", words(&output));
    assert!(words(&output).contains("another publisher was faster"), "{}", words(&output));
    assert_eq!(issuer.server.bucket.lock().unwrap().files["b/p/metadata/timestamp.json"], other);
}

#[test]
fn a_bucket_that_ignores_conditions_is_refused_before_anything_is_published() {
    let issuer = Issuer::new();
    issuer.server.change(|bucket| bucket.careless = true);
    let output = issuer.publish();
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("ignores conditions"), "{}", words(&output));
    assert!(!issuer.server.bucket.lock().unwrap().files.contains_key("b/p/metadata/timestamp.json"));
}

#[test]
fn without_an_access_key_it_says_which_variables_to_set() {
    let issuer = Issuer::new();
    let mut command = issuer.command(&["publish", "s3://b/p", "--registry", "keys.json", "--unencrypted"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_PROFILE").env("HOME", "/nonexistent");
    let output = command.env_remove("AWS_SHARED_CREDENTIALS_FILE").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(words(&output).contains("AWS_ACCESS_KEY_ID"), "{}", words(&output));
}

/// Names the folder of moto's packages, another's S3 server: `cargo xtask test` installs them.
const MOTO: &str = "UDI_MOTO";

#[test]
fn another_s3_server_takes_publications_and_refuses_the_second_of_two() {
    let Ok(packages) = std::env::var(MOTO) else {
        println!("skipped: {MOTO} names no folder with moto; `cargo xtask test` runs this");
        return;
    };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new("python3")
        .env("PYTHONPATH", packages)
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let url = format!("http://127.0.0.1:{port}");
    let made = (0..600).any(|_| {
        thread::sleep(std::time::Duration::from_millis(100));
        put_bucket(port)
    });
    let issuer = Issuer::new();
    let publish = |more: &[&str]| {
        let publish = [
            "publish",
            "s3://udi-test/p",
            "--endpoint",
            &url,
            "--registry",
            "keys.json",
            "--rules",
            "rules.json",
            "--unencrypted",
        ];
        issuer.command(&[&publish[..], more].concat()).output().unwrap()
    };
    let outcome = std::panic::catch_unwind(|| {
        assert!(made, "moto does not answer");
        let first = publish(&[]);
        assert!(first.status.success(), "{}", words(&first));
        issuer.recall("L2");
        let dry = publish(&["--dry-run"]);
        assert!(words(&dry).contains("newly recalled: L2"), "{}", words(&dry));
        let second = publish(&[]);
        assert!(second.status.success(), "{}", words(&second));
        let report: Value = serde_json::from_slice(&second.stdout).unwrap();
        assert_eq!(report["version"], 2);
        let check =
            issuer.command(&["publish", "s3://udi-test/p", "--endpoint", &url, "--check"]).output().unwrap();
        assert!(check.status.success(), "{}", words(&check));
        let folders: Vec<_> = (0..2).map(|_| publish_child(&issuer, &url)).collect();
        let codes: Vec<_> = folders.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        let codes: Vec<_> = codes.iter().map(|output| output.status.code().unwrap()).collect();
        assert!(codes.iter().all(|code| matches!(code, 0 | 7)) && codes.contains(&0), "{codes:?}");
    });
    server.kill().unwrap();
    server.wait().unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

fn publish_child(issuer: &Issuer, url: &str) -> std::process::Child {
    let arguments = [
        "publish",
        "s3://udi-test/p",
        "--endpoint",
        url,
        "--registry",
        "keys.json",
        "--rules",
        "rules.json",
        "--unencrypted",
    ];
    let mut command = issuer.command(&arguments);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
}

/// Makes the bucket `udi-test`; whether the server answered.
fn put_bucket(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let request =
        "PUT /udi-test HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}
