//! Templates for files of the site that contain file names known only at build time.

use std::path::Path;

use crate::files::read_text;
use crate::shell::Failure;

/// Returns a template with each `{{name}}` replaced.
///
/// # Errors
///
/// Returns an error if a placeholder has no value.
pub fn fill(path: &Path, values: &[(&str, String)]) -> Result<String, Failure> {
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

/// Returns a generated script in which the import from `from` is replaced by one from `to`.
pub fn redirect_import(script: &str, from: &str, to: &str) -> Result<String, Failure> {
    let [before, after] = [from, to].map(|place| format!("from \"{place}\""));
    if !script.contains(&before) {
        return Err(Failure::new(format!("the page's script does not import from {from}")));
    }
    Ok(script.replace(&before, &after))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_script_imports_from_where_the_file_is() {
        let script = "import * as a from \"./later.js\"\nconst all = { \"./later.js\": a };\n";
        assert_eq!(
            redirect_import(script, "./later.js", "./later-1.js").unwrap(),
            "import * as a from \"./later-1.js\"\nconst all = { \"./later.js\": a };\n"
        );
        assert!(redirect_import("let a;", "./later.js", "./later-1.js").is_err());
    }

    #[test]
    fn a_template_with_an_unknown_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("template.html");
        fs::write(&file, "<b>{{known}} {{unknown}}</b>").unwrap();
        let values = [("known", "yes".to_owned())];
        assert!(fill(&file, &values).unwrap_err().to_string().contains("“unknown”"));
        fs::write(&file, "<b>{{known}}</b>").unwrap();
        assert_eq!(fill(&file, &values).unwrap(), "<b>yes</b>");
    }
}
