//! The line between browser and host: a relay that can be slow, and can be cut.
//!
//! DevTools can slow a page down, but not its workers, and not a service worker. Here everything
//! passes through one place, whoever asks for it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How slow a line is.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// Bytes that arrive in a second, over all connections together.
    pub bytes_per_second: f64,
    /// From a question to the first byte of its answer.
    pub latency: Duration,
}

/// So late a connection may take its turn and still have it: a busy machine wakes threads late.
const LATE: Duration = Duration::from_millis(20);

struct Shared {
    speed: Mutex<Option<Speed>>,
    /// When the line is free for the next bytes.
    free: Mutex<Instant>,
    cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// A relay from a free port of this machine to a host on another.
pub(crate) struct ThrottledProxy {
    address: String,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl ThrottledProxy {
    /// A fast line to that address.
    pub(crate) fn to(host: String) -> Self {
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

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Slows the line down.
    pub(crate) fn slow(&self, speed: Speed) {
        *self.shared.speed.lock().unwrap() = Some(speed);
    }

    /// Ends all connections and takes no more.
    pub(crate) fn cut(&self) {
        self.shared.cut.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.lock().unwrap().take() {
            // Wakes the thread, which then gives the port back.
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

    /// Hands on one question and its answer. The host must not wait for more on the same connection:
    /// its server now and then lets a new one queue behind one on which nobody says anything.
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

    /// How long these bytes have to wait for those before them.
    fn turn(&self, bytes: usize) -> Duration {
        let Some(speed) = *self.speed.lock().unwrap() else { return Duration::ZERO };
        let now = Instant::now();
        let mut free = self.free.lock().unwrap();
        let start = (*free).max(now.checked_sub(LATE).unwrap_or(now));
        *free = start + Duration::from_secs_f64(bytes as f64 / speed.bytes_per_second);
        free.saturating_duration_since(now)
    }
}

/// Hands on what arrives, each part after its wait, until either side ends.
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
