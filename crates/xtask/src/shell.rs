//! Running other programs, and saying in one sentence why something failed.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a command of ours stopped: one sentence for the person at the shell.
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

/// A note to the person at the shell about what happens now.
pub fn say(what: impl fmt::Display) {
    println!("==> {what}");
}

/// A program that will run in the checkout's root.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Runs it, letting its output through.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "`{}` failed ({status}); its own message is above.",
            line(command)
        )))
    }
}

/// Runs it silently; its output is shown only when it fails.
pub fn run_quietly(command: &mut Command) -> Result<(), Failure> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, error))?;
    if output.status.success() {
        return Ok(());
    }
    eprint!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    Err(Failure::new(format!(
        "`{}` failed ({}); its own message is above.",
        line(command),
        output.status
    )))
}

/// What it prints, where it can be started and succeeds.
pub fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program of that name can be started.
pub fn exists(name: &str) -> bool {
    output_of(Command::new(name).arg("--version")).is_some()
}

fn cannot_start(command: &Command, error: std::io::Error) -> Failure {
    Failure::new(format!("`{}` could not be started: {error}.", line(command)))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
