//! From sources to a folder that any static host can serve, from any sub-path.
//!
//! The wasm modules are built by cargo, given their JavaScript by wasm-bindgen (as a library, so
//! that its version is the one in Cargo.lock) and shrunk by wasm-opt. Trunk would do the same, but
//! takes longer to compile than this project's page, wants to download its tools, and writes an
//! inline script, which our Content-Security-Policy would have to allow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{Failure, output_of, program, root, run, say, target_dir};
use crate::site;
use crate::split::{Split, split};
use crate::toolchain::{Toolchain, WASM};
use crate::{compress, setup, size};

/// How much work goes into a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Small and fast, for visitors: minutes of link-time optimisation.
    Full,
    /// Soon done, for developers. Trains as fast, downloads more.
    Quick,
}

impl Kind {
    fn profile(self) -> &'static str {
        match self {
            Kind::Full => "wasm",
            Kind::Quick => "wasm-quick",
        }
    }

    /// Where the site goes.
    pub fn folder(self) -> PathBuf {
        match self {
            Kind::Full => root().join("dist"),
            Kind::Quick => target_dir().join("quick-site"),
        }
    }
}

/// One wasm module with its JavaScript.
pub struct Module {
    /// The wasm file's bytes.
    pub wasm: Vec<u8>,
    /// The generated module that loads it.
    pub js: String,
    /// Folder of generated snippets that `js` imports, where there is one.
    pub snippets: Option<PathBuf>,
    /// What is loaded later, by its name.
    pub later: BTreeMap<String, Vec<u8>>,
    /// For each later part the names of what it needs.
    pub needs: BTreeMap<String, Vec<String>>,
}

/// Builds everything into the kind's folder and returns it.
pub fn site(kind: Kind) -> Result<PathBuf, Failure> {
    let toolchain = Toolchain::ready()?;
    site::pack_data(Default::default())?;
    compile(&toolchain, kind)?;
    let app = module(kind, "app", "app")?;
    let engine = module(kind, "worker", "engine")?;
    let reader = module(kind, "reader", "reader")?;
    let interpreter = module(kind, "interpret", "interpreter")?;
    let folder = site::assemble(&kind.folder(), &app, &engine, &reader, &interpreter)?;
    if kind == Kind::Full {
        say("compressing what visitors download (a minute)");
        compress::beside(&folder)?;
        // Over a bar is news for `cargo xtask bench --size`, not a reason to have no site.
        if let Err(over) = size::print_table(&folder) {
            say(over);
        }
    }
    say(format!("the site is in {}", folder.display()));
    Ok(folder)
}

/// Compiles all modules. One call of cargo, because several would not agree on the features of
/// shared dependencies and build these twice.
fn compile(toolchain: &Toolchain, kind: Kind) -> Result<(), Failure> {
    let how = match kind {
        Kind::Full => "optimised for size; usually 15 to 40 minutes the first time, 5 to 15 later",
        Kind::Quick => "quick; usually 10 to 20 minutes the first time, seconds to 3 minutes later",
    };
    say(format!("building page, reader, interpreter and engine for the browser ({how})"));
    run(toolchain
        .cargo()
        .args(["build", "--package", "app", "--package", "interpret"])
        .args(["--package", "reader", "--package", "worker"])
        .args(["--target", WASM, "--profile", kind.profile()]))
}

fn module(kind: Kind, package: &str, name: &str) -> Result<Module, Failure> {
    let profile = kind.profile();
    let built = target_dir().join(WASM).join(profile).join(format!("{package}.wasm"));
    let out = target_dir().join("bindgen").join(profile).join(name);
    let read = |file: &Path| fs::read(file).map_err(|error| Failure::io("read", file, error));
    let shrunk = |name: &str, wasm: Vec<u8>| match kind {
        Kind::Full => shrink(name, &wasm),
        Kind::Quick => Ok(wasm),
    };
    let Split { main, later, needs } = match package {
        "app" => split(&built, &target_dir().join("split").join(profile))?,
        _ => Split { main: built, later: BTreeMap::new(), needs: BTreeMap::new() },
    };
    bind(&main, name, &out, kind)?;
    let wasm = shrunk(name, read(&out.join(format!("{name}_bg.wasm")))?)?;
    let js = String::from_utf8_lossy(&read(&out.join(format!("{name}.js")))?).into_owned();
    let snippets = Some(out.join("snippets")).filter(|folder| folder.is_dir());
    let later = later.into_iter().map(|(name, path)| {
        let wasm = shrunk(&name, read(&path)?)?;
        Ok((name, wasm))
    });
    let later = later.collect::<Result<_, Failure>>()?;
    Ok(Module { wasm, js, snippets, later, needs })
}

fn bind(wasm: &Path, name: &str, out: &Path, kind: Kind) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("wasm-bindgen refused {}: {error}", wasm.display()));
    // Snippet folders carry hashes in their names: old ones would pile up.
    if out.exists() {
        fs::remove_dir_all(out).map_err(|error| Failure::io("clear", out, error))?;
    }
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)
        .map_err(failed)?
        .typescript(false)
        // wasm-opt puts functions in the order of their names before it takes the names away.
        .remove_name_section(kind == Kind::Quick)
        .remove_producers_section(true)
        // What is loaded later links with the memory, table and stack of the page's module.
        .keep_lld_exports(name == "app")
        .omit_default_module_path(true)
        .generate(out)
        .map_err(failed)
}

/// What wasm-opt does to the engine: whatever takes longer, takes too long.
const ENGINE_PASSES: &[&str] = &["-Oz"];

/// What it does to the modules that the page shows itself with. Code that is unfolded first is put
/// together again smaller, and once more so the second time; functions that stay apart look more
/// alike, and so compress better, the more so beside each other, where their names put them. The
/// lowest kilobyte is the end of the stack, which nothing points to.
const PAGE_PASSES: &[&str] = &[
    "--flatten",
    "--rereloop",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=10",
    "--low-memory-unused",
    "--reorder-functions-by-name",
];

/// wasm-opt, remembered by the hash of its input and passes, since it takes minutes.
fn shrink(name: &str, wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let folder = target_dir().join("wasm-opt");
    let passes = if name == "engine" { ENGINE_PASSES } else { PAGE_PASSES };
    let seed = [wasm, passes.join(" ").as_bytes()].concat();
    let output = folder.join(format!("{}.wasm", hash(&seed)));
    if let Ok(done) = fs::read(&output) {
        return Ok(done);
    }
    let mut tool = setup::wasm_opt()?;
    say(format!("wasm-opt {name} ({:.1} MB)", wasm.len() as f64 / 1e6));
    let input = folder.join(format!("{name}.in.wasm"));
    let partial = folder.join(format!("{name}.out.wasm"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&input, wasm))
        .map_err(|error| Failure::io("write", &input, error))?;
    run(tool
        .arg(&input)
        .arg("-o")
        .arg(&partial)
        .args(passes)
        .arg("--strip-debug")
        // What rustc emits by default, and the SIMD that we ask for.
        .args(["--enable-simd", "--enable-bulk-memory", "--enable-sign-ext"])
        .args(["--enable-mutable-globals", "--enable-nontrapping-float-to-int"])
        .args(["--enable-reference-types", "--enable-multivalue"]))?;
    fs::rename(&partial, &output).map_err(|error| Failure::io("write", &output, error))?;
    fs::read(&output).map_err(|error| Failure::io("read", &output, error))
}

/// The first 16 hexadecimal digits of the SHA-256 of some bytes: enough to tell files apart.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Version and commit, as the page and its `ready` event tell them.
pub fn build_name() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut git: Command = program("git");
    match output_of(git.args(["rev-parse", "--short", "HEAD"])) {
        Some(commit) => format!("{version} {commit}"),
        None => version.to_owned(),
    }
}
