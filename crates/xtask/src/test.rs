//! Every check and test, in the order in which they fail soonest.

use std::time::Instant;

use crate::build::{self, Kind};
use crate::setup;
use crate::shell::{Failure, run, say};
use crate::toolchain::WASM;

/// Packages that run in the browser.
const BROWSER: [&str; 7] = ["app", "data", "engine", "interpret", "protocol", "reader", "worker"];

/// The engine's only default feature is the GPU.
const NO_GPU: &str = "--no-default-features";

/// Sets up, checks and tests everything.
pub fn run_all() -> Result<(), Failure> {
    let start = Instant::now();
    let stage = |name: &str| {
        say(format!("{name} (after {:.1} min)", start.elapsed().as_secs_f64() / 60.0));
    };
    let toolchain = setup::everything()?;

    stage("formatting");
    run(toolchain.cargo().args(["fmt", "--all", "--check"]))?;

    // Without default features, native builds leave out the GPU: no test uses one, and the browser's
    // lints see that code.
    let deny = ["--", "-D", "warnings"];
    stage("lints, native");
    run(toolchain.cargo().args(["clippy", "--workspace", "--all-targets", NO_GPU]).args(deny))?;
    stage("lints, browser");
    let packages = BROWSER.iter().flat_map(|name| ["--package", name]);
    run(toolchain.cargo().args(["clippy", "--target", WASM]).args(packages).args(deny))?;

    stage("documentation");
    run(toolchain
        .cargo()
        .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet", NO_GPU])
        .env("RUSTDOCFLAGS", "-D warnings"))?;

    stage("native tests");
    run(toolchain.cargo().args(["test", "--workspace", "--exclude", "e2e", NO_GPU]))?;

    stage("the site");
    let site = build::site(Kind::Full)?;

    stage("end to end, in Chromium");
    // One at a time: each test has a browser, and some train in it.
    run(toolchain
        .cargo()
        .args(["test", "--package", "e2e", "--", "--test-threads=1"])
        .env("PLAYGROUND_DIST", site))
}
