//! Check for cycles of files that import each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::checkout::{Checkout, Finding};
use super::module_tree::{Arrow, ModuleTree};
use crate::shell::Failure;

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let mut found = Vec::new();
    let roots = checkout
        .sources
        .iter()
        .filter(|file| file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs"));
    for root in roots {
        let tree = ModuleTree::of(&root.path, &checkout.sources);
        let folder = root.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut arrows = tree.arrows();
        for arrow in &mut arrows {
            for file in [&mut arrow.from, &mut arrow.to] {
                *file = file.replacen(folder, "", 1).trim_start_matches('/').to_owned();
            }
        }
        let here = cycles(&arrows);
        found.extend(here.into_iter().map(|message| Finding::new(folder, message)));
    }
    Ok(found)
}

/// Returns one sentence for each strongly connected set of files.
fn cycles(arrows: &[Arrow]) -> Vec<String> {
    let mut next: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for Arrow { from, to, path } in arrows {
        next.entry(from).or_default().entry(to).or_insert(path);
    }
    let mut found = Vec::new();
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    for start in next.keys().copied() {
        if settled.contains(start) {
            continue;
        }
        let Some(circle) = shortest_circle(start, &next) else { continue };
        let reached = reachable(start, &next);
        let members: BTreeSet<&str> =
            reached.into_iter().filter(|file| reachable(file, &next).contains(start)).collect();
        let mut steps = Vec::new();
        for pair in circle.windows(2) {
            steps.push(format!("{} uses {} ({})", pair[0], pair[1], next[pair[0]][pair[1]]));
        }
        let others = members.len().saturating_sub(circle.len() - 1);
        let others = match others {
            0 => String::new(),
            count => format!("; {count} more files are in circles with these"),
        };
        found.push(format!("{}{others}", steps.join(", ")));
        settled.extend(members);
    }
    found
}

/// Returns the shortest cycle through a file.
fn shortest_circle<'a>(
    start: &'a str,
    next: &BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for &to in next.get(file).into_iter().flat_map(BTreeMap::keys) {
            if to == start {
                let mut way = vec![start, file];
                while let Some(before) = came_from.get(way[way.len() - 1]) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(to) {
                came_from.insert(to, file);
                queue.push_back(to);
            }
        }
    }
    None
}

fn reachable<'a>(
    start: &str,
    next: &BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = vec![start];
    while let Some(file) = waiting.pop() {
        for &to in next.get(file).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(to) {
                waiting.push(to);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::SourceFile;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<SourceFile> = files
            .iter()
            .map(|(path, text)| SourceFile::parse(&format!("crates/a/src/{path}"), text).unwrap())
            .collect();
        let tree = ModuleTree::of("crates/a/src/lib.rs", &sources);
        cycles(&tree.arrows()).iter().map(|line| line.replace("crates/a/src/", "")).collect()
    }

    #[test]
    fn two_files_that_use_each_other_are_a_circle() {
        let lines = found(&[
            ("lib.rs", "mod b; mod c; mod d;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "pub struct C; fn f() { super::b::B; }"),
            ("d.rs", "use crate::b::B;"),
        ]);
        assert_eq!(lines, ["b.rs uses c.rs (crate::c::C), c.rs uses b.rs (super::b::B)"]);
    }

    #[test]
    fn a_parent_that_only_declares_and_exports_is_in_no_circle() {
        let lines = found(&[
            ("lib.rs", "mod b; pub use b::c::C;"),
            ("b.rs", "pub mod c; pub mod d; pub use d::D;"),
            ("b/c.rs", "use super::D; pub struct C; use crate::b::d::E;"),
            ("b/d.rs", "pub struct D; pub struct E;"),
        ]);
        assert_eq!(lines, [""; 0]);
    }

    #[test]
    fn a_child_that_uses_the_parent_that_uses_it_is_a_circle() {
        let lines = found(&[
            ("lib.rs", "mod b;"),
            ("b.rs", "mod c; fn f() { c::g() } pub struct B;"),
            ("b/c.rs", "use super::B; pub fn g() {}"),
        ]);
        assert_eq!(lines, ["b.rs uses b/c.rs (c::g), b/c.rs uses b.rs (super::B)"]);
        // The same cycle through exports and uses of the parent module.
        let lines = found(&[
            ("lib.rs", "mod b;"),
            ("b.rs", "mod c; pub use c::G; pub struct B(G);"),
            ("b/c.rs", "use super::*; pub struct G(B);"),
        ]);
        assert_eq!(lines.len(), 1, "{lines:?}");
    }

    #[test]
    fn tests_and_exported_macros_close_no_circle() {
        let lines = found(&[
            ("lib.rs", "mod b; mod m; fn main() { b::f() }"),
            ("b.rs", "pub fn f() { crate::twice!(1) } #[cfg(test)] mod tests { use crate::main; }"),
            ("m.rs", "#[macro_export] macro_rules! twice { () => {} }"),
        ]);
        assert_eq!(lines, [""; 0]);
    }
}
