//! Layout of the site: file names with hashes, the template of the page, packs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use data::Index;
use xshell::cmd;

use crate::files::{clear, content_hash, copy_tree, read, read_text, write};
use crate::lazy_parts::LOADER;
use crate::shell::{Failure, output_of, root, shell};
use crate::template::{fill, redirect_import};
use crate::wasm_module::WasmModule;
use crate::{service_worker, styles};

/// The wasm modules of a site.
pub struct Modules {
    /// Module of the page.
    pub app: WasmModule,
    /// Module of the engine's worker.
    pub engine: WasmModule,
    /// Module of a replica's worker.
    pub replica: WasmModule,
    /// Module of a worker that trains networks of a study.
    pub study: WasmModule,
    /// Module of the interpreter's worker.
    pub interpreter: WasmModule,
    /// Module of the reader's worker.
    pub reader: WasmModule,
    /// Module of the worker that converts DICOM files.
    pub dicom: WasmModule,
}

/// Writes the whole site. It is written to a temporary folder and then moved to its destination, so
/// that a server never serves an incomplete site.
pub fn assemble(folder: &Path, modules: &Modules) -> Result<PathBuf, Failure> {
    let Modules { app, engine, replica, study, interpreter, reader, dicom } = modules;
    let www = root().join("www");
    let next = folder.with_extension("next");
    clear(&next)?;
    let site = Site { folder: next };

    let styles = styles::bundle(styles::read(&root())?);
    let values = [
        ("later_files", site.add_lazy_parts(app)?),
        ("later_styles", site.add_lazy_styles(&styles.lazy)?),
    ];
    let loader = fill(&www.join("later.js"), &values)?;
    let later_js = site.add_hashed("later", "js", loader.as_bytes())?;
    let app_js = redirect_import(&app.js, LOADER, &format!("./{later_js}"))?;
    let js = |name: &str, text: &str| site.add_hashed(name, "js", text.as_bytes());
    let wasm = |name: &str, module: &WasmModule| site.add_hashed(name, "wasm", &module.wasm);
    let copy = |name: &str, extension: &str| {
        site.add_hashed(name, extension, &read(&www.join(name).with_extension(extension))?)
    };
    let mut values = vec![
        ("app_js", js("app", &app_js)?),
        ("app_wasm", wasm("app", app)?),
        ("later_js", later_js),
        ("engine_js", js("engine", &engine.js)?),
        ("engine_wasm", wasm("engine", engine)?),
        ("engine_bytes", engine.wasm.len().to_string()),
        ("replica_js", js("replica", &replica.js)?),
        ("replica_wasm", wasm("replica", replica)?),
        ("study_js", js("study", &study.js)?),
        ("study_wasm", wasm("study", study)?),
        ("reader_js", js("reader", &reader.js)?),
        ("reader_wasm", wasm("reader", reader)?),
        ("dicom_js", js("dicom", &dicom.js)?),
        ("dicom_wasm", wasm("dicom", dicom)?),
        ("interpreter_js", js("interpreter", &interpreter.js)?),
        ("interpreter_wasm", wasm("interpreter", interpreter)?),
        ("worker_js", copy("worker", "js")?),
        ("next_visit_js", copy("next-visit", "js")?),
        ("icon", copy("icon", "svg")?),
        ("pack_list", site.add_packs(&www.join("packs"))?),
        ("css", site.add_hashed("style", "css", styles.first.as_bytes())?),
        ("build", build_name()?),
    ];
    for module in [app, engine, replica, study, interpreter, reader, dicom] {
        if let Some(snippets) = &module.snippets {
            copy_tree(snippets, &site.folder.join("snippets"))?;
        }
    }
    let filled = |values: &[(&str, String)], file: &str, name: &str| {
        site.add_hashed(name, "js", fill(&www.join(file), values)?.as_bytes())
    };
    values.push(("boot_js", filled(&values, "boot.js", "boot")?));
    site.add_page(&www, &values)?;

    // Examples of course pages that embed the playground.
    copy_tree(&www.join("examples"), &site.folder.join("examples"))?;
    copy_tree(&www.join("icon.svg"), &site.folder.join("icon.svg"))?;
    // Course pages load it under this name, whatever the version.
    copy_tree(&www.join("element.js"), &site.folder.join("element.js"))?;

    clear(folder)?;
    fs::rename(&site.folder, folder).map_err(|error| Failure::io("write", folder, error))?;
    Ok(folder.to_owned())
}

struct Site {
    folder: PathBuf,
}

impl Site {
    /// Adds a file whose name contains a hash of its content, so that it can be cached without a
    /// time limit. Returns the name.
    fn add_hashed(&self, stem: &str, extension: &str, bytes: &[u8]) -> Result<String, Failure> {
        let name = format!("{stem}-{}.{extension}", content_hash(bytes));
        write(&self.folder.join(&name), bytes)?;
        Ok(name)
    }

    /// Adds the lazy parts. Returns the files needed by each entry, as JSON.
    fn add_lazy_parts(&self, app: &WasmModule) -> Result<String, Failure> {
        let mut files = BTreeMap::new();
        for (name, wasm) in &app.lazy_parts {
            files.insert(name, self.add_hashed(name, "wasm", wasm)?);
        }
        let needed = app.needed_parts.iter().map(|(entry, names)| {
            let names: Vec<_> = names.iter().filter_map(|name| files.get(name)).collect();
            (entry, names)
        });
        let needed: BTreeMap<_, _> = needed.collect();
        Ok(serde_json::to_string(&needed).unwrap_or_default())
    }

    /// Adds the style sheets of lazy parts. Returns the file of each part, as JSON.
    fn add_lazy_styles(&self, styles: &BTreeMap<&str, String>) -> Result<String, Failure> {
        let mut files = BTreeMap::new();
        for (part, css) in styles {
            files.insert(part, self.add_hashed(&format!("later-{part}"), "css", css.as_bytes())?);
        }
        Ok(serde_json::to_string(&files).unwrap_or_default())
    }

    /// Adds the packs, and their list with the names used on the site. Returns the path of the
    /// list.
    fn add_packs(&self, from: &Path) -> Result<String, Failure> {
        let mut index: Index = match fs::read(from.join("index.json")) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| Failure::new(format!("the list of packs is broken: {error}")))?,
            Err(_) => Index::default(),
        };
        for pack in &mut index.packs {
            let stem = format!("packs/{}", pack.manifest.name);
            let name = self.add_hashed(&stem, "zip", &read(&from.join(&pack.file))?)?;
            pack.file = name["packs/".len()..].to_owned();
        }
        let list = serde_json::to_vec(&index).unwrap_or_default();
        self.add_hashed("packs/index", "json", &list)
    }

    /// Adds the page, and the service worker, which contains the page and the names of all other
    /// files.
    fn add_page(&self, www: &Path, values: &[(&str, String)]) -> Result<(), Failure> {
        let page = |version: &str| {
            let version = [("version", version.to_owned())];
            fill(&www.join("index.html"), &[values, &version].concat())
        };
        let files = service_worker::files(&self.folder)?;
        let template = www.join("service-worker.js");
        // The page contains the names of all files, and therefore everything that differs between
        // two versions except the service worker.
        let version = content_hash((page("")? + &read_text(&template)?).as_bytes());
        let page = page(&version)?;
        write(&self.folder.join("index.html"), page.as_bytes())?;
        let script = fill(&template, &service_worker::values(version, &page, files))?;
        write(&self.folder.join("service-worker.js"), script.as_bytes())
    }
}

/// Returns the version and the commit, as shown on the page and sent with its `ready` event.
fn build_name() -> Result<String, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let sh = shell()?;
    Ok(match output_of(cmd!(sh, "git rev-parse --short HEAD")) {
        Some(commit) => format!("{version} {commit}"),
        None => version.to_owned(),
    })
}
