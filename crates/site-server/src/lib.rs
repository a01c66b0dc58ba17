//! Static file server for local use.
//!
//! ```no_run
//! use site_server::{Response, Server, ok, not_found, resolve};
//!
//! let server = Server::start("127.0.0.1:8080", |request| {
//!     let response = match resolve("dist".as_ref(), request.url()) {
//!         Some(path) => ok(&path, std::fs::read(&path).unwrap_or_default()),
//!         None => not_found(),
//!     };
//!     // Fails if the client has disconnected, which is harmless.
//!     let _ = request.respond(response);
//! })?;
//! server.join();
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Cursor};
use std::net::ToSocketAddrs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

pub use tiny_http::{Header, Request};

/// A response with its complete body.
pub type Response = tiny_http::Response<Cursor<Vec<u8>>>;

/// A running server. It is stopped when this value is dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    listener: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server at an address. It calls `answer` for each request on a separate thread, so
    /// that a slow response does not delay others.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is in use or cannot be bound.
    pub fn start(
        address: impl ToSocketAddrs,
        answer: impl Fn(Request) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let http = Arc::new(tiny_http::Server::http(address).map_err(io::Error::other)?);
        let answer = Arc::new(answer);
        let listener = thread::spawn({
            let http = http.clone();
            move || {
                for request in http.incoming_requests() {
                    let answer = answer.clone();
                    thread::spawn(move || answer(request));
                }
            }
        });
        Ok(Self { http, listener: Some(listener) })
    }

    /// Returns the address, for example `127.0.0.1:8080`, with the port chosen by the system if it
    /// was 0.
    pub fn address(&self) -> String {
        self.http.server_addr().to_string()
    }

    /// Blocks until the server stops.
    pub fn join(mut self) {
        self.wait();
    }

    fn wait(&mut self) {
        if let Some(listener) = self.listener.take() {
            // A panic in the listener thread has already been printed.
            let _ = listener.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.http.unblock();
        self.wait();
    }
}

/// Creates a response with the contents of a file and its media type. Pages of any origin may read
/// it, as on GitHub Pages; a sandboxed frame, which has an origin of its own, needs that.
pub fn ok(path: &Path, bytes: Vec<u8>) -> Response {
    Response::from_data(bytes)
        .with_chunked_threshold(usize::MAX)
        .with_header(header("Content-Type", media_type(path)))
        .with_header(header("Access-Control-Allow-Origin", "*"))
}

/// Creates the response for a path without a file.
pub fn not_found() -> Response {
    Response::from_string("Not found.").with_status_code(404)
}

/// Creates a response header.
///
/// # Panics
///
/// Panics if the name or value is not ASCII.
pub fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("an ASCII header")
}

/// Returns the file for the path of a request, or `index.html` for a folder. Never returns a file
/// outside `folder`.
pub fn resolve(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let relative = Path::new(path);
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    file_at(folder.join(relative))
}

/// Returns the path itself if it is a file, or that of `index.html` if it is a folder.
pub fn file_at(path: PathBuf) -> Option<PathBuf> {
    let path = if path.is_dir() { path.join("index.html") } else { path };
    path.is_file().then_some(path)
}

/// Returns the media type for a file extension.
pub fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn requests_stay_inside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "").unwrap();
        let index = Some(folder.path().join("index.html"));
        assert_eq!(resolve(folder.path(), "/?a=/../b"), index);
        assert_eq!(resolve(folder.path(), "/index.html#x"), index);
        assert_eq!(resolve(folder.path(), "/missing"), None);
        assert_eq!(resolve(folder.path(), "/../Cargo.toml"), None);
        assert_eq!(resolve(folder.path(), "//etc/passwd"), None);
    }

    #[test]
    fn a_held_answer_does_not_hold_up_others() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = std::sync::Mutex::new(held);
        let server = Server::start("127.0.0.1:0", move |request| {
            if request.url() == "/held" {
                let _ = held.lock().unwrap().recv();
            }
            let _ = request.respond(ok(Path::new("a.wasm"), vec![7; 3]));
        })
        .unwrap();
        let get = |path: &str| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            answer
        };
        thread::scope(|scope| {
            let slow = scope.spawn(|| get("/held"));
            let answer = get("/quick");
            assert!(answer.ends_with(&[7; 3]));
            assert!(String::from_utf8_lossy(&answer).contains("application/wasm"));
            release.send(()).unwrap();
            assert!(slow.join().unwrap().ends_with(&[7; 3]));
        });
    }
}
