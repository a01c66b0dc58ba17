//! Checks the allowed dependencies between the crates of the workspace, and which crates may use
//! which library.

use std::collections::BTreeMap;

use super::checkout::{Checkout, Finding};
use crate::files::list;
use crate::shell::Failure;

/// Allowed dependencies of each crate, lowest first: a crate may only depend on crates above it in
/// this table.
const ALLOWED: &[(&str, &[&str])] = &[
    ("kernels", &[]),
    ("shaders", &["kernels"]),
    ("metrics", &[]),
    ("model", &["metrics"]),
    ("data", &["model"]),
    ("export", &["model", "data"]),
    ("protocol", &["model", "data"]),
    ("cpu", &["kernels", "model", "data"]),
    ("engine", &["kernels", "shaders", "cpu", "model", "data", "protocol"]),
    ("interpret", &["kernels", "cpu", "metrics", "model", "data", "protocol"]),
    ("classical", &["model", "data"]),
    ("dicom-converter", &[]),
    ("transport", &[]),
    ("replica-worker", &["cpu", "transport"]),
    (
        "studies",
        &["kernels", "cpu", "interpret", "classical", "metrics", "model", "data", "protocol"],
    ),
    ("study-worker", &["studies", "protocol", "transport"]),
    ("engine-worker", &["engine", "model", "data", "protocol", "transport"]),
    ("reader", &["model", "data", "protocol"]),
    ("fuzz-targets", &["reader", "dicom-converter", "data"]),
    ("interpreter-worker", &["interpret", "model", "data", "protocol", "transport"]),
    ("dicom-worker", &["dicom-converter", "protocol", "transport"]),
    ("reader-worker", &["reader", "model", "data", "protocol", "transport"]),
    ("store", &["model", "data", "protocol"]),
    ("ui", &[]),
    ("features", &["ui", "store", "metrics", "model", "data", "protocol", "export"]),
    ("interpret-views", &["ui", "model", "protocol"]),
    ("app", &["features", "interpret-views", "ui", "store", "reader", "model", "data", "protocol"]),
    ("gallery", &["ui"]),
    ("wasm-test-runner", &[]),
    ("site-server", &[]),
    ("xtask-launcher", &[]),
    ("xtask", &["data", "site-server"]),
    ("e2e", &["site-server"]),
];

/// Libraries that only some crates may depend on. A trailing `*` matches any end of a name.
const RESERVED: &[(&str, &[&str])] = &[
    ("burn*", &["engine"]),
    ("leptos*", &["ui", "features", "interpret-views", "app", "gallery"]),
    (
        "web-sys",
        &[
            "ui",
            "features",
            "interpret-views",
            "app",
            "dicom-worker",
            "engine-worker",
            "interpreter-worker",
            "reader-worker",
            "transport",
        ],
    ),
];

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let mut manifests = BTreeMap::new();
    let mut folders = list(&checkout.root.join("crates"))?;
    folders.extend(list(&checkout.root.join("crates/workers")).unwrap_or_default());
    folders.push(checkout.root.join("tests"));
    for path in folders {
        if let Ok(text) = std::fs::read_to_string(path.join("Cargo.toml")) {
            let manifest = Manifest::parse(&text);
            manifests.insert(manifest.name.clone(), manifest);
        }
    }
    Ok(findings(&manifests))
}

fn findings(manifests: &BTreeMap<String, Manifest>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, manifest) in manifests {
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| known == name) else {
            let message = "has no row in the table of allowed dependencies; add one to \
                           crates/xtask/src/tidy/layers.rs";
            found.push(Finding::new(name, message));
            continue;
        };
        for dependency in &manifest.dependencies {
            let is_ours = manifests.contains_key(dependency);
            if is_ours && !allowed.contains(&dependency.as_str()) {
                let message = format!("must not depend on {dependency}: {}", listed(allowed));
                found.push(Finding::new(name, message));
            }
            for (library, users) in RESERVED {
                if matches(library, dependency) && !users.contains(&name.as_str()) {
                    let message = format!("must not depend on {dependency}: {}", only(users));
                    found.push(Finding::new(name, message));
                }
            }
        }
    }
    found
}

fn listed(allowed: &[&str]) -> String {
    match allowed {
        [] => "it knows no other crate".to_owned(),
        _ => format!("it knows only {}", allowed.join(", ")),
    }
}

fn only(users: &[&str]) -> String {
    format!("only {} may", users.join(", "))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// The part of a `Cargo.toml` that is checked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Manifest {
    name: String,
    /// Dependencies of all targets, except those of tests and build scripts, which are not
    /// restricted.
    dependencies: Vec<String>,
}

impl Manifest {
    fn parse(text: &str) -> Self {
        let mut manifest = Self::default();
        let mut section = "";
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = header;
                let single = header.rsplit_once("dependencies.");
                if let Some((_, name)) = single.filter(|_| counts(header)) {
                    manifest.dependencies.push(name.to_owned());
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let key = key.split('.').next().unwrap_or_default().trim();
            if section == "package" && key == "name" {
                manifest.name = value.trim().trim_matches('"').to_owned();
            } else if section.ends_with("dependencies") && counts(section) && !key.starts_with('#')
            {
                manifest.dependencies.push(key.to_owned());
            }
        }
        manifest
    }
}

fn counts(section: &str) -> bool {
    !section.contains("dev-dependencies") && !section.contains("build-dependencies")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifests(texts: &[&str]) -> BTreeMap<String, Manifest> {
        let all = texts.iter().map(|text| Manifest::parse(text));
        all.map(|manifest| (manifest.name.clone(), manifest)).collect()
    }

    #[test]
    fn a_manifest_lists_dependencies_of_all_targets() {
        let text = "[package]\nname = \"store\"\n[dependencies]\nmodel.workspace = true\n\
                    serde = { version = \"1\" }\n[dependencies.web-sys]\nfeatures = []\n\
                    [target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n\
                    [dev-dependencies]\nengine.workspace = true\n";
        let manifest = Manifest::parse(text);
        assert_eq!(manifest.name, "store");
        assert_eq!(manifest.dependencies, ["model", "serde", "web-sys", "libc"]);
    }

    #[test]
    fn an_arrow_to_a_higher_layer_is_named() {
        let all = manifests(&[
            "[package]\nname = \"ui\"\n[dependencies]\nleptos = \"0.8\"\nmodel.workspace = true",
            "[package]\nname = \"model\"",
            "[package]\nname = \"store\"\n[dependencies]\nleptos = \"0.8\"\nmodel.workspace = true",
            "[package]\nname = \"attic\"",
        ]);
        let lines: Vec<String> = findings(&all).iter().map(Finding::to_string).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("attic: has no row"));
        assert!(lines[1].starts_with("store: must not depend on leptos: only ui"));
        assert_eq!(lines[2], "ui: must not depend on model: it knows no other crate");
    }

    #[test]
    fn the_table_itself_has_no_arrow_to_a_later_row() {
        for (at, (name, allowed)) in ALLOWED.iter().enumerate() {
            for dependency in *allowed {
                let row = ALLOWED.iter().position(|(known, _)| known == dependency);
                assert!(row.is_some_and(|row| row < at), "{name} -> {dependency}");
            }
        }
    }
}
