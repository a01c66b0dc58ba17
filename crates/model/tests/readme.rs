//! Checks that the table of parameters in README matches the one generated from the code.
//!
//! Run `UPDATE_README=1 cargo test -p model --test readme` to update README.

use std::path::Path;

use model::params::readme_table;

const START: &str = "<!-- parameters -->\n";
const END: &str = "<!-- /parameters -->";

#[test]
fn readme_shows_every_parameter() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let start = readme.find(START).expect("README has the mark of the table") + START.len();
    let end = readme.find(END).expect("README has the mark of the table's end");
    if std::env::var_os("UPDATE_README").is_some() {
        let updated = format!("{}{}{}", &readme[..start], readme_table(), &readme[end..]);
        std::fs::write(&path, updated).unwrap();
        return;
    }
    assert!(
        readme[start..end] == readme_table(),
        "README's table of parameters is out of date. Run: UPDATE_README=1 cargo test -p model --test readme"
    );
}
