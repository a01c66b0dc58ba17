//! The built page in a real Chromium.
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
//! Three rules hold everywhere. Nothing sleeps for a fixed time: [`until`] looks again and again, up
//! to a generous deadline. Every test has its own server, browser and profile, and ends them. And
//! every [`Page`] that ends well is asked whether the console stayed silent and the
//! Content-Security-Policy unbroken; a test that provokes a complaint names it with [`Page::expect`].

mod browser;
pub mod images;
mod page;
mod site;
mod throttled_proxy;
mod version;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use browser::{Browser, Gpu};
pub use page::Page;
pub use site::{Fault, Site};
pub use throttled_proxy::Speed;
pub use version::another_version;

/// How long anything may take that is not training: very long, since a slow machine is no bug.
pub const SOON: Duration = Duration::from_secs(60);

/// How long training may take.
pub const PATIENCE: Duration = Duration::from_secs(420);

/// Whether the person asked for the long form of a test (`PLAYGROUND_SLOW=1`).
pub fn slow() -> bool {
    std::env::var("PLAYGROUND_SLOW").is_ok_and(|value| value == "1")
}

/// Looks until there is something to see, and panics with `what` at the deadline.
#[track_caller]
pub fn until<T>(what: &str, deadline: Duration, look: impl FnMut() -> Option<T>) -> T {
    match try_until(deadline, look) {
        Some(seen) => seen,
        None => panic!("waited {deadline:?} in vain for {what}"),
    }
}

/// Looks until there is something to see; `None` at the deadline.
pub fn try_until<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
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

/// This package's folder in the checkout that cargo runs from. Not the one it was compiled in: two
/// checkouts may share a target folder.
pub fn package() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
}

/// Where pictures of pages go: `target/e2e/`.
pub fn pictures() -> PathBuf {
    let root = package().join("..");
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    };
    let folder = target.join("e2e");
    std::fs::create_dir_all(&folder).expect("the target folder takes files");
    folder
}
