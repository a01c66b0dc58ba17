//! Benchmarks: training speed compared with other libraries, loading time, memory after many steps.
//!
//! The measuring programs are in `tests/src/bin/`; this module prepares what they need. The other
//! libraries are downloaded for the benchmarks only, and are never part of the site.

use std::path::PathBuf;

use xshell::{Cmd, Shell, cmd};

use crate::profile::Profile;
use crate::shell::{Failure, root, say, shell};
use crate::toolchain::Toolchain;
use crate::{build, packages};

/// Version of TensorFlow.js to compare with.
const TFJS: &str = "4.22.0";

/// Library to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// TensorFlow.js in the same browser.
    Tfjs,
    /// PyTorch, natively, on one thread and on one for each core.
    Torch,
}

impl Peer {
    /// Returns the peer with this name, or tfjs if `name` is `None`.
    pub fn named(name: Option<&str>) -> Result<Self, Failure> {
        match name {
            None | Some("tfjs") => Ok(Peer::Tfjs),
            Some("torch") => Ok(Peer::Torch),
            Some(other) => {
                Err(Failure::new(format!("the peers are tfjs and torch, not “{other}”.")))
            }
        }
    }
}

/// Prints the training speed in images per second, for the labs' networks on each device and for
/// the peer.
pub fn speed(peer: Peer) -> Result<(), Failure> {
    let sh = shell()?;
    let torch = match peer {
        Peer::Torch => Some(packages::torch(&sh)?),
        Peer::Tfjs => None,
    };
    let script = |package: &str, file: &str| -> Result<PathBuf, Failure> {
        Ok(packages::npm_package(&sh, package, TFJS)?.join("dist").join(file))
    };
    measure(&sh, "bench", |command| match peer {
        Peer::Tfjs => {
            let webgpu = script("@tensorflow/tfjs-backend-webgpu", "tf-backend-webgpu.min.js")?;
            let command = command.env("BENCH_TFJS", script("@tensorflow/tfjs", "tf.min.js")?);
            Ok(command.env("BENCH_TFJS_WEBGPU", webgpu))
        }
        Peer::Torch => Ok(command),
    })?;
    if let Some(torch) = torch {
        cmd!(sh, "python3 tests/bench/torch_peer.py").env("PYTHONPATH", torch).quiet().run()?;
    }
    Ok(())
}

/// Prints the time until the page is usable and until it trains, on a slow connection and a slow
/// computer.
pub fn load() -> Result<(), Failure> {
    measure(&shell()?, "load", Ok)
}

/// Prints the memory in use after thousands of steps and dozens of runs.
pub fn memory() -> Result<(), Failure> {
    measure(&shell()?, "memory", Ok)
}

/// Runs one of the measuring programs on the release build of the site, or on the site given by the
/// environment variable `BENCH_SITE`.
fn measure<'a>(
    sh: &'a Shell,
    program: &str,
    prepare: impl FnOnce(Cmd<'a>) -> Result<Cmd<'a>, Failure>,
) -> Result<(), Failure> {
    let toolchain = Toolchain::ready()?;
    let site = match std::env::var_os("BENCH_SITE") {
        Some(folder) => root().join(folder),
        None => build::site(Profile::Full)?,
    };
    packages::browser(sh)?;
    let cargo = toolchain.cargo(sh);
    let command = prepare(cargo.args(["run", "--quiet", "--package", "e2e", "--bin", program]))?;
    say(format_args!("measuring {} in Chromium (usually some minutes)", site.display()));
    Ok(command.env("PLAYGROUND_DIST", site).quiet().run()?)
}
