//! Running of other programs, and error messages.

use std::fmt;
use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

/// Reason why a command of this program failed: one sentence for the user.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// Creates a failure with this message.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Creates the failure for a file system operation on a path.
    pub fn io(doing: &str, path: &Path, error: std::io::Error) -> Self {
        Self(format!("could not {doing} {}: {error}.", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Failure of a program that could not be started or returned an error. Its output is already on
/// the screen.
impl From<xshell::Error> for Failure {
    fn from(error: xshell::Error) -> Self {
        Self(format!("{error}."))
    }
}

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    // Read at run time rather than at compile time: two checkouts may share a target folder, and
    // cargo does not recompile this program for a different path.
    let manifest = std::env::var("CARGO_MANIFEST_DIR");
    let manifest = manifest.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&manifest)
        .ancestors()
        .nth(2)
        .expect("xtask lies two folders below the root")
        .to_owned()
}

/// Returns the folder for build products.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Prints a progress message.
pub fn say(what: impl fmt::Display) {
    println!("==> {what}");
}

/// Returns a shell in the root of the checkout.
pub fn shell() -> Result<Shell, Failure> {
    let sh = Shell::new()?;
    sh.change_dir(root());
    Ok(sh)
}

/// Runs a command without showing its output, unless it fails.
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

/// Returns the output of a command, or `None` if it cannot be started or fails.
pub fn output_of(command: Cmd<'_>) -> Option<String> {
    command.quiet().ignore_stderr().read().ok()
}

/// Returns whether a program with this name can be started.
pub fn exists(sh: &Shell, program: &str) -> bool {
    output_of(cmd!(sh, "{program} --version")).is_some()
}
