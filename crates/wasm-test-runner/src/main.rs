//! The test runner of wasm-bindgen, built from this workspace so that its version is that of
//! `Cargo.lock`. Cargo calls it with the module of a test; `cargo xtask test` names it as the runner.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
