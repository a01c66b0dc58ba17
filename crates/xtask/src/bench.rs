//! How fast the page trains, beside tfjs in the same browser.
//!
//! The measuring itself is `tests/src/bin/bench.rs`; here its ingredients are made ready. tfjs is
//! fetched only for this, and never becomes part of the site.

use std::path::PathBuf;

use crate::build::{self, Kind};
use crate::setup;
use crate::shell::{self, Failure, root, say};
use crate::toolchain::Toolchain;

/// The release of tfjs that we compare with.
const TFJS: &str = "4.22.0";

/// Builds the site as visitors get it, or takes the one named by `BENCH_SITE`, and prints images a
/// second for the lab's CNN on each device and in each tfjs backend.
pub fn run() -> Result<(), Failure> {
    let toolchain = Toolchain::ready()?;
    let site = match std::env::var_os("BENCH_SITE") {
        Some(folder) => root().join(folder),
        None => build::site(Kind::Full)?,
    };
    setup::browser()?;
    let script = |package: &str, file: &str| -> Result<PathBuf, Failure> {
        Ok(setup::npm_package(package, TFJS)?.join("dist").join(file))
    };
    let tfjs = script("@tensorflow/tfjs", "tf.min.js")?;
    let webgpu = script("@tensorflow/tfjs-backend-webgpu", "tf-backend-webgpu.min.js")?;
    say(format!("measuring {} in Chromium (some minutes)", site.display()));
    shell::run(
        toolchain
            .cargo()
            .args(["run", "--quiet", "--package", "e2e", "--bin", "bench"])
            .env("PLAYGROUND_DIST", site)
            .env("BENCH_TFJS", tfjs)
            .env("BENCH_TFJS_WEBGPU", webgpu),
    )
}
