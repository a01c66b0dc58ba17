//! TCP proxy between browser and host that limits bandwidth, adds latency, or refuses connections.
//!
//! DevTools can throttle a page, but neither its workers nor a service worker. All requests pass
//! through this proxy.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Bandwidth and latency.
#[derive(Clone, Copy, Debug)]
pub struct LineSpeed {
    /// Bandwidth shared by all connections.
    pub bytes_per_second: f64,
    /// Time between a request and the first byte of its response.
    pub latency: Duration,
}

/// Maximum time for which unused bandwidth can still be used, since a busy machine wakes threads
/// late.
const MAX_LATENESS: Duration = Duration::from_millis(20);

struct Shared {
    speed: Mutex<Option<LineSpeed>>,
    /// Time at which the bandwidth is available for the next bytes.
    free: Mutex<Instant>,
    cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// A proxy on a free local port to a server at another address.
pub(crate) struct ThrottledProxy {
    address: String,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl ThrottledProxy {
    /// Starts a proxy to an address, without throttling.
    pub(crate) fn new(host: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let shared = Arc::new(Shared {
            speed: Mutex::default(),
            free: Mutex::new(Instant::now()),
            cut: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let thread = thread::spawn({
            let shared = shared.clone();
            move || {
                for browser in listener.incoming().map_while(Result::ok) {
                    if shared.cut.load(Ordering::SeqCst) {
                        return;
                    }
                    shared.connect(browser, &host);
                }
            }
        });
        Self { address, shared, thread: Mutex::new(Some(thread)) }
    }

    /// Returns `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Limits bandwidth and adds latency from now on.
    pub(crate) fn throttle(&self, speed: LineSpeed) {
        *self.shared.speed.lock().unwrap() = Some(speed);
    }

    /// Closes all connections and refuses new ones.
    pub(crate) fn cut(&self) {
        self.shared.cut.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.lock().unwrap().take() {
            // Wakes the thread, which then releases the port.
            let _ = TcpStream::connect(&self.address);
            let _ = thread.join();
        }
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for ThrottledProxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, browser: TcpStream, host: &str) {
        let Ok(known) = browser.try_clone() else { return };
        self.open.lock().unwrap().push(known);
        let (shared, host) = (self.clone(), host.to_owned());
        thread::spawn(move || shared.converse(browser, &host));
    }

    /// Relays one request and its response. The host must not keep the connection alive, since its
    /// server sometimes queues a new connection behind an idle one.
    fn converse(self: Arc<Self>, mut browser: TcpStream, host: &str) -> Option<()> {
        let mut question = [0; 16384];
        let length = browser.read(&mut question).ok().filter(|length| *length > 0)?;
        let question = String::from_utf8_lossy(&question[..length])
            .replace("Connection: keep-alive", "Connection: close");
        let mut host = TcpStream::connect(host).ok()?;
        self.open.lock().unwrap().push(host.try_clone().ok()?);
        let _ = browser.set_nodelay(true);
        thread::sleep(self.latency());
        host.write_all(question.as_bytes()).ok()?;
        let up = (browser.try_clone().ok()?, host.try_clone().ok()?);
        thread::spawn(move || relay(up, |_| Duration::ZERO));
        relay((host, browser), |bytes| self.turn(bytes));
        Some(())
    }

    fn latency(&self) -> Duration {
        self.speed.lock().unwrap().map_or(Duration::ZERO, |speed| speed.latency)
    }

    /// Reserves bandwidth for `bytes`. Returns the time that they must wait.
    fn turn(&self, bytes: usize) -> Duration {
        let Some(speed) = *self.speed.lock().unwrap() else { return Duration::ZERO };
        let now = Instant::now();
        let mut free = self.free.lock().unwrap();
        let start = (*free).max(now.checked_sub(MAX_LATENESS).unwrap_or(now));
        *free = start + Duration::from_secs_f64(bytes as f64 / speed.bytes_per_second);
        free.saturating_duration_since(now)
    }
}

/// Copies bytes, delayed by `wait`, until either side closes the connection.
fn relay((mut from, mut to): (TcpStream, TcpStream), wait: impl Fn(usize) -> Duration) {
    let mut part = [0; 4096];
    while let Ok(bytes @ 1..) = from.read(&mut part) {
        let wait = wait(bytes);
        if !wait.is_zero() {
            thread::sleep(wait);
        }
        if to.write_all(&part[..bytes]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
