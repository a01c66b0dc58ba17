//! Every check and test, in the order in which they fail soonest.

use std::fmt;
use std::time::Instant;

use crate::build::{self, Kind};
use crate::setup;
use crate::shell::{Failure, run, say};
use crate::tidy;
use crate::toolchain::{Toolchain, WASM};

/// Packages that run in the browser.
const BROWSER: [&str; 10] = [
    "app",
    "data",
    "engine",
    "interpret",
    "interpret-views",
    "model",
    "protocol",
    "reader",
    "store",
    "ui",
    "worker",
];

/// The engine's only default feature is the GPU. Native builds leave it out: no test uses one, and
/// the browser's lints see that code.
const NO_GPU: &str = "--no-default-features";

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Sets up, checks and tests everything.
pub fn run_all() -> Result<(), Failure> {
    let stages = Stages::start();
    let toolchain = setup::everything()?;
    stages.begin("formatting", "seconds");
    formatting(&toolchain)?;
    stages.begin("house rules", "seconds");
    tidy::run()?;
    stages.begin("lints, native", "3 to 10 minutes the first time, later under a minute");
    native_lints(&toolchain)?;
    stages.begin("lints, browser", "3 to 10 minutes the first time, later under a minute");
    browser_lints(&toolchain)?;
    stages.begin("documentation", "one to three minutes");
    documentation(&toolchain)?;
    stages.begin("native tests", "5 to 15 minutes the first time, later two to five");
    run(toolchain.cargo().args(["test", "--workspace", "--exclude", "e2e", NO_GPU]))?;
    stages.begin("the site", "15 to 40 minutes the first time, later 5 to 15");
    let site = build::site(Kind::Full)?;
    stages.begin("end to end, in Chromium", "10 to 25 minutes");
    // One at a time: each test has a browser, and some train in it.
    run(toolchain
        .cargo()
        .args(["test", "--package", "e2e", "--", "--test-threads=1"])
        .env("PLAYGROUND_DIST", site))?;
    stages.end();
    Ok(())
}

/// Runs the checks for the time between two edits: those that need neither a browser nor a site.
pub fn run_fast() -> Result<(), Failure> {
    let stages = Stages::start();
    let toolchain = Toolchain::ready()?;
    toolchain.add_linters()?;
    stages.begin("formatting", "seconds");
    formatting(&toolchain)?;
    stages.begin("house rules", "seconds");
    tidy::run()?;
    stages.begin("lints, native", "3 to 10 minutes the first time, later seconds");
    native_lints(&toolchain)?;
    stages.begin("unit tests", "5 to 15 minutes the first time, later under a minute");
    run(toolchain.cargo().args([
        "test",
        "--workspace",
        "--exclude",
        "e2e",
        "--lib",
        "--bins",
        NO_GPU,
        "--quiet",
    ]))?;
    stages.end();
    Ok(())
}

fn formatting(toolchain: &Toolchain) -> Result<(), Failure> {
    run(toolchain.cargo().args(["fmt", "--all", "--check"]))
}

fn native_lints(toolchain: &Toolchain) -> Result<(), Failure> {
    run(toolchain
        .cargo()
        .args(["clippy", "--workspace", "--all-targets", NO_GPU])
        .args(DENY_WARNINGS))
}

fn browser_lints(toolchain: &Toolchain) -> Result<(), Failure> {
    let packages = BROWSER.iter().flat_map(|name| ["--package", name]);
    run(toolchain.cargo().args(["clippy", "--target", WASM]).args(packages).args(DENY_WARNINGS))
}

fn documentation(toolchain: &Toolchain) -> Result<(), Failure> {
    run(toolchain
        .cargo()
        .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet", NO_GPU])
        .env("RUSTDOCFLAGS", "-D warnings"))
}

/// Announces the stages of a long run.
struct Stages {
    start: Instant,
}

impl Stages {
    fn start() -> Self {
        Self { start: Instant::now() }
    }

    fn begin(&self, name: &str, usual_duration: &str) {
        say(format_args!("{name}: usually {usual_duration} ({self})"));
    }

    fn end(&self) {
        say(format_args!("all passed ({self})"));
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed_secs = self.start.elapsed().as_secs();
        write!(f, "{} min {:02} s so far", elapsed_secs / 60, elapsed_secs % 60)
    }
}
