//! `cargo xtask`: all command-line tasks of this project.
//!
//! It works on machines with nothing but cargo: it installs what is missing, prints what it does
//! and how long that usually takes, and reports errors in one sentence. It is built by
//! `xtask-launcher`.

mod bench;
mod build;
mod compress;
mod debian;
mod dev;
mod files;
mod flags;
mod lazy_parts;
mod pack;
mod packages;
mod profile;
mod serve;
mod service_worker;
mod setup;
mod shell;
mod site;
mod size;
mod styles;
mod template;
mod test;
mod tidy;
mod toolchain;
mod wasm_module;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use flags::{Xtask, XtaskCmd};
use profile::Profile;
use shell::Failure;

fn main() -> ExitCode {
    if let Some(result) = dev::as_wasm_bindgen() {
        return exit_code(result);
    }
    let mut args: Vec<OsString> = env::args_os().skip(1).collect();
    if args.first().is_none_or(|command| command == "help") {
        args = vec!["--help".into()];
    }
    // Prints the help text or the error if the arguments contain no valid command.
    let flags = Xtask::from_vec(args).unwrap_or_else(|message| message.exit());
    exit_code(run(flags.subcommand))
}

fn exit_code(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: XtaskCmd) -> Result<(), Failure> {
    match command {
        XtaskCmd::Serve(flags) => {
            let profile = if flags.full { Profile::Full } else { Profile::Quick };
            serve::run(flags.port.unwrap_or(8080), profile, !flags.no_build)
        }
        XtaskCmd::Dev(flags) => {
            let page = if flags.gallery { dev::Page::Gallery } else { dev::Page::Playground };
            dev::run(page, flags.port.unwrap_or(8080))
        }
        XtaskCmd::DevStyles(_) => dev::write_styles(),
        XtaskCmd::Test(flags) if flags.fast => test::run_fast(),
        XtaskCmd::Test(_) => test::run_all(),
        XtaskCmd::Tidy(_) => tidy::run(),
        XtaskCmd::Setup(flags) if flags.debian => setup::everything_with_debian().map(drop),
        XtaskCmd::Setup(_) => setup::everything().map(drop),
        XtaskCmd::Data(flags) => pack::write_packs([
            flags.mednist,
            flags.hippocampus,
            flags.busbra,
            flags.pneumonia,
            flags.busbra_masks,
        ]),
        XtaskCmd::Build(flags) => {
            build::site(if flags.quick { Profile::Quick } else { Profile::Full }).map(drop)
        }
        XtaskCmd::Bench(flags) => match (flags.size, flags.load, flags.memory) {
            (true, ..) => size::print_table(&build::site(Profile::Full)?),
            (_, true, _) => bench::load(),
            (_, _, true) => bench::memory(),
            _ => bench::speed(bench::Peer::named(flags.peer.as_deref())?),
        },
    }
}
