//! Running other programs, and saying in one sentence why something failed.

use std::fmt;
use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

/// Reason why a command of ours stopped: one sentence for the person at the shell.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure that reads like this.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A failure of the file system at that path.
    pub fn io(doing: &str, path: &Path, error: std::io::Error) -> Self {
        Self(format!("could not {doing} {}: {error}.", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A program that could not be started, or failed; what it had to say is on the screen.
impl From<xshell::Error> for Failure {
    fn from(error: xshell::Error) -> Self {
        Self(format!("{error}."))
    }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    // As cargo says now, not as it said when it compiled this: two checkouts may share a target
    // folder, and cargo does not compile again for the other's path.
    let manifest = std::env::var("CARGO_MANIFEST_DIR");
    let manifest = manifest.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&manifest)
        .ancestors()
        .nth(2)
        .expect("xtask lies two folders below the root")
        .to_owned()
}

/// The folder of build products.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Tells the person at the shell what happens now.
pub fn say(what: impl fmt::Display) {
    println!("==> {what}");
}

/// A shell in the root of the checkout.
pub fn shell() -> Result<Shell, Failure> {
    let sh = Shell::new()?;
    sh.change_dir(root());
    Ok(sh)
}

/// Runs a command silently; its output is shown only when it fails.
pub fn run_quietly(command: Cmd<'_>) -> Result<(), Failure> {
    let name = command.to_string();
    let output = command.quiet().ignore_status().output()?;
    if output.status.success() {
        return Ok(());
    }
    eprint!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    Err(Failure::new(format!("`{name}` failed ({}); its own message is above.", output.status)))
}

/// What a command prints, where it can be started and succeeds.
pub fn output_of(command: Cmd<'_>) -> Option<String> {
    command.quiet().ignore_stderr().read().ok()
}

/// Whether a program of that name can be started.
pub fn exists(sh: &Shell, program: &str) -> bool {
    output_of(cmd!(sh, "{program} --version")).is_some()
}
