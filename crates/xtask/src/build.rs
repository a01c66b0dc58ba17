//! Builds the sources into a folder that any static host can serve, at any path.

use std::path::PathBuf;

use crate::profile::Profile;
use crate::shell::{Failure, say, shell};
use crate::site::Modules;
use crate::toolchain::{Toolchain, WASM};
use crate::wasm_module::WasmModule;
use crate::{compress, pack, site, size};

/// Packages of the site's wasm modules.
const PACKAGES: [&str; 7] = [
    "app",
    "engine-worker",
    "replica-worker",
    "study-worker",
    "interpreter-worker",
    "reader-worker",
    "dicom-worker",
];

/// Builds the site into the folder of the profile, and returns the folder.
pub fn site(profile: Profile) -> Result<PathBuf, Failure> {
    let toolchain = Toolchain::ready()?;
    pack::write_packs(Default::default())?;
    compile(toolchain, profile)?;
    let modules = Modules {
        app: WasmModule::of_package(profile, "app", "app")?,
        engine: WasmModule::of_package(profile, "engine-worker", "engine")?,
        replica: WasmModule::of_package(profile, "replica-worker", "replica")?,
        study: WasmModule::of_package(profile, "study-worker", "study")?,
        interpreter: WasmModule::of_package(profile, "interpreter-worker", "interpreter")?,
        reader: WasmModule::of_package(profile, "reader-worker", "reader")?,
        dicom: WasmModule::of_package(profile, "dicom-worker", "dicom")?,
    };
    let folder = site::assemble(&profile.site(), &modules)?;
    if profile == Profile::Full {
        say("compressing what visitors download (usually a minute)");
        compress::beside(&folder)?;
        // A file that exceeds its limit is reported by `cargo xtask bench --size`; here it does not
        // prevent the site from being built.
        if let Err(over) = size::print_table(&folder) {
            say(over);
        }
    }
    say(format_args!("the site is in {}", folder.display()));
    Ok(folder)
}

/// Compiles all modules with one call of cargo. Several calls would use different features for
/// shared dependencies, and build them twice.
pub fn compile(toolchain: Toolchain, profile: Profile) -> Result<(), Failure> {
    let usual = profile.usual_duration();
    say(format_args!("compiling page and workers (usually {usual})"));
    let sh = shell()?;
    let packages = PACKAGES.iter().flat_map(|name| ["--package", name]);
    let cargo = toolchain.cargo(&sh).arg("build").args(packages);
    Ok(cargo.args(["--target", WASM, "--profile", profile.cargo_name()]).quiet().run()?)
}
