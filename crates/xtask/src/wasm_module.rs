//! Building of one wasm module of the site: compiled by cargo, processed by wasm-bindgen, and
//! optimized for size.
//!
//! wasm-bindgen is used as a library, so that its version is the one in Cargo.lock.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;
use xshell::cmd;

use crate::files::{clear, content_hash, read, write};
use crate::lazy_parts::{LazyParts, split};
use crate::packages::wasm_opt_script;
use crate::profile::Profile;
use crate::shell::{Failure, say, shell, target_dir};
use crate::toolchain::WASM;

/// A wasm module with its JavaScript.
pub struct WasmModule {
    /// Contents of the wasm file.
    pub wasm: Vec<u8>,
    /// The generated JavaScript module that loads it.
    pub js: String,
    /// Folder of generated snippets that `js` imports, if any.
    pub snippets: Option<PathBuf>,
    /// Lazily loaded parts, by name.
    pub lazy_parts: BTreeMap<String, Vec<u8>>,
    /// Names of the parts needed by each entry point of lazy code.
    pub needed_parts: BTreeMap<String, Vec<String>>,
}

impl WasmModule {
    /// Processes the module that cargo has built from a package.
    pub fn of_package(profile: Profile, package: &str, name: &str) -> Result<Self, Failure> {
        let cargo_name = profile.cargo_name();
        let built = target_dir().join(WASM).join(cargo_name).join(format!("{package}.wasm"));
        refuse_repeated_constructors(package, &read(&built)?)?;
        let out = target_dir().join("bindgen").join(cargo_name).join(name);
        let small = |name: &str, wasm: Vec<u8>| match profile {
            Profile::Full => wasm_opt(name, &wasm),
            Profile::Quick => Ok(wasm),
        };
        let LazyParts { main, parts, needed } = match package {
            "app" => split(&built, &target_dir().join("split").join(cargo_name))?,
            _ => LazyParts { main: built, ..LazyParts::default() },
        };
        clear(&out)?;
        bindgen(&main, name)?
            // wasm-opt sorts functions by name before it removes the names.
            .remove_name_section(profile == Profile::Quick)
            // Lazy parts are linked with the memory, table and stack of the page's module.
            .keep_lld_exports(name == "app")
            .generate(&out)
            .map_err(|error| refused(&main, error))?;
        let wasm = small(name, read(&out.join(format!("{name}_bg.wasm")))?)?;
        let js = String::from_utf8_lossy(&read(&out.join(format!("{name}.js")))?).into_owned();
        let snippets = Some(out.join("snippets")).filter(|folder| folder.is_dir());
        let lazy_parts = parts.into_iter().map(|(name, path)| {
            let wasm = small(&name, read(&path)?)?;
            Ok((name, wasm))
        });
        let lazy_parts = lazy_parts.collect::<Result<_, Failure>>()?;
        Ok(Self { wasm, js, snippets, lazy_parts, needed_parts: needed })
    }
}

/// Refuses a module whose exports run all its constructors at every call, which the linker arranges
/// where nothing calls them. Those of the engine made a training step on a GPU take 100 times as long.
fn refuse_repeated_constructors(package: &str, wasm: &[u8]) -> Result<(), Failure> {
    // Part of the names that the linker gives to such exports.
    const STUB: &[u8] = b".command_export";
    match wasm.windows(STUB.len()).any(|part| part == STUB) {
        false => Ok(()),
        true => Err(Failure::new(format!(
            "every call of {package} would run its constructors: call __wasm_call_ctors once in its \
             `main`, as workers/engine does."
        ))),
    }
}

/// Returns the wasm-bindgen settings that all modules share.
fn bindgen(wasm: &Path, name: &str) -> Result<Bindgen, Failure> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(name)
        .web(true)
        .map_err(|error| refused(wasm, error))?
        .typescript(false)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    Ok(bindgen)
}

/// Writes an unoptimized module with its JavaScript to a folder.
pub fn bindgen_like_trunk(wasm: &Path, name: &str, out: &Path) -> Result<(), Failure> {
    let generated = bindgen(wasm, name)?.omit_default_module_path(false).generate(out);
    generated.map_err(|error| refused(wasm, error))
}

fn refused(wasm: &Path, error: impl Display) -> Failure {
    Failure::new(format!("wasm-bindgen refused {}: {error}", wasm.display()))
}

/// Modules whose time goes into kernels.
const COMPUTING: [&str; 4] = ["engine", "interpreter", "replica", "study"];

/// Passes of wasm-opt for them. Flattened code is smaller, but V8 computed a convolution 1.6 times as
/// long with it, and for the engine it would take too long.
const COMPUTING_PASSES: &[&str] = &["-Oz"];

/// Passes of wasm-opt for the other modules. Code that is first flattened can be recombined into
/// smaller code, and a second round reduces it further. Functions that are not inlined are more
/// similar to each other and compress better, especially next to each other, which sorting by name
/// achieves. The lowest kilobyte of memory is the end of the stack, to which no pointer refers.
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

/// Features that rustc enables by default, and the SIMD feature that the build requests.
const WASM_FEATURES: &[&str] = &[
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Runs wasm-opt. Its output is cached by the hash of input and passes, since it takes minutes.
fn wasm_opt(name: &str, wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let folder = target_dir().join("wasm-opt");
    let passes = if COMPUTING.contains(&name) { COMPUTING_PASSES } else { PAGE_PASSES };
    let key = [wasm, passes.join(" ").as_bytes()].concat();
    let output = folder.join(format!("{}.wasm", content_hash(&key)));
    if let Ok(done) = fs::read(&output) {
        return Ok(done);
    }
    let sh = shell()?;
    let script = wasm_opt_script(&sh)?;
    let megabytes = wasm.len() as f64 / 1e6;
    say(format_args!("wasm-opt {name} ({megabytes:.1} MB; usually one to three minutes)"));
    let input = folder.join(format!("{name}.in.wasm"));
    let partial = folder.join(format!("{name}.out.wasm"));
    write(&input, wasm)?;
    cmd!(sh, "node {script} {input} -o {partial} {passes...} --strip-debug {WASM_FEATURES...}")
        .quiet()
        .run()?;
    fs::rename(&partial, &output).map_err(|error| Failure::io("write", &output, error))?;
    read(&output)
}
