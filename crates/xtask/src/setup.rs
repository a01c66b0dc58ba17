//! Installation of everything needed to build and test. Fast if everything is installed.

use crate::packages;
use crate::shell::{Failure, say, shell};
use crate::toolchain::Toolchain;

/// Installs everything: compiler, linters, wasm-opt, browser, axe-core, NumPy.
pub fn everything() -> Result<Toolchain, Failure> {
    finish(Toolchain::ready()?)
}

/// Installs everything with Debian's compiler, on a machine that cannot reach rustup's servers.
pub fn everything_with_debian() -> Result<Toolchain, Failure> {
    finish(Toolchain::debian()?)
}

fn finish(toolchain: Toolchain) -> Result<Toolchain, Failure> {
    let sh = shell()?;
    toolchain.add_linters()?;
    packages::wasm_opt_script(&sh)?;
    packages::browser(&sh)?;
    packages::axe_script(&sh)?;
    packages::numpy(&sh)?;
    say("setup is complete");
    Ok(toolchain)
}
