//! Selection of the Rust compiler that builds for WebAssembly.
//!
//! In order of preference: the active toolchain, if it has the wasm32 target; Debian's, if
//! [`crate::debian`] has set it up before; the active one after `rustup target add`; Debian's,
//! installed now.

use xshell::{Cmd, Shell, cmd};

use crate::debian;
use crate::shell::{Failure, exists, output_of, say, shell};

/// Target of all code that runs in the browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// A compiler with its tools, for native code and for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The `cargo` in the search path.
    Active,
    /// Debian's compiler, linked into rustup.
    DebianLinked,
    /// Debian's compiler on a machine without rustup.
    Debian,
}

impl Toolchain {
    /// Returns the toolchain for all tasks. Sets it up if necessary.
    pub fn ready() -> Result<Self, Failure> {
        let sh = shell()?;
        if has_wasm(&sh) {
            return Ok(Toolchain::Active);
        }
        if let Some(found) = Self::debian_if_ready(&sh) {
            return Ok(found);
        }
        if exists(&sh, "rustup") {
            say("rustup target add wasm32-unknown-unknown (usually some seconds)");
            let added = cmd!(sh, "rustup target add {WASM}").env("RUSTUP_MAX_RETRIES", "0");
            if output_of(added).is_some() && has_wasm(&sh) {
                return Ok(Toolchain::Active);
            }
            say("rustup could not fetch the wasm32 target; using Debian's compiler instead");
        }
        Self::debian()
    }

    /// Returns Debian's compiler. Sets it up if necessary.
    pub fn debian() -> Result<Self, Failure> {
        let sh = shell()?;
        debian::set_up(&sh)?;
        Self::debian_if_ready(&sh).ok_or_else(|| {
            Failure::new(
                "Debian's Rust was installed, but cannot build for wasm32. Install a Rust with the \
                 wasm32-unknown-unknown target and try again.",
            )
        })
    }

    fn debian_if_ready(sh: &Shell) -> Option<Self> {
        if !debian::is_ready(sh) {
            None
        } else if exists(sh, "rustup") {
            debian::is_linked(sh).then_some(Toolchain::DebianLinked)
        } else {
            Some(Toolchain::Debian)
        }
    }

    /// Returns the cargo command of this toolchain.
    pub fn cargo<'a>(self, sh: &'a Shell) -> Cmd<'a> {
        self.set_environment(match self {
            Toolchain::Active | Toolchain::DebianLinked => cmd!(sh, "cargo"),
            Toolchain::Debian => cmd!(sh, "/usr/bin/cargo"),
        })
    }

    /// Sets the environment of a command that runs the cargo of this toolchain.
    pub fn set_environment<'a>(self, mut command: Cmd<'a>) -> Cmd<'a> {
        // Within `cargo xtask` the environment contains the cargo that started it. A rustup proxy
        // in the search path is controlled by RUSTUP_TOOLCHAIN.
        for inherited in ["CARGO", "RUSTC", "RUSTDOC", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            command = command.env_remove(inherited);
        }
        if self == Toolchain::DebianLinked {
            command = command.env("RUSTUP_TOOLCHAIN", debian::RUSTUP_NAME);
            command = command.env("PATH", path_without_toolchains());
        }
        command
    }

    /// Installs the components for `cargo clippy` and `cargo fmt`.
    pub fn add_linters(self) -> Result<(), Failure> {
        let sh = shell()?;
        let works = |tool: &str| output_of(self.cargo(&sh).arg(tool).arg("--version")).is_some();
        if works("clippy") && works("fmt") {
            return Ok(());
        }
        match self {
            Toolchain::Active => {
                say("rustup component add clippy rustfmt (usually some seconds)");
                Ok(cmd!(sh, "rustup component add clippy rustfmt").run()?)
            }
            Toolchain::DebianLinked | Toolchain::Debian => debian::add_linters(&sh),
        }
    }
}

/// Returns the search path without the toolchain folders that rustup adds in front of it.
pub fn path_without_toolchains() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let kept = std::env::split_paths(&path)
        .filter(|dir| !dir.components().any(|part| part.as_os_str() == "toolchains"));
    std::env::join_paths(kept).unwrap_or(path)
}

fn has_wasm(sh: &Shell) -> bool {
    let Some(folder) = output_of(cmd!(sh, "rustc --print target-libdir --target {WASM}")) else {
        return false;
    };
    let entries = std::fs::read_dir(folder);
    entries.is_ok_and(|dir| {
        dir.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}
