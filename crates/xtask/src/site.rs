//! Laying out the site: hashed names, the page's template, packs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use data::Index;

use crate::build::{Module, build_name, hash};
use crate::shell::{Failure, root, say};
use crate::split::LOADER;
use crate::{pack, version};

/// Writes the data packs into `www/packs/`, or says that there is no source for them. Places that
/// somebody named, in the order of [`pack::RECIPES`], count before all others.
pub fn pack_data(named: [Option<PathBuf>; pack::RECIPES.len()]) -> Result<(), Failure> {
    let mut options = pack::DataOptions::new(root());
    for (origin, path) in options.origins.iter_mut().zip(named) {
        origin.named = path.or(origin.named.take());
    }
    let reports = pack::run(&options).map_err(|error| Failure::new(error.to_string()))?;
    reports.iter().for_each(say);
    Ok(())
}

/// Writes the whole site. It is laid out beside its place and moved there when complete, so that a
/// server never sees half of it.
pub fn assemble(
    folder: &Path,
    app: &Module,
    engine: &Module,
    reader: &Module,
    interpreter: &Module,
) -> Result<PathBuf, Failure> {
    let www = root().join("www");
    let next = folder.with_extension("next");
    clear(&next)?;
    let site = Site { folder: next };

    let (first, later) = styles(&www)?;
    let later_css = site.add_hashed("later", "css", later.as_bytes())?;
    let values = [("later_files", site.add_later(app)?), ("later_css", later_css)];
    let loader = fill(&www.join("later.js"), &values)?;
    let later_js = site.add_hashed("later", "js", loader.as_bytes())?;
    let app_wasm = site.add_hashed("app", "wasm", &app.wasm)?;
    let script = importing(&app.js, LOADER, &format!("./{later_js}"))?;
    let app_js = site.add_hashed("app", "js", script.as_bytes())?;
    let engine_wasm = site.add_hashed("engine", "wasm", &engine.wasm)?;
    let engine_js = site.add_hashed("engine", "js", engine.js.as_bytes())?;
    let reader_wasm = site.add_hashed("reader", "wasm", &reader.wasm)?;
    let reader_js = site.add_hashed("reader", "js", reader.js.as_bytes())?;
    let interpreter_wasm = site.add_hashed("interpreter", "wasm", &interpreter.wasm)?;
    let interpreter_js = site.add_hashed("interpreter", "js", interpreter.js.as_bytes())?;
    let snippets = [app, engine, reader, interpreter].map(|module| &module.snippets);
    for snippets in snippets.into_iter().flatten() {
        copy_tree(snippets, &site.folder.join("snippets"))?;
    }
    let css = site.add_hashed("style", "css", first.as_bytes())?;
    let worker_js = site.add_hashed("worker", "js", &read(&www.join("worker.js"))?)?;
    let next_visit = site.add_hashed("next-visit", "js", &read(&www.join("next-visit.js"))?)?;
    let icon = site.add_hashed("icon", "svg", &read(&www.join("icon.svg"))?)?;
    let pack_list = site.add_packs(&www.join("packs"))?;

    let mut values = vec![
        ("app_js", app_js),
        ("app_wasm", app_wasm),
        ("later_js", later_js),
        ("engine_js", engine_js),
        ("engine_wasm", engine_wasm),
        ("engine_bytes", engine.wasm.len().to_string()),
        ("worker_js", worker_js),
        ("reader_js", reader_js),
        ("reader_wasm", reader_wasm),
        ("interpreter_js", interpreter_js),
        ("interpreter_wasm", interpreter_wasm),
        ("next_visit_js", next_visit),
        ("icon", icon),
        ("pack_list", pack_list),
        ("css", css),
        ("build", build_name()),
    ];
    let script = fill(&www.join("reader.js"), &values)?;
    values.push(("reader_worker", site.add_hashed("reader-worker", "js", script.as_bytes())?));
    let script = fill(&www.join("interpreter.js"), &values)?;
    let script = site.add_hashed("interpreter-worker", "js", script.as_bytes())?;
    values.push(("interpreter_worker", script));
    let boot = fill(&www.join("boot.js"), &values)?;
    values.push(("boot_js", site.add_hashed("boot", "js", boot.as_bytes())?));
    let page = |version: &str| {
        let version = [("version", version.to_owned())];
        fill(&www.join("index.html"), &[values.as_slice(), &version].concat())
    };
    let files = version::files(&site.folder)?;
    let worker = read_text(&www.join("service-worker.js"))?;
    // All names are in the page, and so is all that changes between two versions but its worker.
    let version = hash((page("")? + &worker).as_bytes());
    let page = page(&version)?;
    site.add("index.html", page.as_bytes())?;
    let values = version::values(version, &page, files);
    site.add("service-worker.js", fill(&www.join("service-worker.js"), &values)?.as_bytes())?;

    // For pages beside the playground.
    copy_tree(&www.join("examples"), &site.folder.join("examples"))?;
    copy_tree(&www.join("icon.svg"), &site.folder.join("icon.svg"))?;

    clear(folder)?;
    fs::rename(&site.folder, folder).map_err(|error| Failure::io("write", folder, error))?;
    Ok(folder.to_owned())
}

struct Site {
    folder: PathBuf,
}

impl Site {
    fn add(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Failure::io("write", &path, error))
    }

    /// Adds a file whose name changes with its content, so that hosts may cache it for ever.
    fn add_hashed(&self, stem: &str, extension: &str, bytes: &[u8]) -> Result<String, Failure> {
        let name = format!("{stem}-{}.{extension}", hash(bytes));
        self.add(&name, bytes)?;
        Ok(name)
    }

    /// Adds what the page loads later; returns the files that each part needs, as JSON.
    fn add_later(&self, app: &Module) -> Result<String, Failure> {
        let mut files = BTreeMap::new();
        for (name, wasm) in &app.later {
            files.insert(name, self.add_hashed(name, "wasm", wasm)?);
        }
        let needs = app.needs.iter().map(|(part, names)| {
            let names: Vec<_> = names.iter().filter_map(|name| files.get(name)).collect();
            (part, names)
        });
        let needs: BTreeMap<_, _> = needs.collect();
        Ok(serde_json::to_string(&needs).unwrap_or_default())
    }

    /// Adds the packs, and their list with the names that they have here; returns the list's place.
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
}

/// The style sheets that are loaded with the views that they are for. They come after all others,
/// also where everything is there.
const LATER: [&str; 3] = ["7-close-up.css", "8-ladder.css", "9-why.css"];

/// All style sheets in the order of their names, as two: those that are loaded first and later.
fn styles(www: &Path) -> Result<(String, String), Failure> {
    let (mut first, mut later) = (String::new(), String::new());
    for path in list(www)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "css")) {
        let is_later = LATER.iter().any(|name| path.ends_with(name));
        let all = if is_later { &mut later } else { &mut first };
        all.push_str(&tightened(&read_text(&path)?));
    }
    Ok((first, later))
}

/// A generated script that imports from another place.
fn importing(script: &str, from: &str, to: &str) -> Result<String, Failure> {
    let [before, after] = [from, to].map(|place| format!("from \"{place}\""));
    if !script.contains(&before) {
        return Err(Failure::new(format!("the page's script does not import from {from}")));
    }
    Ok(script.replace(&before, &after))
}

/// A style sheet without comments and indentation. Strings in ours hold neither.
fn tightened(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once("*/").map_or("", |(_, behind)| behind));
    let bare: String = std::iter::once(first).chain(rest).collect();
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A template with `{{name}}` replaced. A name that is left over is a mistake in the template.
fn fill(path: &Path, values: &[(&str, String)]) -> Result<String, Failure> {
    let mut text = read_text(path)?;
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    match text.split_once("{{") {
        None => Ok(text),
        Some((_, rest)) => {
            let name = rest.split("}}").next().unwrap_or_default();
            let file = path.display();
            Err(Failure::new(format!("{file} asks for “{name}”, which the build does not know.")))
        }
    }
}

fn clear(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::io("clear", folder, error))
        }
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::io("read", path, error))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io("read", path, error))
}

/// What a folder holds, by name.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::io("read", folder, error))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(|error| Failure::io("create", to, error))?;
        for path in list(from)? {
            copy_tree(&path, &to.join(path.file_name().unwrap_or_default()))?;
        }
        Ok(())
    } else {
        fs::copy(from, to).map(drop).map_err(|error| Failure::io("copy", from, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_lose_what_only_people_read() {
        let css = "/* Why. */\n.a {\n    color: red; /* Or\n    blue. */\n}\n\n.b > .c {}\n";
        assert_eq!(tightened(css), ".a {\ncolor: red;\n}\n.b > .c {}\n");
    }

    #[test]
    fn a_script_imports_from_where_the_file_is() {
        let script = "import * as a from \"./later.js\"\nconst all = { \"./later.js\": a };\n";
        assert_eq!(
            importing(script, LOADER, "./later-1.js").unwrap(),
            "import * as a from \"./later-1.js\"\nconst all = { \"./later.js\": a };\n"
        );
        assert!(importing("let a;", LOADER, "./later-1.js").is_err());
    }

    #[test]
    fn a_template_with_an_unknown_name_is_refused() {
        let file = std::env::temp_dir().join(format!("template-{}.html", std::process::id()));
        fs::write(&file, "<b>{{known}} {{unknown}}</b>").unwrap();
        let values = [("known", "yes".to_owned())];
        assert!(fill(&file, &values).unwrap_err().to_string().contains("“unknown”"));
        fs::write(&file, "<b>{{known}}</b>").unwrap();
        assert_eq!(fill(&file, &values).unwrap(), "<b>yes</b>");
        fs::remove_file(&file).unwrap();
    }
}
