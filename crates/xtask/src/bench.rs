//! How fast the page trains beside others, how soon it is there, and what it leaves in memory.
//!
//! The measuring itself is in `tests/src/bin/`; here its ingredients are made ready. Peers are fetched
//! only for this, and never become part of the site.

use std::path::PathBuf;
use std::process::Command;

use crate::build::{self, Kind};
use crate::setup;
use crate::shell::{self, Failure, program, root, say};
use crate::toolchain::Toolchain;

/// The release of tfjs that we compare with.
const TFJS: &str = "4.22.0";

/// Whom we compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// TensorFlow.js in the same browser.
    Tfjs,
    /// PyTorch, natively on one thread.
    Torch,
}

impl Peer {
    /// The peer of that name; tfjs where none is named.
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

/// Prints images a second for the labs' networks on each device, and the peer's.
pub fn speed(peer: Peer) -> Result<(), Failure> {
    if peer == Peer::Torch {
        let mut python: Command = program("python3");
        if shell::output_of(python.args(["-c", "import torch"])).is_none() {
            return Err(Failure::new(
                "python3 has no torch here. Install it (pip install torch), then try again.",
            ));
        }
    }
    let script = |package: &str, file: &str| -> Result<PathBuf, Failure> {
        Ok(setup::npm_package(package, TFJS)?.join("dist").join(file))
    };
    measure("bench", |command| {
        if peer == Peer::Tfjs {
            let webgpu = script("@tensorflow/tfjs-backend-webgpu", "tf-backend-webgpu.min.js")?;
            command.env("BENCH_TFJS", script("@tensorflow/tfjs", "tf.min.js")?);
            command.env("BENCH_TFJS_WEBGPU", webgpu);
        }
        Ok(())
    })?;
    if peer == Peer::Torch {
        shell::run(program("python3").arg(root().join("tests/bench/torch_peer.py")))?;
    }
    Ok(())
}

/// Prints how soon a visit can use the page, and train, on a slow line and a slow computer.
pub fn load() -> Result<(), Failure> {
    measure("load", |_| Ok(()))
}

/// Prints what is in memory after thousands of steps and dozens of runs.
pub fn memory() -> Result<(), Failure> {
    measure("memory", |_| Ok(()))
}

/// Runs one of the measuring programs on the site as visitors get it, or on the one that
/// `BENCH_SITE` names.
fn measure(
    program: &str,
    prepare: impl FnOnce(&mut Command) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let toolchain = Toolchain::ready()?;
    let site = match std::env::var_os("BENCH_SITE") {
        Some(folder) => root().join(folder),
        None => build::site(Kind::Full)?,
    };
    setup::browser()?;
    let mut cargo = toolchain.cargo();
    cargo.args(["run", "--quiet", "--package", "e2e", "--bin", program]);
    prepare(&mut cargo)?;
    say(format!("measuring {} in Chromium (some minutes)", site.display()));
    shell::run(cargo.env("PLAYGROUND_DIST", site))
}
