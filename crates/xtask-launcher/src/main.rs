//! First stage of `cargo xtask`: builds the second one in sight of the person at the shell, and
//! becomes it.
//!
//! `xtask` has dependencies that take minutes to compile. This crate has none, so it is there
//! within seconds and can say what the wait is for.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    if !tools().is_file() {
        eprintln!(
            "==> building the tools that set up, build and test this project; the first time \
             usually takes two to four minutes"
        );
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(&cargo);
    command.args(["run", "--package", "xtask", "--"]).args(env::args_os().skip(1));
    run(command)
}

/// Path of the second stage's executable.
fn tools() -> PathBuf {
    let own = env::current_exe().unwrap_or_default();
    let folder = own.parent().unwrap_or(Path::new(""));
    folder.join("xtask").with_extension(env::consts::EXE_EXTENSION)
}

/// Replaces this process, so that a signal to it reaches the command.
#[cfg(unix)]
fn run(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    failure(command.exec())
}

/// Runs the command and passes its exit code on.
#[cfg(not(unix))]
fn run(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) => {
            ExitCode::from(status.code().and_then(|code| code.try_into().ok()).unwrap_or(1))
        }
        Err(error) => failure(error),
    }
}

fn failure(error: std::io::Error) -> ExitCode {
    eprintln!("\nxtask: cargo could not be started: {error}.");
    ExitCode::FAILURE
}
