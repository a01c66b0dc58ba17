//! Static file server with fault injection.

mod answer;
mod host;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use site_server::Server;

use crate::throttled_proxy::{LineSpeed, ThrottledProxy};
use answer::answer;
pub(crate) use host::BASE;
pub use host::Fault;
use host::Host;

/// `Cache-Control` header that forbids caching.
const NO_STORE: &str = "no-store";
/// `Cache-Control` header that GitHub Pages sends.
const CACHE_TEN_MINUTES: &str = "max-age=600";

/// A server of one folder on a free port. Two sites have different origins.
pub struct Site {
    proxy: ThrottledProxy,
    host: Arc<Host>,
    /// The server stops when this field is dropped.
    _server: Server,
}

impl Site {
    /// Serves the built site in the folder `PLAYGROUND_DIST`.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// Serves the built site, with additional folders or files mounted under the given names.
    pub fn with(mounts: &[(&str, PathBuf)]) -> Self {
        let folder = std::env::var_os("PLAYGROUND_DIST").map(PathBuf::from).expect(
            "PLAYGROUND_DIST is not set: run `cargo xtask test`, or build the site with \
             `cargo xtask build --quick` and name its folder in PLAYGROUND_DIST",
        );
        // Cargo runs tests in the folder of the package, but users specify paths relative to the
        // root of the checkout.
        let folder = match folder.is_dir() {
            true => folder,
            false => crate::package_dir().join("..").join(folder),
        };
        assert!(
            folder.join("index.html").is_file(),
            "PLAYGROUND_DIST names {}, which has no index.html: build the site first",
            folder.display()
        );
        Self::serve(folder, mounts)
    }

    fn serve(folder: PathBuf, mounts: &[(&str, PathBuf)]) -> Self {
        let mounts: Vec<(String, PathBuf)> =
            mounts.iter().map(|(name, path)| ((*name).to_owned(), path.clone())).collect();
        let host = Arc::new(Host {
            folder: Mutex::new(folder),
            cache_control: Mutex::new(NO_STORE),
            mounts,
            ..Host::default()
        });
        let server = Server::start("127.0.0.1:0", {
            let host = host.clone();
            move |request| answer(request, &host)
        });
        let server = server.expect("a free port");
        Self { proxy: ThrottledProxy::new(server.address()), host, _server: server }
    }

    /// Returns the folder that is served.
    pub fn folder(&self) -> PathBuf {
        self.host.folder.lock().unwrap().clone()
    }

    /// Serves a different folder from now on, as if a new version was published.
    pub fn publish(&self, folder: &Path) {
        folder.clone_into(&mut self.host.folder.lock().unwrap());
    }

    /// Allows browsers to cache responses, as usual hosts do. By default caching is forbidden, so
    /// that every use of a file is a request.
    pub fn allow_caching(&self) {
        *self.host.cache_control.lock().unwrap() = CACHE_TEN_MINUTES;
    }

    /// Limits the bandwidth and adds latency.
    pub fn throttle(&self, speed: LineSpeed) {
        self.proxy.throttle(speed);
    }

    /// Stops the server. From now on its port refuses connections.
    pub fn stop(&self) {
        self.proxy.cut();
    }

    /// Returns `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.proxy.address()
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns whether the site has the MedNIST pack. If its source could not be downloaded it does
    /// not, and the tests use phantoms, which are quickly learned.
    pub fn has_mednist(&self) -> bool {
        self.has_pack("mednist")
    }

    /// Returns `mednist` if the site has it, otherwise prints a note and returns `phantom`.
    pub fn classify_data(&self) -> &'static str {
        if self.has_mednist() {
            "mednist"
        } else {
            println!("note: this site has no MedNIST pack; training on phantoms instead");
            "phantom"
        }
    }

    /// Returns `hippocampus` if the site has it, otherwise prints a note and returns `ventricles`.
    pub fn segment_data(&self) -> &'static str {
        if self.has_pack("hippocampus") {
            "hippocampus"
        } else {
            println!("note: this site has no hippocampus pack; training on drawn heads instead");
            "ventricles"
        }
    }

    /// Returns whether the site has the pack with a name, such as `busbra`.
    pub fn has_pack(&self, name: &str) -> bool {
        let packs = fs::read_dir(self.folder().join("packs"));
        packs.into_iter().flatten().flatten().any(|pack| {
            // The name is followed by a hash, which has no dash.
            let file = pack.file_name();
            file.to_str()
                .and_then(|file| file.rsplit_once('-'))
                .is_some_and(|(stem, _)| stem == name)
        })
    }

    /// Returns the URL of the playground.
    pub fn playground(&self) -> String {
        format!("{}{BASE}", self.origin())
    }

    /// Injects a fault into the delivery of a file. The name may contain one `*` as a wildcard, for
    /// example `engine-*.wasm`.
    pub fn inject_fault(&self, name: &str, fault: Fault) {
        let mut faults = self.host.faults.lock().unwrap();
        faults.retain(|(known, _)| known != name);
        faults.push((name.to_owned(), fault));
        self.host.released.notify_all();
    }

    /// Clears all faults, and sends the responses that are being held.
    pub fn clear_faults(&self) {
        self.host.faults.lock().unwrap().clear();
        self.host.released.notify_all();
    }

    /// Returns the paths requested so far, without queries.
    pub fn requests(&self) -> Vec<String> {
        self.host.requests.lock().unwrap().clone()
    }

    /// Returns the other hosts from which the browser requested files. A [`crate::Browser`] uses
    /// the site as its proxy, so that the site sees all requests.
    pub fn foreign_hosts(&self) -> Vec<String> {
        self.host.foreign.lock().unwrap().iter().cloned().collect()
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Otherwise responses that are being held would outlive the server.
        self.clear_faults();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn get(site: &Site, target: &str) -> (u16, Vec<u8>) {
        get_as(site, target, "identity")
    }

    /// Sends a request that accepts the given encoding.
    fn get_as(site: &Site, target: &str, encoding: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(site.address()).unwrap();
        let more = format!("Accept-Encoding: {encoding}\r\nConnection: close");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\n{more}\r\n\r\n").unwrap();
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

        site.inject_fault("engine-*.wasm", Fault::Truncate(0.25));
        assert_eq!(get(&site, "/engine-12ab.wasm"), (200, vec![7; 25]));
        site.inject_fault("engine-*.wasm", Fault::Missing);
        assert_eq!(get(&site, "/engine-12ab.wasm").0, 404);
        site.inject_fault("engine-*.wasm", Fault::Replace(vec![1]));
        assert_eq!(get(&site, "/engine-12ab.wasm"), (200, vec![1]));
        site.inject_fault("engine-*.wasm", Fault::Hold);
        std::thread::scope(|scope| {
            let held = scope.spawn(|| get(&site, "/engine-12ab.wasm"));
            crate::wait_until("the held request", crate::UI_TIMEOUT, || {
                (site.requests().len() == 9).then_some(())
            });
            assert_eq!(get(&site, "/").0, 200, "others are answered meanwhile");
            assert!(!held.is_finished());
            site.clear_faults();
            assert_eq!(held.join().unwrap().0, 200);
        });

        fs::write(folder.path().join("engine-12ab.wasm.br"), "packed").unwrap();
        assert_eq!(get_as(&site, "/engine-12ab.wasm", "gzip, br").1, b"packed");
        assert_eq!(get(&site, "/engine-12ab.wasm").1.len(), 100);

        site.publish(extra.path());
        assert_eq!((get(&site, "/extra.js").0, get(&site, "/").0), (200, 404));

        assert_eq!(site.foreign_hosts(), [""; 0]);
        assert_eq!(get(&site, "http://example.org/tracker.js").0, 502);
        assert_eq!(site.foreign_hosts(), ["example.org"]);

        site.stop();
        assert!(TcpStream::connect(site.address()).is_err());
    }
}
