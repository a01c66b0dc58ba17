//! How soon a first visit can use the page, and train. The measuring is `tests/src/bin/load.rs`.

use crate::build::{self, Kind};
use crate::setup;
use crate::shell::{self, Failure, root, say};
use crate::toolchain::Toolchain;

/// Builds the site as visitors get it, or takes the one named by `BENCH_SITE`, and prints how soon
/// it is there on a slow line and a slow computer.
pub fn run() -> Result<(), Failure> {
    let toolchain = Toolchain::ready()?;
    let site = match std::env::var_os("BENCH_SITE") {
        Some(folder) => root().join(folder),
        None => build::site(Kind::Full)?,
    };
    setup::browser()?;
    say(format!("opening {} in Chromium (a minute)", site.display()));
    let mut cargo = toolchain.cargo();
    let measure = cargo.args(["run", "--quiet", "--package", "e2e", "--bin", "load"]);
    shell::run(measure.env("PLAYGROUND_DIST", site))
}
