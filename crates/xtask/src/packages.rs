//! Installation of missing packages from Debian, npm and PyPI.

use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

use crate::files;
use crate::shell::{Failure, exists, output_of, run_quietly, say, target_dir};

/// Version of Binaryen, whose `wasm-opt` reduces the size of the modules. Debian's version does not
/// support the instructions that current versions of rustc emit.
const BINARYEN: &str = "132.0.0";

/// Returns the path of the `wasm-opt` script, which is run by node.
pub fn wasm_opt_script(sh: &Shell) -> Result<PathBuf, Failure> {
    Ok(npm_package(sh, "binaryen", BINARYEN)?.join("bin/wasm-opt"))
}

/// Returns the folder of an npm package with this version, below the target folder. Installs it if
/// it is missing. Each package has its own folder, since npm removes packages that are not part of
/// the last call.
pub fn npm_package(sh: &Shell, name: &str, version: &str) -> Result<PathBuf, Failure> {
    let prefix = target_dir().join("npm").join(name.replace('/', "-"));
    let folder = prefix.join("node_modules").join(name);
    let manifest = files::read_text(&folder.join("package.json")).unwrap_or_default();
    if manifest.contains(&format!("\"version\": \"{version}\"")) {
        return Ok(folder);
    }
    if !exists(sh, "npm") {
        apt_install(sh, &["nodejs", "npm"])?;
    }
    say(format_args!("npm install {name}@{version} (usually some seconds)"));
    sh.create_dir(&prefix)?;
    let quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
    run_quietly(cmd!(sh, "npm install {quiet...} --prefix {prefix} {name}@{version}"))?;
    Ok(folder)
}

/// Version of axe-core, which checks the accessibility of pages.
const AXE: &str = "4.14.1";

/// Returns the script of axe-core, for tests. Downloads it if needed.
pub fn axe_script(sh: &Shell) -> Result<PathBuf, Failure> {
    Ok(npm_package(sh, "axe-core", AXE)?.join("axe.min.js"))
}

/// Installs Chromium and its driver, for tests and benchmarks.
pub fn browser(sh: &Shell) -> Result<(), Failure> {
    if exists(sh, "chromium") && exists(sh, "chromedriver") {
        return Ok(());
    }
    say("installing Chromium and its driver (usually one to two minutes)");
    apt_install(sh, &["chromium", "chromium-driver", "fonts-dejavu-core"])
}

/// Returns a Python with NumPy, for the test that runs the snippets of the page. Installs it if it
/// is missing.
pub fn numpy(sh: &Shell) -> Result<&'static str, Failure> {
    // The first one in the path may be another than Debian's, for which Debian's NumPy is not
    // installed.
    const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];
    let has_numpy = |python: &&&str| output_of(cmd!(sh, "{python} -c 'import numpy'")).is_some();
    if let Some(python) = PYTHONS.iter().find(has_numpy) {
        return Ok(python);
    }
    say("installing NumPy (usually some seconds)");
    apt_install(sh, &["python3", "python3-numpy"])?;
    PYTHONS.iter().find(has_numpy).copied().ok_or_else(|| {
        Failure::new(
            "NumPy was installed but no python3 finds it. Install it by hand and try again.",
        )
    })
}

/// Version of PyTorch to compare with.
const TORCH: &str = "2.15.0";

/// Returns the folder of PyTorch, below the target folder, for `PYTHONPATH`. Installs it if it is
/// missing.
pub fn torch(sh: &Shell) -> Result<PathBuf, Failure> {
    let folder = target_dir().join("python").join(format!("torch-{TORCH}"));
    let finds_torch = || {
        let import = cmd!(sh, "python3 -c 'import torch'").env("PYTHONPATH", &folder);
        output_of(import).is_some()
    };
    if finds_torch() {
        return Ok(folder);
    }
    if output_of(cmd!(sh, "python3 -m pip --version")).is_none() {
        apt_install(sh, &["python3", "python3-pip"])?;
    }
    say(format_args!("pip install torch=={TORCH} (several GB, usually some minutes)"));
    let quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"];
    run_quietly(cmd!(sh, "python3 -m pip install {quiet...} --target {folder} torch=={TORCH}"))?;
    match finds_torch() {
        true => Ok(folder),
        false => Err(Failure::new(format!(
            "PyTorch was installed into {} but does not load. Remove the folder and try again.",
            folder.display()
        ))),
    }
}

/// Returns the description of Mesa's Vulkan driver that runs on the CPU, lavapipe, for tests of
/// shaders. Installs it if it is missing.
pub fn software_vulkan(sh: &Shell) -> Result<PathBuf, Failure> {
    const DRIVERS: &str = "/usr/share/vulkan/icd.d";
    let installed = || {
        let drivers = files::list(Path::new(DRIVERS)).unwrap_or_default();
        let is_lavapipe = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd"))
        };
        drivers.into_iter().find(is_lavapipe)
    };
    if let Some(driver) = installed() {
        return Ok(driver);
    }
    say("installing a Vulkan driver that needs no GPU (usually some seconds)");
    apt_install(sh, &["libvulkan1", "mesa-vulkan-drivers"])?;
    installed().ok_or_else(|| {
        Failure::new(format!(
            "mesa-vulkan-drivers was installed but {DRIVERS} has no lvp_icd file. Install Mesa's \
             lavapipe by hand and try again."
        ))
    })
}

/// Installs the given Debian packages if they are missing.
pub fn apt_install(sh: &Shell, packages: &[&str]) -> Result<(), Failure> {
    let is_missing = |name: &&&str| {
        let format = "-f=${Status}";
        let status = output_of(cmd!(sh, "dpkg-query -W {format} {name}"));
        status.is_none_or(|status| status != "install ok installed")
    };
    let missing: Vec<&&str> = packages.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !exists(sh, "apt-get") {
        let names = packages.join(", ");
        return Err(Failure::new(format!(
            "this machine lacks {names} and has no apt-get. Install them by hand and try again."
        )));
    }
    run_quietly(as_root(sh, "apt-get").args(["update", "-qq"]))?;
    run_quietly(
        as_root(sh, "env")
            .arg("DEBIAN_FRONTEND=noninteractive")
            .args(["apt-get", "install", "-y", "-qq", "--no-install-recommends"])
            .args(missing),
    )
}

/// Returns a command that runs a program as root, through sudo if needed.
pub fn as_root<'a>(sh: &'a Shell, name: &str) -> Cmd<'a> {
    let is_root = output_of(cmd!(sh, "id -u")).as_deref() == Some("0");
    if is_root { cmd!(sh, "{name}") } else { cmd!(sh, "sudo {name}") }
}
