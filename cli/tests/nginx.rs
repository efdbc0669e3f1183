//! The configuration for nginx that docs/operations.md prints, word for word but for its port and its folder: what
//! it sends, and that a client syncs through it.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};

use registry::register;
use ureq::http::{HeaderMap, StatusCode};
use world::World;

mod registry;
mod world;

/// A server that ends with the value.
struct Nginx {
    process: Child,
    url: String,
}

impl Nginx {
    /// Serves `folder` in the place of `/srv/udi`; `None` where nginx is not installed.
    fn serve(folder: &Path) -> Option<Self> {
        let program =
            ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists())?;
        let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
        let manual = fs::read_to_string(manual).unwrap();
        let (_, behind) = manual.split_once("```nginx\n").unwrap();
        let (printed, _) = behind.split_once("```").unwrap();
        // Another process may take the port before nginx does; then it is another port's turn.
        (0..5).find_map(|_| Self::start(program, folder, printed))
    }

    fn start(program: &str, folder: &Path, printed: &str) -> Option<Self> {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let site = printed
            .replace("listen 8080;", &format!("listen {address};"))
            .replace("root /srv/udi;", &format!("root {};", folder.display()));
        let own = folder.join("nginx");
        fs::create_dir_all(&own).unwrap();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {}/{name};\n", own.display()))
            .concat();
        // What Debian's nginx.conf puts around a site; in one process, so that it needs no other user.
        let whole = format!(
            "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\n\
             include /etc/nginx/mime.types;\ndefault_type application/octet-stream;\naccess_log off;\n\
             {temporary}{site}}}\n",
            own.display()
        );
        fs::write(own.join("nginx.conf"), whole).unwrap();
        let mut command = Command::new(program);
        command.arg("-e").arg(own.join("error.log")).arg("-c").arg(own.join("nginx.conf"));
        let mut process = command.spawn().unwrap();
        let url = format!("http://{address}/repository");
        // It answers, or it has ended.
        loop {
            if let Some(_ended) = process.try_wait().unwrap() {
                eprintln!("{}", fs::read_to_string(own.join("error.log")).unwrap_or_default());
                return None;
            }
            if ureq::get(format!("{url}/metadata/timestamp.json")).call().is_ok() {
                return Some(Self { process, url });
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.get(format!("{}/{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut response = request.call().unwrap();
        let body = response.body_mut().read_to_vec().unwrap();
        (response.status(), response.headers().clone(), body)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[cfg(unix)]
#[test]
fn what_the_manual_says_of_nginx_is_what_nginx_sends() {
    let world = World::new();
    world.run("key new line-1 --prefix 9501234 --unencrypted");
    register(&world, "line-1");
    world.run("recall new --id R1 --authority Acme --reason Tip. --di 09501234567891 --lot L1");
    world.run("publish repository --registry keys.json --rules rules.json --unencrypted");
    let Some(nginx) = Nginx::serve(world.folder.path()) else {
        eprintln!("skipped: nginx is not installed");
        return;
    };
    let header = |headers: &HeaderMap, name: &str| {
        headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let rules = fs::read_dir(world.path("repository/targets")).unwrap();
    let rules = rules.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let rules = format!("targets/{}", rules.into_iter().find(|name| name.ends_with(".rules.bin")).unwrap());

    for (path, status, cache) in [
        ("metadata/timestamp.json", 200, "no-cache"),
        ("metadata/1.root.json", 200, FOR_EVER),
        (&*rules, 200, FOR_EVER),
        ("metadata/2.root.json", 404, "no-store"),
        ("", 403, "no-store"),
    ] {
        let (got, headers, _) = nginx.get(path, &[]);
        assert_eq!((got.as_u16(), &*header(&headers, "cache-control")), (status, cache), "{path}");
        assert_eq!(header(&headers, "access-control-allow-origin"), "*", "{path}");
        assert_eq!(header(&headers, "x-content-type-options"), "nosniff", "{path}");
    }

    let (_, headers, whole) = nginx.get(&rules, &[]);
    assert_eq!(header(&headers, "content-type"), "application/octet-stream");
    let (status, headers, part) = nginx.get(&rules, &[("Range", "bytes=4-9")]);
    assert_eq!((status.as_u16(), &*part), (206, &whole[4..10]));
    assert_eq!(header(&headers, "cache-control"), FOR_EVER);

    let (_, headers, _) = nginx.get("metadata/timestamp.json", &[]);
    let known = header(&headers, "etag");
    let (status, headers, body) = nginx.get("metadata/timestamp.json", &[("If-None-Match", &known)]);
    assert_eq!((status.as_u16(), body.len()), (304, 0));
    assert_eq!(header(&headers, "cache-control"), "no-cache");

    let (_, headers, packed) = nginx.get("metadata/1.root.json", &[("Accept-Encoding", "gzip")]);
    assert_eq!(header(&headers, "content-encoding"), "gzip");
    assert_eq!(header(&headers, "vary"), "Accept-Encoding");
    let (_, headers, plain) = nginx.get("metadata/1.root.json", &[]);
    assert_eq!(header(&headers, "content-encoding"), "");
    assert_eq!(header(&headers, "vary"), "Accept-Encoding", "a cache learns it from either answer");
    assert!(packed.len() < plain.len());

    let line = format!("verify --repository {} --root root.json 010950123456789110L1\\x1d21S1", nginx.url);
    let verdict = String::from_utf8(world.run(&line).stdout).unwrap();
    assert!(verdict.contains(r#""headline":"recalled""#), "{verdict}");
}
