//! `udi serve`: the PWA and a repository over HTTP on this machine, or over HTTPS to the local network.
//!
//! A static server for trying things out. For production any web server or CDN serves the same folders;
//! docs/operations.md lists the headers that matter.

mod certificate;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum_server::tls_rustls::RustlsConfig;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::json;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::failure::{Exit, Failure, OrFail};
use crate::output;

/// Lets the PWA run its own script and wasm and nothing else; tested in three browser engines.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types udi-url";

/// Arguments of `udi serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `udi demo` wrote: repository/, root.json and labels/.
    folder: PathBuf,
    /// The built PWA, served at /.
    #[arg(long, value_name = "DIR")]
    site: PathBuf,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 8417)]
    port: u16,
    /// Serve HTTPS to the local network with a certificate made here, and show the address as QR code.
    #[arg(long)]
    lan: bool,
}

/// Serves until it is stopped. Prints the address as one JSON line once it listens.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    for folder in [&args.site, &args.folder.join("repository")] {
        if !folder.is_dir() {
            return Err(Failure::new(Exit::System, format!("{} is not a folder", folder.display())));
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.or_fail(Exit::System, || "cannot start the server")?;
    if args.lan { runtime.block_on(serve_lan(args)) } else { runtime.block_on(serve_loopback(args)) }
}

async fn serve_loopback(args: &Args) -> Result<(), Failure> {
    let app = router(&args.folder, &args.site, None);
    let (listener, port) = listen(Ipv4Addr::LOCALHOST, args.port)?;
    // Browsers treat localhost as secure, so the camera works without TLS.
    announce(&format!("http://localhost:{port}/"))?;
    let server = axum_server::from_tcp(listener).or_fail(Exit::System, || "cannot serve")?;
    server.serve(app.into_make_service()).await.or_fail(Exit::System, || "the server stopped")
}

async fn serve_lan(args: &Args) -> Result<(), Failure> {
    let address = lan_address()?;
    // The one provider compiled in; an error only says that it was set before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = certificate::load_or_make(&args.folder.join("tls"), address)?;
    let app = router(&args.folder, &args.site, Some(&made.authority));
    let tls = RustlsConfig::from_pem(made.chain, made.key)
        .await
        .or_fail(Exit::System, || "cannot use the certificate")?;
    let (listener, port) = listen(Ipv4Addr::UNSPECIFIED, args.port)?;
    let url = format!("https://{address}:{port}/");
    announce(&url)?;
    eprintln!("{}", terminal_qr(&url)?);
    eprintln!(
        "The phone warns of a certificate it does not know: it was made here, accept it for this trial.\n\
         To try it without a network on the phone too, install {url}{AUTHORITY} there as a certificate authority \
         (it can vouch for this address alone), and remove it afterwards."
    );
    let server = axum_server::from_tcp_rustls(listener, tls).or_fail(Exit::System, || "cannot serve")?;
    server.serve(app.into_make_service()).await.or_fail(Exit::System, || "the server stopped")
}

/// Where a phone finds the authority to install.
const AUTHORITY: &str = "trial-authority.crt";

fn router(folder: &Path, site: &Path, authority: Option<&Path>) -> Router {
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let mut router = Router::new()
        .nest_service("/repository", ServeDir::new(folder.join("repository")))
        .nest_service("/labels", ServeDir::new(folder.join("labels")))
        .route_service("/root.json", ServeFile::new(folder.join("root.json")))
        .fallback_service(ServeDir::new(site));
    if let Some(authority) = authority {
        router = router.route_service(&format!("/{AUTHORITY}"), ServeFile::new(authority));
    }
    router
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        // The service worker is the cache; a second one below it would serve old metadata.
        .layer(header(header::CACHE_CONTROL, "no-cache"))
}

fn listen(address: Ipv4Addr, port: u16) -> Result<(TcpListener, u16), Failure> {
    let doing = || format!("cannot listen on port {port} (--port N chooses another)");
    let listener =
        TcpListener::bind(SocketAddr::new(IpAddr::V4(address), port)).or_fail(Exit::System, doing)?;
    listener.set_nonblocking(true).or_fail(Exit::System, doing)?;
    let port = listener.local_addr().or_fail(Exit::System, doing)?.port();
    Ok((listener, port))
}

fn announce(url: &str) -> Result<(), Failure> {
    output::line(&mut std::io::stdout().lock(), &json!({ "url": url }))?;
    eprintln!("Serving {url} (labels to print: {url}labels/). Ctrl-C stops.");
    Ok(())
}

/// The address other machines reach this one at: the one the system would send from. Nothing is sent.
fn lan_address() -> Result<IpAddr, Failure> {
    let doing = || "cannot find this machine's address in the local network";
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).or_fail(Exit::System, doing)?;
    // An address of the documentation range (RFC 5737): any route out of this machine will do.
    socket.connect(("192.0.2.1", 9)).or_fail(Exit::System, doing)?;
    Ok(socket.local_addr().or_fail(Exit::System, doing)?.ip())
}

fn terminal_qr(url: &str) -> Result<String, Failure> {
    let code = QrCode::new(url).or_fail(Exit::System, || "cannot draw the address")?;
    // Terminals are mostly dark: light modules are the ones to paint.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// What a plain HTTP client gets for `path`.
    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn every_page_has_the_policy_and_the_right_type() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("demo/repository/metadata/timestamp.json", "{}"),
            ("demo/root.json", "{}"),
            ("demo/labels/index.html", "labels"),
            ("demo/keys/root.pem", "secret"),
            ("site/index.html", "app"),
            ("site/app.wasm", "wasm"),
            ("site/app.webmanifest", "{}"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let app = router(&folder.path().join("demo"), &folder.path().join("site"), None);
        let (listener, port) = listen(Ipv4Addr::LOCALHOST, 0).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let server = axum_server::from_tcp(listener).unwrap();
                server.serve(app.into_make_service()).await
            })
        });
        for (path, status, content_type) in [
            ("/", "200", "text/html"),
            ("/app.wasm", "200", "application/wasm"),
            ("/app.webmanifest", "200", "application/manifest+json"),
            ("/repository/metadata/timestamp.json", "200", "application/json"),
            ("/root.json", "200", "application/json"),
            ("/labels/", "200", "text/html"),
            ("/keys/root.pem", "404", ""),
            ("/repository/../keys/root.pem", "404", ""),
            ("/repository/%2e%2e/keys/root.pem", "404", ""),
        ] {
            let answer = get(port, path).to_ascii_lowercase();
            assert!(answer.starts_with(&format!("http/1.1 {status}")), "{path}: {answer}");
            assert!(answer.contains(content_type), "{path}: {answer}");
            assert!(answer.contains("content-security-policy: default-src 'none';"), "{path}: {answer}");
            assert!(!answer.contains("secret"), "{path}");
        }
    }
}
