//! A repository in an S3-compatible bucket.
//!
//! `rusty-s3` signs the requests, `ureq` sends them; there is no async runtime in the publishing path. Two
//! publishers cannot undo each other because every write states a condition (`If-None-Match: *` or
//! `If-Match`), which the bucket must honour; [`Bucket::check_conditions`] finds out.

use std::thread;
use std::time::{Duration, SystemTime};

use rusty_s3::actions::{GetObject, ListObjectsV2, PutObject, S3Action};
use rusty_s3::{Bucket as Address, Credentials, UrlStyle};
use ureq::Agent;
use ureq::http::StatusCode;

use super::store::{Lock, Store, Stored, Version, Written};
use crate::failure::{Exit, Failure, OrFail};

/// The bucket, and a folder in it.
pub(crate) struct Bucket {
    address: Address,
    credentials: Credentials,
    /// Empty, or ends with `/`.
    prefix: String,
    agent: Agent,
    /// How long to wait before each further try.
    pauses: Vec<Duration>,
}

/// How a bucket is reached.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct BucketArgs {
    /// For s3://BUCKET/PREFIX: the server, where it is not Amazon's.
    #[arg(long, value_name = "URL", env = "AWS_ENDPOINT_URL")]
    pub(crate) endpoint: Option<String>,
    /// For s3://BUCKET/PREFIX: the region.
    #[arg(long, value_name = "NAME", env = "AWS_REGION", default_value = "us-east-1")]
    pub(crate) region: String,
}

/// Signatures of requests hold this long: a clock may be off by some minutes.
const SIGNATURE_HOLDS: Duration = Duration::from_secs(900);
/// Largest file read back from a bucket, in bytes: twice the largest target.
const MAX_FILE: u64 = 256 << 20;
/// For conditions on files that exist or do not.
const IF_NONE_MATCH: &str = "if-none-match";
const IF_MATCH: &str = "if-match";
/// The file with which a bucket shows that it honours conditions.
const PROBE: &str = "metadata/conditional-write";

impl Bucket {
    /// The bucket of `s3://BUCKET/PREFIX`, with the credentials of the environment or of the AWS credentials
    /// file; `None` where `location` does not say `s3://`.
    pub(crate) fn of(location: &str, args: &BucketArgs) -> Result<Option<Self>, Failure> {
        let Some(path) = location.strip_prefix("s3://") else { return Ok(None) };
        let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
        let prefix = prefix.trim_end_matches('/');
        if name.is_empty() || prefix.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(Failure::new(Exit::Input, format!("{location} is not s3://BUCKET/PREFIX")));
        }
        let credentials = super::credentials::find()?;
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        // Servers of one's own mostly have no name for each bucket.
        let (endpoint, style) = match &args.endpoint {
            Some(endpoint) => (endpoint.clone(), UrlStyle::Path),
            None => (format!("https://s3.{}.amazonaws.com", args.region), UrlStyle::VirtualHost),
        };
        let refused = || format!("{endpoint} is not the address of a bucket server");
        let url = endpoint.parse().or_fail(Exit::Input, refused)?;
        let address =
            Address::new(url, style, name.to_owned(), args.region.clone()).or_fail(Exit::Input, refused)?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let pauses = [200, 1000, 3000].map(Duration::from_millis).to_vec();
        Ok(Some(Self { address, credentials, prefix, agent, pauses }))
    }

    /// Refuses a bucket that ignores conditions on writes: two publishers could then undo each other.
    fn check_conditions(&self) -> Result<(), Failure> {
        // Whichever publisher was first wrote it; it is never written again.
        let (Written::Done | Written::Refused) = self.put(PROBE, b"once", IF_NONE_MATCH, "*")?;
        match self.put(PROBE, b"twice", IF_NONE_MATCH, "*")? {
            Written::Refused => Ok(()),
            Written::Done => Err(Failure::new(
                Exit::System,
                format!(
                    "{} ignores conditions on writes (If-None-Match), so two publishers could undo each other; use a server that honours them",
                    self.place()
                ),
            )),
        }
    }

    fn put(&self, name: &str, bytes: &[u8], condition: &str, tag: &str) -> Result<Written, Failure> {
        let key = self.key(name);
        let mut action = PutObject::new(&self.address, Some(&self.credentials), &key);
        let headers = action.headers_mut();
        headers.insert(condition.to_owned(), tag.to_owned());
        headers.insert("cache-control", cache_control(name));
        headers.insert("content-type", content_type(name));
        let doing = || format!("cannot write {name} to {}", self.place());
        let answer = self.tries(doing, || {
            let request = self
                .agent
                .put(action.sign(SIGNATURE_HOLDS).as_str())
                .header(condition, tag)
                .header("cache-control", cache_control(name))
                .header("content-type", content_type(name));
            let mut answer = request.send(bytes)?;
            let words = answer.body_mut().read_to_string().unwrap_or_default();
            Ok((answer.status(), words))
        })?;
        match answer {
            (status, _) if status.is_success() => Ok(Written::Done),
            // 409: another conditional write of the same name is under way.
            (StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT, _) => Ok(Written::Refused),
            // A file that was to be replaced is gone.
            (StatusCode::NOT_FOUND, words) if condition == IF_MATCH && !words.contains("NoSuchBucket") => {
                Ok(Written::Refused)
            }
            (status, words) => Err(refused(status, &words, doing())),
        }
    }

    /// A write may have been done though its answer was lost; the next try then meets our own file.
    fn put_once(&self, name: &str, bytes: &[u8], condition: &str, tag: &str) -> Result<Written, Failure> {
        match self.put(name, bytes, condition, tag)? {
            Written::Done => Ok(Written::Done),
            Written::Refused => {
                let ours = self.read(name)?.is_some_and(|stored| stored.bytes == bytes);
                Ok(if ours { Written::Done } else { Written::Refused })
            }
        }
    }

    /// Tries again after a while what the server or the network failed at for the moment.
    fn tries<T>(
        &self,
        doing: impl Fn() -> String,
        mut request: impl FnMut() -> Result<(StatusCode, T), ureq::Error>,
    ) -> Result<(StatusCode, T), Failure> {
        for pause in &self.pauses {
            match request() {
                Ok((status, _)) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {}
                Ok(answer) => return Ok(answer),
                Err(_) => {}
            }
            thread::sleep(*pause);
        }
        request().or_fail(Exit::System, doing)
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

impl Store for Bucket {
    fn place(&self) -> String {
        format!("s3://{}/{}", self.address.name(), self.prefix.trim_end_matches('/'))
    }

    fn read(&self, name: &str) -> Result<Option<Stored>, Failure> {
        let key = self.key(name);
        let action = GetObject::new(&self.address, Some(&self.credentials), &key);
        let doing = || format!("cannot read {name} from {}", self.place());
        let (status, (version, bytes)) = self.tries(doing, || {
            let mut answer = self.agent.get(action.sign(SIGNATURE_HOLDS).as_str()).call()?;
            let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
            let version = Version(tag.to_owned());
            let bytes = answer.body_mut().with_config().limit(MAX_FILE).read_to_vec()?;
            Ok((answer.status(), (version, bytes)))
        })?;
        let words = String::from_utf8_lossy(&bytes);
        match status {
            StatusCode::NOT_FOUND if !words.contains("NoSuchBucket") => Ok(None),
            status if status.is_success() => Ok(Some(Stored { bytes, version })),
            status => Err(refused(status, &words, doing())),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<(String, SystemTime)>, Failure> {
        let doing = || format!("cannot list {folder} in {}", self.place());
        let prefix = format!("{}/", self.key(folder));
        let (mut files, mut next) = (Vec::new(), None);
        loop {
            let mut action = ListObjectsV2::new(&self.address, Some(&self.credentials));
            action.with_prefix(prefix.as_str());
            action.with_delimiter("/");
            if let Some(token) = next.take() {
                action.with_continuation_token(token);
            }
            let (status, text) = self.tries(doing, || {
                let mut answer = self.agent.get(action.sign(SIGNATURE_HOLDS).as_str()).call()?;
                let text = answer.body_mut().with_config().limit(MAX_FILE).read_to_string()?;
                Ok((answer.status(), text))
            })?;
            if !status.is_success() {
                return Err(refused(status, &text, doing()));
            }
            let page = ListObjectsV2::parse_response(&text).or_fail(Exit::System, doing)?;
            for object in page.contents {
                let name = object.key.strip_prefix(&prefix).unwrap_or(&object.key).to_owned();
                let written = object.last_modified.unwrap_or_default();
                let written: jiff::Timestamp = written.parse().or_fail(Exit::System, doing)?;
                files.push((name, SystemTime::from(written)));
            }
            match page.next_continuation_token {
                Some(token) => next = Some(token),
                None => return Ok(files),
            }
        }
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<Written, Failure> {
        self.put_once(name, bytes, IF_NONE_MATCH, "*")
    }

    fn replace(&self, name: &str, bytes: &[u8], former: Option<&Version>) -> Result<Written, Failure> {
        match former {
            None => self.put_once(name, bytes, IF_NONE_MATCH, "*"),
            Some(Version(tag)) => self.put_once(name, bytes, IF_MATCH, tag),
        }
    }

    /// Buckets have no locks; conditions on every write do what a lock would, where they are honoured.
    fn lock(&self) -> Result<Lock, Failure> {
        self.check_conditions()?;
        Ok(Lock::none())
    }
}

fn refused(status: StatusCode, words: &str, doing: String) -> Failure {
    // The server's own code, out of its XML: `<Code>AccessDenied</Code>`.
    let code = words.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map(|(code, _)| format!(" ({code})")).unwrap_or_default();
    Failure::new(Exit::System, format!("{doing}: the server answers {status}{code}"))
}

/// The timestamp says which publication is the present one; every other name stands for one content.
fn cache_control(name: &str) -> &'static str {
    if name.ends_with("/timestamp.json") { "no-cache" } else { "public, max-age=31536000, immutable" }
}

fn content_type(name: &str) -> &'static str {
    if name.ends_with(".json") { "application/json" } else { "application/octet-stream" }
}
