//! Installing what building and testing need. Quick when everything is there.

use std::path::PathBuf;
use std::process::Command;

use crate::shell::{Failure, exists, output_of, program, run_quietly, say, target_dir};
use crate::toolchain::{Toolchain, as_root};

/// The release of Binaryen whose `wasm-opt` shrinks what visitors download. Debian's is too old
/// for the instructions that today's rustc emits.
const BINARYEN: &str = "132.0.0";

/// Everything: compiler, linters, wasm-opt, browser.
pub fn everything() -> Result<Toolchain, Failure> {
    let toolchain = Toolchain::ready()?;
    toolchain.add_linters()?;
    wasm_opt()?;
    browser()?;
    say("setup is complete");
    Ok(toolchain)
}

/// A `wasm-opt` command.
pub fn wasm_opt() -> Result<Command, Failure> {
    let script = npm_package("binaryen", BINARYEN)?.join("bin/wasm-opt");
    let mut command = program("node");
    command.arg(script);
    Ok(command)
}

/// The folder of an npm package of that version, below the target folder; installed where it is
/// missing. Each has a place of its own, since npm clears away what the last call did not ask for.
pub fn npm_package(name: &str, version: &str) -> Result<PathBuf, Failure> {
    let prefix = target_dir().join("npm").join(name.replace('/', "-"));
    let folder = prefix.join("node_modules").join(name);
    let manifest = std::fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    if manifest.contains(&format!("\"version\": \"{version}\"")) {
        return Ok(folder);
    }
    if !exists("npm") {
        apt_install(&["nodejs", "npm"])?;
    }
    say(format!("npm install {name}@{version} (usually some seconds)"));
    std::fs::create_dir_all(&prefix).map_err(|error| Failure::io("create", &prefix, error))?;
    run_quietly(
        program("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"])
            .arg("--prefix")
            .arg(&prefix)
            .arg(format!("{name}@{version}")),
    )?;
    Ok(folder)
}

/// Chromium and its driver, for tests and benchmarks.
pub fn browser() -> Result<(), Failure> {
    if exists("chromium") && exists("chromedriver") {
        return Ok(());
    }
    say("installing Chromium and its driver (usually one to two minutes)");
    apt_install(&["chromium", "chromium-driver", "fonts-dejavu-core"])
}

/// Installs Debian packages that are not there yet.
pub fn apt_install(packages: &[&str]) -> Result<(), Failure> {
    let missing: Vec<&&str> = packages
        .iter()
        .filter(|name| {
            output_of(Command::new("dpkg-query").args(["-W", "-f=${Status}", name]))
                .is_none_or(|status| status != "install ok installed")
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !exists("apt-get") {
        let names = packages.join(", ");
        return Err(Failure::new(format!(
            "this machine lacks {names} and has no apt-get. Install them by hand and try again."
        )));
    }
    run_quietly(as_root("apt-get").args(["update", "-qq"]))?;
    run_quietly(
        as_root("env")
            .arg("DEBIAN_FRONTEND=noninteractive")
            .args(["apt-get", "install", "-y", "-qq", "--no-install-recommends"])
            .args(missing),
    )
}
