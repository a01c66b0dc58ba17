//! A static host that can be told to fail.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use tiny_http::{Header, Request, Response, Server};

/// What goes wrong with a file on its way.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is not there: 404.
    Missing,
    /// Only this share of it, 0 to 1, arrives, as a complete answer.
    CutTo(f64),
    /// Other bytes arrive.
    Replace(Vec<u8>),
    /// Nothing arrives until [`Site::release`].
    Hold,
}

/// The folder on the host in which the site lies. Real hosts seldom give it the root, so no test does.
pub(crate) const BASE: &str = "/some/course/";

#[derive(Default)]
struct Shared {
    faults: Mutex<Vec<(String, Fault)>>,
    released: Condvar,
    requests: Mutex<Vec<String>>,
    /// Hosts other than ours that the browser asked for, through us as its proxy.
    foreign: Mutex<HashSet<String>>,
}

/// A folder on a free port of this machine. Two of them are two origins.
pub struct Site {
    folder: PathBuf,
    address: String,
    server: Arc<Server>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// The built site, from `PLAYGROUND_DIST`.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The built site, with more folders or files under names of their own.
    pub fn with(mounts: &[(&str, PathBuf)]) -> Self {
        let folder = std::env::var_os("PLAYGROUND_DIST").map(PathBuf::from).expect(
            "PLAYGROUND_DIST is not set: run `cargo xtask test`, or build the site with \
             `cargo xtask build --quick` and name its folder in PLAYGROUND_DIST",
        );
        // Cargo runs tests in the package's folder; people name paths from the checkout's root.
        let folder = match folder.is_dir() {
            true => folder,
            false => crate::package().join("..").join(folder),
        };
        assert!(
            folder.join("index.html").is_file(),
            "PLAYGROUND_DIST names {}, which has no index.html: build the site first",
            folder.display()
        );
        Self::serve(folder, mounts)
    }

    fn serve(folder: PathBuf, mounts: &[(&str, PathBuf)]) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let address = server.server_addr().to_string();
        let shared = Arc::new(Shared::default());
        let mounts: Arc<Vec<(String, PathBuf)>> = Arc::new(
            mounts.iter().map(|(name, path)| ((*name).to_owned(), path.clone())).collect(),
        );
        let thread = std::thread::spawn({
            let (server, shared, folder) = (server.clone(), shared.clone(), folder.clone());
            move || {
                for request in server.incoming_requests() {
                    let (shared, folder, mounts) = (shared.clone(), folder.clone(), mounts.clone());
                    // A thread each, since a held answer must not hold up the others.
                    std::thread::spawn(move || answer(request, &folder, &mounts, &shared));
                }
            }
        });
        Self { folder, address, server, shared, thread: Some(thread) }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether the bundled MedNIST is in the site. Where its source could not be had, it is not,
    /// and stories are told with phantoms.
    pub fn has_mednist(&self) -> bool {
        self.folder.join("packs/mednist.zip").is_file()
    }

    /// `mednist` where the site has it, else `phantom`, with a note.
    pub fn data(&self) -> &'static str {
        if self.has_mednist() {
            "mednist"
        } else {
            println!("note: this site has no MedNIST pack; training on phantoms instead");
            "phantom"
        }
    }

    /// `hippocampus` where the site has it, else `ventricles`, with a note.
    pub fn slices(&self) -> &'static str {
        if self.folder.join("packs/hippocampus.zip").is_file() {
            "hippocampus"
        } else {
            println!("note: this site has no hippocampus pack; training on drawn heads instead");
            "ventricles"
        }
    }

    /// Where the playground lies.
    pub fn playground(&self) -> String {
        format!("{}{BASE}", self.origin())
    }

    /// Lets a file fail from now on. One `*` in the name stands for anything, as in `engine-*.wasm`.
    pub fn fault(&self, name: &str, fault: Fault) {
        let mut faults = self.shared.faults.lock().unwrap();
        faults.retain(|(known, _)| known != name);
        faults.push((name.to_owned(), fault));
        self.shared.released.notify_all();
    }

    /// Ends all faults, and lets held answers go.
    pub fn release(&self) {
        self.shared.faults.lock().unwrap().clear();
        self.shared.released.notify_all();
    }

    /// The paths asked for so far, without query.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Other hosts that the browser wanted to talk to. A [`crate::Browser`] uses the site as its
    /// proxy, so that nothing gets past it, whoever asks.
    pub fn foreign_hosts(&self) -> Vec<String> {
        self.shared.foreign.lock().unwrap().iter().cloned().collect()
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.release();
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(request: Request, folder: &Path, mounts: &[(String, PathBuf)], shared: &Shared) {
    let url = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let Some(name) = url.strip_prefix(BASE).or(url.strip_prefix('/')) else {
        // A proxy request: `http://host/path`, or `host:443` to be tunnelled to.
        let host = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        shared.foreign.lock().unwrap().insert(host.to_owned());
        let _ = request.respond(Response::from_string("").with_status_code(502));
        return;
    };
    shared.requests.lock().unwrap().push(url.clone());
    let found = resolve(folder, mounts, name).and_then(|path| Some((fs::read(&path).ok()?, path)));
    let name = match &found {
        Some((_, path)) if path.ends_with("index.html") && !name.ends_with(".html") => "index.html",
        _ => name,
    };
    let found = match (found, fault_of(shared, name)) {
        (_, Some(Fault::Missing)) | (None, _) => None,
        (Some((bytes, path)), Some(Fault::CutTo(share))) => {
            let kept = (bytes.len() as f64 * share) as usize;
            Some((bytes[..kept].to_vec(), path))
        }
        (Some((_, path)), Some(Fault::Replace(bytes))) => Some((bytes, path)),
        (found, Some(Fault::Hold) | None) => found,
    };
    // A browser that left before the answer came is no problem of ours.
    let _ = match found {
        Some((bytes, path)) => {
            let header = |name: &str, value: &str| Header::from_bytes(name, value).expect("ASCII");
            request.respond(
                Response::from_data(bytes)
                    .with_chunked_threshold(usize::MAX)
                    .with_header(header("Content-Type", mime(&path)))
                    .with_header(header("Cache-Control", "no-store")),
            )
        }
        None => request.respond(Response::from_string("Not found.").with_status_code(404)),
    };
}

/// The fault of that file; waits as long as it is [`Fault::Hold`].
fn fault_of(shared: &Shared, name: &str) -> Option<Fault> {
    let find = |faults: &Vec<(String, Fault)>| {
        faults.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, fault)| fault.clone())
    };
    let held = |faults: &mut Vec<(String, Fault)>| matches!(find(faults), Some(Fault::Hold));
    let faults = shared.faults.lock().unwrap();
    find(&shared.released.wait_while(faults, held).unwrap())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

fn resolve(folder: &Path, mounts: &[(String, PathBuf)], name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let mounted = mounts.iter().find_map(|(mount, path)| match name.strip_prefix(mount)? {
        "" => Some(path.clone()),
        rest => Some(path.join(rest.strip_prefix('/')?)),
    });
    let full = mounted.unwrap_or_else(|| folder.join(relative));
    let full = if full.is_dir() { full.join("index.html") } else { full };
    full.is_file().then_some(full)
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn get(site: &Site, target: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(site.address()).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, answer[end + 4..].to_vec())
    }

    #[test]
    fn files_arrive_or_fail_as_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "page").unwrap();
        fs::write(folder.path().join("engine-12ab.wasm"), [7; 100]).unwrap();
        let extra = tempfile::tempdir().unwrap();
        fs::write(extra.path().join("extra.js"), "extra").unwrap();
        let site = Site::serve(folder.path().to_owned(), &[("bench", extra.path().to_owned())]);

        assert_eq!(get(&site, "/?model=mlp"), (200, b"page".to_vec()));
        assert_eq!(get(&site, "/some/course/index.html"), (200, b"page".to_vec()));
        assert_eq!(get(&site, "/bench/extra.js"), (200, b"extra".to_vec()));
        assert_eq!(get(&site, "/bench/../index.html").0, 404);
        assert_eq!(get(&site, "/engine-12ab.wasm").1.len(), 100);

        site.fault("engine-*.wasm", Fault::CutTo(0.25));
        assert_eq!(get(&site, "/engine-12ab.wasm"), (200, vec![7; 25]));
        site.fault("engine-*.wasm", Fault::Missing);
        assert_eq!(get(&site, "/engine-12ab.wasm").0, 404);
        site.fault("engine-*.wasm", Fault::Replace(vec![1]));
        assert_eq!(get(&site, "/engine-12ab.wasm"), (200, vec![1]));
        site.fault("engine-*.wasm", Fault::Hold);
        std::thread::scope(|scope| {
            let held = scope.spawn(|| get(&site, "/engine-12ab.wasm"));
            crate::until("the held request", crate::SOON, || {
                (site.requests().len() == 9).then_some(())
            });
            assert_eq!(get(&site, "/").0, 200, "others are answered meanwhile");
            assert!(!held.is_finished());
            site.release();
            assert_eq!(held.join().unwrap().0, 200);
        });

        assert_eq!(site.foreign_hosts(), [""; 0]);
        assert_eq!(get(&site, "http://example.org/tracker.js").0, 502);
        assert_eq!(site.foreign_hosts(), ["example.org"]);
    }
}
