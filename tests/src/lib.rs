//! End-to-end tests: the built page in a real Chromium.
//!
//! Tests of this package know nothing of the page but its folder (`PLAYGROUND_DIST`), what a
//! visitor sees, and the documented `playground` events. A story reads like this:
//!
//! ```no_run
//! let site = e2e::Site::new();
//! let mut page = e2e::Page::new(&site, e2e::Gpu::None);
//! page.open("?model=mlp&data=phantom&device=cpu");
//! page.play();
//! page.wait_for_epoch(3);
//! ```
//!
//! Three rules hold everywhere. Nothing sleeps for a fixed time: [`wait_until`] polls, up to a
//! generous timeout. Every test has its own server, browser and profile. And every [`Page`] asserts
//! at its end that the console has no errors and the Content-Security-Policy was not violated; a
//! test that provokes an error names it with [`Page::expect_console_error`].

mod browser;
mod page;
mod picture;
pub mod sample_files;
mod site;
mod throttled_proxy;
mod version;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use browser::{Browser, Gpu};
pub use page::{Looks, Page};
pub use picture::{Comparison, MASK, Picture, PixelRect, compare};
pub use site::{Fault, Site};
pub use throttled_proxy::LineSpeed;
pub use version::another_version;

/// Timeout for anything but training: long, since a slow machine is no bug.
pub const UI_TIMEOUT: Duration = Duration::from_secs(60);

/// Timeout for training.
pub const TRAINING_TIMEOUT: Duration = Duration::from_secs(420);

/// Whether `PLAYGROUND_SLOW=1` asks for the long form of a test.
pub fn wants_long_form() -> bool {
    std::env::var("PLAYGROUND_SLOW").is_ok_and(|value| value == "1")
}

/// Polls `look` until it returns a value; panics with `what` at the timeout.
#[track_caller]
pub fn wait_until<T>(what: &str, deadline: Duration, look: impl FnMut() -> Option<T>) -> T {
    match poll_until(deadline, look) {
        Some(seen) => seen,
        None => panic!("waited {deadline:?} in vain for {what}"),
    }
}

/// Polls `look` until it returns a value; `None` at the timeout.
pub fn poll_until<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + deadline;
    loop {
        if let Some(seen) = look() {
            return Some(seen);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// Returns this package's folder in the checkout that cargo runs from. Not the one it was compiled
/// in: checkouts may share a target folder.
pub fn package_dir() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
}

/// Returns the folder for screenshots, `target/e2e/`.
pub fn screenshot_dir() -> PathBuf {
    let root = package_dir().join("..");
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    };
    let folder = target.join("e2e");
    std::fs::create_dir_all(&folder).expect("the target folder takes files");
    folder
}
