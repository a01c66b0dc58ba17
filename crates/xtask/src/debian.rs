//! Setup of Debian's Rust compiler for WebAssembly, for machines that cannot reach rustup's
//! servers.
//!
//! The standard library for wasm32 is built once from Debian's own sources, so that only Debian
//! packages are needed. Some classroom and build machines can reach nothing else.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::files;
use crate::packages::{apt_install, as_root};
use crate::shell::{Failure, exists, output_of, run_quietly, say};

/// Name of the toolchain in rustup.
pub const RUSTUP_NAME: &str = "deb";

const RUSTC: &str = "/usr/bin/rustc";

const WASM: &str = "wasm32-unknown-unknown";

/// File next to the library that records the compiler and the flags that built it, so that a change
/// of either triggers a rebuild.
const STAMP: &str = ".built-by";

/// Flags for the standard library. Link-time optimization needs the bitcode of every library, which
/// cargo omits by default.
const STD_FLAGS: &str = "-C embed-bitcode=yes";

/// Returns whether compiler and library are installed and match.
pub fn is_ready(sh: &Shell) -> bool {
    let Some((lib, version)) = wasm_lib(sh).zip(version(sh)) else { return false };
    is_current(&lib, &version)
}

/// Returns whether rustup knows the toolchain.
pub fn is_linked(sh: &Shell) -> bool {
    let toolchains = output_of(cmd!(sh, "rustup toolchain list")).unwrap_or_default();
    toolchains.lines().any(|line| line.split_whitespace().next() == Some(RUSTUP_NAME))
}

/// Installs the components for `cargo clippy` and `cargo fmt`.
pub fn add_linters(sh: &Shell) -> Result<(), Failure> {
    apt_install(sh, &["rust-web-clippy", "rustfmt-web"])
}

/// Installs the compiler, builds the library, and registers both with rustup.
pub fn set_up(sh: &Shell) -> Result<(), Failure> {
    say("installing Debian's Rust for the browser (rustc-web; usually one to three minutes)");
    apt_install(sh, &["rustc-web", "cargo-web", "rust-web-src"])?;
    let no_rust = || Failure::new("Debian's rustc-web was installed but does not run.");
    let version = version(sh).ok_or_else(no_rust)?;
    apt_install(sh, &[&format!("lld-{}", version.llvm)])?;
    // rustc looks for the linker under this name.
    let lld = format!("/usr/lib/llvm-{}/bin/lld", version.llvm);
    run_quietly(as_root(sh, "ln").args(["-sf", &lld, "/usr/local/bin/rust-lld"]))?;

    let lib = wasm_lib(sh).ok_or_else(no_rust)?;
    if !is_current(&lib, &version) {
        say("building the standard library for wasm32 (usually about a minute, once)");
        build_std(sh, &lib, &version)?;
    }
    if exists(sh, "rustup") {
        run_quietly(cmd!(sh, "rustup toolchain link {RUSTUP_NAME} /usr"))?;
    }
    Ok(())
}

/// Versions of the compiler and of LLVM.
struct Version {
    rust: String,
    /// Major version number.
    llvm: String,
}

impl Version {
    fn stamp(&self) -> String {
        format!("{} {STD_FLAGS}", self.rust)
    }
}

fn version(sh: &Shell) -> Option<Version> {
    let text = output_of(cmd!(sh, "{RUSTC} -vV"))?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let llvm = field("LLVM version:")?.split('.').next().unwrap_or_default();
    Some(Version { rust: field("release:")?.to_owned(), llvm: llvm.to_owned() })
}

fn wasm_lib(sh: &Shell) -> Option<PathBuf> {
    let sysroot = output_of(cmd!(sh, "{RUSTC} --print sysroot"))?;
    Some(Path::new(&sysroot).join("lib/rustlib").join(WASM).join("lib"))
}

fn is_current(lib: &Path, version: &Version) -> bool {
    let built_by = std::fs::read_to_string(lib.join(STAMP)).unwrap_or_default();
    built_by.trim() == version.stamp()
}

fn build_std(sh: &Shell, lib: &Path, version: &Version) -> Result<(), Failure> {
    let work = sh.create_temp_dir()?;
    let work = work.path();
    files::write(&work.join("src/lib.rs"), b"")?;
    files::write(
        &work.join("Cargo.toml"),
        b"[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let target = work.join("target");
    let inside = sh.push_dir(work);
    let build = ["build", "-q", "--release", "-Zbuild-std=std,panic_abort", "--target", WASM];
    run_quietly(
        cmd!(sh, "/usr/bin/cargo {build...}")
            // -Zbuild-std is unstable. This variable allows a stable compiler to build its own
            // library.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTC", RUSTC)
            .env("RUSTFLAGS", STD_FLAGS)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_TARGET_DIR", &target)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO"),
    )?;
    drop(inside);
    run_quietly(as_root(sh, "rm").arg("-rf").arg(lib))?;
    run_quietly(as_root(sh, "mkdir").arg("-p").arg(lib))?;
    for file in files::list(&target.join(WASM).join("release/deps"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            run_quietly(as_root(sh, "cp").arg(&file).arg(lib))?;
        }
    }
    let stamp = work.join(STAMP);
    files::write(&stamp, version.stamp().as_bytes())?;
    run_quietly(as_root(sh, "cp").arg(&stamp).arg(lib))
}
