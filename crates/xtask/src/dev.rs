//! `cargo xtask dev`: runs `trunk serve` after building everything that it needs.
//!
//! After an edit, Trunk rebuilds the page's module and style sheets and reloads the page, as
//! configured in `index.html` and `Trunk.toml` in the root folder. Everything else that the page
//! loads is built here once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::files::{clear, copy_tree, read, read_text, write};
use crate::profile::Profile;
use crate::shell::{Failure, output_of, root, say, shell, target_dir};
use crate::toolchain::{Toolchain, path_without_toolchains};
use crate::wasm_module::{WasmModule, bindgen_like_trunk};
use crate::{build, pack, styles};

/// Version of Trunk. Later versions need a newer Rust than this project uses.
const TRUNK: &str = "0.21.14";

/// A page that Trunk builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The playground.
    Playground,
    /// The page of the crate `gallery`, which shows every widget of `ui`.
    Gallery,
}

impl Page {
    /// Returns the template that Trunk is given, relative to the root.
    fn template(self) -> &'static str {
        match self {
            Page::Playground => "index.html",
            Page::Gallery => "crates/gallery/index.html",
        }
    }
}

/// Serves a page and rebuilds it after each edit, until interrupted.
pub fn run(page: Page, port: u16) -> Result<(), Failure> {
    let sh = shell()?;
    let toolchain = Toolchain::ready()?;
    if page == Page::Playground {
        pack::write_packs(Default::default())?;
        prebuild(toolchain)?;
    }
    let tools = tools(&sh, toolchain)?;
    let path = path_without_toolchains();
    let path = env::join_paths([tools].into_iter().chain(env::split_paths(&path)));
    let path = path.map_err(|error| Failure::new(format!("the PATH is broken: {error}.")))?;
    let (port, template) = (port.to_string(), page.template());
    say(format_args!(
        "trunk serve at http://localhost:{port}/ (the first build usually takes two to five minutes, \
         later ones seconds; stop with Ctrl+C)"
    ));
    let trunk = toolchain.set_environment(cmd!(sh, "trunk serve --port {port} {template}"));
    Ok(trunk.env("PATH", path).quiet().run()?)
}

/// Writes the style sheets, including lazy ones, as one file into the folder that Trunk specifies.
pub fn write_styles() -> Result<(), Failure> {
    let Some(folder) = env::var_os("TRUNK_STAGING_DIR") else {
        return Err(Failure::new("this is for the hook in Trunk.toml: run `cargo xtask dev`."));
    };
    let styles = styles::bundle(styles::read(&root())?);
    let sheets: String = std::iter::once(styles.first).chain(styles.lazy.into_values()).collect();
    write(&Path::new(&folder).join("style.css"), sheets.as_bytes())
}

/// Builds the workers' modules and lays them, with their script and the packs, where `index.html`
/// takes them from: under names without hashes.
fn prebuild(toolchain: Toolchain) -> Result<(), Failure> {
    let profile = Profile::Quick;
    // Also compiles the page, although Trunk builds it, so that `cargo xtask serve` can reuse the
    // result.
    build::compile(toolchain, profile)?;
    let www = root().join("www");
    let parts = root().join("target/dev-parts");
    clear(&parts)?;
    for name in ["dicom", "engine", "interpreter", "reader", "replica", "study"] {
        let module = WasmModule::of_package(profile, &format!("{name}-worker"), name)?;
        write(&parts.join(name).with_extension("wasm"), &module.wasm)?;
        write(&parts.join(name).with_extension("js"), module.js.as_bytes())?;
        if let Some(snippets) = &module.snippets {
            copy_tree(snippets, &parts.join("snippets"))?;
        }
    }
    write(&parts.join("worker.js"), &read(&www.join("worker.js"))?)?;
    copy_tree(&www.join("packs"), &parts.join("packs"))
}

/// Returns the folder that contains `trunk`, and a `wasm-bindgen` with the version in Cargo.lock.
/// Installs both if they are missing.
fn tools(sh: &Shell, toolchain: Toolchain) -> Result<PathBuf, Failure> {
    let folder = target_dir().join("dev-tools");
    let bin = folder.join("bin");
    let trunk = bin.join("trunk").with_extension(env::consts::EXE_EXTENSION);
    let version = format!("trunk {TRUNK}");
    if output_of(cmd!(sh, "{trunk} --version")).as_deref() != Some(&version) {
        say(format_args!("cargo install trunk {TRUNK} (usually three to six minutes, once)"));
        // Unoptimized, since Trunk only calls cargo and copies files. Without TLS, since it
        // downloads nothing.
        let how = ["--locked", "--no-default-features", "--profile", "dev"];
        let cargo = toolchain.cargo(sh).args(["install", "trunk", "--version", TRUNK]).args(how);
        cargo.arg("--root").arg(&folder).quiet().run()?;
    }
    let own = env::current_exe().map_err(|error| Failure::io("find", Path::new("xtask"), error))?;
    let stand_in = bin.join(WASM_BINDGEN).with_extension(env::consts::EXE_EXTENSION);
    fs::copy(&own, &stand_in).map_err(|error| Failure::io("write", &stand_in, error))?;
    Ok(bin)
}

/// Name under which a copy of this program replaces the `wasm-bindgen` command, which Trunk calls
/// and would otherwise download.
const WASM_BINDGEN: &str = "wasm-bindgen";

/// Acts as the `wasm-bindgen` command if this program was started under that name.
pub fn as_wasm_bindgen() -> Option<Result<(), Failure>> {
    let own = env::args_os().next()?;
    let name = Path::new(&own).file_stem()?;
    (name == WASM_BINDGEN).then(|| stand_in(env::args().skip(1)))
}

fn stand_in(args: impl Iterator<Item = String>) -> Result<(), Failure> {
    let (mut out, mut name, mut wasm) = (None, None, None);
    for arg in args {
        match arg.split_once('=') {
            _ if arg == "--version" => {
                // Trunk runs this command in the root folder.
                let lock = read_text(Path::new("Cargo.lock"))?;
                println!("{WASM_BINDGEN} {}", locked_version(&lock, WASM_BINDGEN));
                return Ok(());
            }
            Some(("--out-dir", value)) => out = Some(PathBuf::from(value)),
            Some(("--out-name", value)) => name = Some(value.to_owned()),
            _ if arg.starts_with("--") => {}
            _ => wasm = Some(PathBuf::from(arg)),
        }
    }
    match (out, name, wasm) {
        (Some(out), Some(name), Some(wasm)) => bindgen_like_trunk(&wasm, &name, &out),
        _ => Err(Failure::new("wasm-bindgen needs --out-dir=, --out-name= and a file.")),
    }
}

/// Returns the version of a package, given the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> &'a str {
    let name = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&name).map(|(_, behind)| behind);
    version.and_then(|text| text.split('"').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), "0.2.130");
        assert_eq!(locked_version(lock, "wasm"), "");
    }
}
