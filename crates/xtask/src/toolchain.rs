//! Which Rust builds for the browser.
//!
//! In this order: the active toolchain, where it has the wasm32 target; the one this file has
//! set up before; the active one after `rustup target add`; Debian's own compiler, whose standard
//! library for wasm32 is built once from Debian's sources. The last way needs nothing but Debian's
//! packages, which is all that some class-room and build machines can reach.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::apt_install;
use crate::shell::{Failure, exists, output_of, program, root, run, run_quietly, say};

/// The target of everything that runs in the page.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Name under which Debian's compiler is known to rustup.
const DEBIAN: &str = "deb";

/// A compiler with its tools that builds natively and for the browser.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// Whatever `cargo` is on the path.
    Active,
    /// Debian's, linked into rustup.
    DebianLinked,
    /// Debian's, on a machine without rustup.
    Debian,
}

impl Toolchain {
    /// The toolchain for everything, set up where it was not.
    pub fn ready() -> Result<Self, Failure> {
        if has_wasm(Command::new("rustc").current_dir(root())) {
            return Ok(Toolchain::Active);
        }
        if let Some(found) = Self::debian_if_ready() {
            return Ok(found);
        }
        if exists("rustup") {
            say("rustup target add wasm32-unknown-unknown (usually some seconds)");
            let added = output_of(
                program("rustup").env("RUSTUP_MAX_RETRIES", "0").args(["target", "add", WASM]),
            );
            if added.is_some() && has_wasm(Command::new("rustc").current_dir(root())) {
                return Ok(Toolchain::Active);
            }
            say("rustup could not fetch the wasm32 target; using Debian's compiler instead");
        }
        set_up_debian()?;
        Self::debian_if_ready().ok_or_else(|| {
            Failure::new(
                "Debian's Rust was installed, but cannot build for wasm32. Install a Rust with the \
                 wasm32-unknown-unknown target and try again.",
            )
        })
    }

    fn debian_if_ready() -> Option<Self> {
        if !is_current(&debian_wasm_lib()?) {
            return None;
        }
        if exists("rustup") {
            let linked = output_of(Command::new("rustup").args(["toolchain", "list"]))?;
            let linked = linked.lines().any(|l| l.split_whitespace().next() == Some(DEBIAN));
            linked.then_some(Toolchain::DebianLinked)
        } else {
            Some(Toolchain::Debian)
        }
    }

    /// Cargo of this toolchain, to run in the checkout's root.
    pub fn cargo(&self) -> Command {
        let mut cargo = match self {
            // Inside `cargo xtask` the environment names the cargo that started it; a rustup proxy
            // on the path chooses by RUSTUP_TOOLCHAIN.
            Toolchain::Active | Toolchain::DebianLinked => program("cargo"),
            Toolchain::Debian => program("/usr/bin/cargo"),
        };
        for inherited in ["CARGO", "RUSTC", "RUSTDOC", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            cargo.env_remove(inherited);
        }
        if let Toolchain::DebianLinked = self {
            cargo.env("RUSTUP_TOOLCHAIN", DEBIAN);
            // rustup puts the folder of the toolchain that started us in front of the path.
            cargo.env("PATH", path_without_toolchains());
        }
        cargo
    }

    /// Installs what `cargo clippy` and `cargo fmt` need.
    pub fn add_linters(&self) -> Result<(), Failure> {
        let works = |tool: &str| output_of(self.cargo().args([tool, "--version"])).is_some();
        if works("clippy") && works("fmt") {
            return Ok(());
        }
        match self {
            Toolchain::Active => {
                say("rustup component add clippy rustfmt (usually some seconds)");
                run(program("rustup").args(["component", "add", "clippy", "rustfmt"]))
            }
            Toolchain::DebianLinked | Toolchain::Debian => {
                apt_install(&["rust-web-clippy", "rustfmt-web"])
            }
        }
    }
}

fn path_without_toolchains() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let kept = std::env::split_paths(&path)
        .filter(|dir| !dir.components().any(|part| part.as_os_str() == "toolchains"));
    std::env::join_paths(kept).unwrap_or(path)
}

fn sysroot(rustc: &mut Command) -> Option<PathBuf> {
    output_of(rustc.args(["--print", "sysroot"])).map(PathBuf::from)
}

fn wasm_lib(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM).join("lib")
}

fn has_wasm(rustc: &mut Command) -> bool {
    let Some(sysroot) = sysroot(rustc) else { return false };
    let entries = std::fs::read_dir(wasm_lib(&sysroot));
    entries.is_ok_and(|dir| {
        dir.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

fn debian_wasm_lib() -> Option<PathBuf> {
    sysroot(&mut Command::new(DEBIAN_RUSTC)).map(|root| wasm_lib(&root))
}

fn debian_version() -> Option<(String, String)> {
    let text = output_of(Command::new(DEBIAN_RUSTC).arg("-vV"))?;
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
    };
    Some((field("release:")?, field("LLVM version:")?))
}

/// The library notes what built it and how, so that an upgrade of either rebuilds it.
const BUILT_BY: &str = ".built-by";

/// Link-time optimisation reads every library's bitcode, which cargo leaves out by default.
const STD_FLAGS: &str = "-C embed-bitcode=yes";

fn stamp_of(release: &str) -> String {
    format!("{release} {STD_FLAGS}")
}

fn is_current(lib: &Path) -> bool {
    let built_by = std::fs::read_to_string(lib.join(BUILT_BY)).unwrap_or_default();
    debian_version().is_some_and(|(release, _)| built_by.trim() == stamp_of(&release))
}

fn set_up_debian() -> Result<(), Failure> {
    say("installing Debian's Rust for the browser (rustc-web; usually one to three minutes)");
    apt_install(&["rustc-web", "cargo-web", "rust-web-src"])?;
    let no_rust = || Failure::new("Debian's rustc-web was installed but does not run.");
    let (release, llvm) = debian_version().ok_or_else(no_rust)?;
    let llvm = llvm.split('.').next().unwrap_or_default().to_owned();
    apt_install(&[&format!("lld-{llvm}")])?;
    // rustc looks for its linker under this name.
    let link = ["-sf", &format!("/usr/lib/llvm-{llvm}/bin/lld"), "/usr/local/bin/rust-lld"];
    run_quietly(as_root("ln").args(link))?;

    let lib = debian_wasm_lib().ok_or_else(no_rust)?;
    if !is_current(&lib) {
        say("building the standard library for wasm32 (usually about a minute, once)");
        build_std(&lib, &release)?;
    }
    if exists("rustup") {
        run_quietly(program("rustup").args(["toolchain", "link", DEBIAN, "/usr"]))?;
    }
    Ok(())
}

fn build_std(lib: &Path, release: &str) -> Result<(), Failure> {
    let work = std::env::temp_dir().join(format!("wasm-std-{}", std::process::id()));
    let write = |path: PathBuf, text: &str| {
        std::fs::create_dir_all(path.parent().unwrap_or(&work))
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| Failure::io("write", &path, error))
    };
    write(work.join("src/lib.rs"), "")?;
    write(
        work.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let target = work.join("target");
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo
        .current_dir(&work)
        .args(["build", "-q", "--release", "-Zbuild-std=std,panic_abort", "--target", WASM])
        // -Zbuild-std is unstable; this is how a stable compiler is told to build its own library.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTFLAGS", STD_FLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO");
    run_quietly(&mut cargo)?;
    let built = target.join(WASM).join("release/deps");
    run_quietly(as_root("rm").arg("-rf").arg(lib))?;
    run_quietly(as_root("mkdir").arg("-p").arg(lib))?;
    let rlibs = std::fs::read_dir(&built).map_err(|error| Failure::io("read", &built, error))?;
    for file in rlibs.flatten().map(|entry| entry.path()) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            run_quietly(as_root("cp").arg(&file).arg(lib))?;
        }
    }
    let stamp = work.join(BUILT_BY);
    write(stamp.clone(), &stamp_of(release))?;
    run_quietly(as_root("cp").arg(&stamp).arg(lib))?;
    // Only scratch; a rest in the temporary folder harms nobody.
    let _ = std::fs::remove_dir_all(&work);
    Ok(())
}

/// The program, through sudo unless we are root already.
pub fn as_root(name: &str) -> Command {
    let is_root = output_of(Command::new("id").arg("-u")).as_deref() == Some("0");
    if is_root {
        program(name)
    } else {
        let mut command = program("sudo");
        command.arg(name);
        command
    }
}
