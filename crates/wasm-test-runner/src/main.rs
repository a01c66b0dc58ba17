//! The test runner of wasm-bindgen, built in this workspace so that its version is the one in
//! `Cargo.lock`. `cargo xtask test` configures it as the runner, and cargo calls it with the module
//! of a test.

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
