//! `cargo xtask`: everything that is done with this project from a shell.
//!
//! It runs on a machine that may have nothing but cargo: it installs what is missing, says what it
//! does and how long that usually takes, and fails with one sentence. `xtask-launcher` builds it.

mod bench;
mod build;
mod compress;
mod pack;
mod serve;
mod setup;
mod shell;
mod site;
mod size;
mod sources;
mod split;
mod test;
mod tidy;
mod toolchain;
mod version;

use std::path::PathBuf;
use std::process::ExitCode;

use shell::Failure;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N] [--full] [--no-build]
                 set up, build and serve the page at http://localhost:N/ (8080)
  test [--fast]  set up and run every check and test; --fast runs what takes
                 under a minute once it is built: formatting, house rules,
                 native lints and unit tests
  tidy           check the house rules that neither compiler nor clippy checks
  setup          install what building and testing need
  data [--mednist PATH] [--hippocampus PATH]
                 write the data packs; PATH is a folder or an archive
  build [--quick]
                 write the site to dist/; --quick skips optimising for size
                 and writes to target/quick-site/
  bench [--peer tfjs | --peer torch | --size | --load | --memory]
                 measure speed beside tfjs, or beside PyTorch where that is
                 installed; --size prints what visitors download, --load how
                 soon the page is there on a slow line, --memory what many
                 steps and runs leave behind";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut args = Args::new();
    let command = args.command();
    match command.as_deref() {
        Some("setup") => {
            args.finish()?;
            setup::everything().map(drop)
        }
        Some("data") => {
            let mut named = pack::RECIPES.map(|_| None);
            for (path, recipe) in named.iter_mut().zip(pack::RECIPES) {
                *path = args.value(recipe.source.flag)?.map(PathBuf::from);
            }
            args.finish()?;
            site::pack_data(named)
        }
        Some("build") => {
            let quick = args.flag("--quick");
            args.finish()?;
            build::site(if quick { build::Kind::Quick } else { build::Kind::Full }).map(drop)
        }
        Some("serve") => {
            let port = match args.value("--port")? {
                Some(text) => text.parse().map_err(|_| {
                    Failure::new(format!("“{text}” is no port; use a number from 1 to 65535."))
                })?,
                None => 8080,
            };
            let full = args.flag("--full");
            let build = !args.flag("--no-build");
            args.finish()?;
            serve::run(port, if full { build::Kind::Full } else { build::Kind::Quick }, build)
        }
        Some("test") => {
            let fast = args.flag("--fast");
            args.finish()?;
            if fast { test::run_fast() } else { test::run_all() }
        }
        Some("tidy") => {
            args.finish()?;
            tidy::run()
        }
        Some("bench") => {
            let [size, load, memory] = ["--size", "--load", "--memory"].map(|f| args.flag(f));
            let peer = args.value("--peer")?;
            args.finish()?;
            match (size, load, memory) {
                (true, ..) => size::print_table(&build::site(build::Kind::Full)?),
                (_, true, _) => bench::load(),
                (_, _, true) => bench::memory(),
                _ => bench::speed(bench::Peer::named(peer.as_deref())?),
            }
        }
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(Failure::new(format!("there is no command “{other}”.\n\n{USAGE}"))),
    }
}

/// The arguments behind `cargo xtask`. Few enough that a parser crate would be longer.
struct Args(Vec<String>);

impl Args {
    fn new() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    fn command(&mut self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|arg| arg != name);
        self.0.len() < before
    }

    fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let prefix = format!("{name}=");
        if let Some(at) = self.0.iter().position(|arg| arg.starts_with(&prefix)) {
            return Ok(Some(self.0.remove(at)[prefix.len()..].to_owned()));
        }
        let Some(at) = self.0.iter().position(|arg| arg == name) else { return Ok(None) };
        if at + 1 >= self.0.len() {
            return Err(Failure::new(format!("{name} needs a value.")));
        }
        self.0.remove(at);
        Ok(Some(self.0.remove(at)))
    }

    fn finish(&self) -> Result<(), Failure> {
        match self.0.first() {
            Some(extra) => Err(Failure::new(format!("“{extra}” is not understood.\n\n{USAGE}"))),
            None => Ok(()),
        }
    }
}
