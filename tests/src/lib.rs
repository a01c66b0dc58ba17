//! End-to-end tests: the built page in a real Chromium.
//!
//! The tests do not depend on the code of the page. They use its folder (`PLAYGROUND_DIST`), what a
//! visitor sees, and the documented `playground` events. A test looks like this:
//!
//! ```no_run
//! let site = e2e::Site::new();
//! let mut page = e2e::Page::new(&site, e2e::Gpu::None);
//! page.open("?model=mlp&data=phantom&device=cpu");
//! page.play();
//! page.wait_for_epoch(3);
//! ```
//!
//! Three rules apply to all tests. No test sleeps for a fixed time: [`wait_until`] polls, with a
//! generous timeout. Every test has its own server, browser and profile. Every [`Page`] asserts at
//! its end that the console has no errors and the Content-Security-Policy was not violated; a test
//! that provokes an error declares it with [`Page::expect_console_error`].

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

/// Timeout for everything except training. It is long, since a slow machine is not an error.
pub const UI_TIMEOUT: Duration = Duration::from_secs(60);

/// Timeout for training.
pub const TRAINING_TIMEOUT: Duration = Duration::from_secs(420);

/// Returns whether the long form of a test was requested with `PLAYGROUND_SLOW=1`.
pub fn wants_long_form() -> bool {
    std::env::var("PLAYGROUND_SLOW").is_ok_and(|value| value == "1")
}

/// Polls `look` until it returns a value. Panics with `what` at the timeout.
#[track_caller]
pub fn wait_until<T>(what: &str, deadline: Duration, look: impl FnMut() -> Option<T>) -> T {
    match poll_until(deadline, look) {
        Some(seen) => seen,
        None => panic!("waited {deadline:?} in vain for {what}"),
    }
}

/// Polls `look` until it returns a value. Returns `None` at the timeout.
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

/// Returns the folder of this package in the checkout from which cargo was started. This may differ
/// from the folder at compile time, since checkouts may share a target folder.
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
