//! Checks that the custom element for course pages, `www/element.js`, knows every parameter.

use std::collections::BTreeSet;
use std::path::Path;

use model::params;
use model::permalink::{PAGE, PAGE_TEXTS};

#[test]
fn every_parameter_is_an_attribute_of_the_element() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/element.js");
    let script = std::fs::read_to_string(&path).unwrap();
    let list = script.split("const PARAMETERS =").nth(1).expect("a list of parameters");
    let list = list.split(';').next().unwrap_or_default();
    let known: BTreeSet<&str> = list
        .split(|letter: char| !letter.is_ascii_lowercase())
        .filter(|key| !key.is_empty())
        .collect();
    let expected: BTreeSet<&str> = params::all()
        .map(|param| param.key)
        .chain(PAGE.iter().map(|flag| flag.key))
        .chain(PAGE_TEXTS.iter().map(|setting| setting.key))
        // The element is always embedded, and a console belongs to whoever develops.
        .filter(|key| !["embed", "debug"].contains(key))
        .collect();
    assert_eq!(known, expected);
}
