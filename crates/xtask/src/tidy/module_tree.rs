//! The modules of one crate, and the uses between its files.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Delimiter;

use super::source::{SourceFile, Token};

/// A use of an item of one file in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub from: String,
    pub to: String,
    /// The path as written in the code, for messages.
    pub path: String,
}

/// Path of a module: the names from the root of the crate to the module.
type ModulePath = Vec<String>;

/// Segments of a path in the code.
type Segments = Vec<String>;

#[derive(Default)]
struct Module {
    file: String,
    /// Imports by name (or new name, if renamed), with their paths.
    imports: BTreeMap<String, Segments>,
    glob_imports: Vec<Segments>,
    /// Names of the items defined in the module.
    items: BTreeSet<String>,
    /// Paths that the code uses, including those in private imports.
    uses: Vec<Segments>,
    /// Public imports. They count as uses only if the module itself uses them.
    exports: Vec<(String, Segments)>,
    /// All identifiers outside imports.
    names: BTreeSet<String>,
}

/// The modules of one crate, without tests.
pub(super) struct ModuleTree {
    modules: BTreeMap<ModulePath, Module>,
    /// File of each `macro_rules!` macro, which is visible from the root of the crate wherever it
    /// is defined.
    macros: BTreeMap<String, String>,
}

impl ModuleTree {
    /// Returns the modules that the root of a crate declares, directly or indirectly.
    pub fn of(root: &str, sources: &[SourceFile]) -> Self {
        let files: BTreeMap<&str, &SourceFile> =
            sources.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut tree = Self { modules: BTreeMap::new(), macros: BTreeMap::new() };
        if let Some(file) = files.get(root) {
            let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
            tree.add(Vec::new(), file, folder, &files);
        }
        tree
    }

    fn add(
        &mut self,
        path: ModulePath,
        file: &SourceFile,
        folder: &str,
        files: &BTreeMap<&str, &SourceFile>,
    ) {
        let mut scanner = Scanner { tree: self, file: &file.path, declared: Vec::new() };
        scanner.module(path, &file.tokens);
        for child in scanner.declared {
            let place = format!("{folder}/{}", child.join("/"));
            let candidates = [format!("{place}.rs"), format!("{place}/mod.rs")];
            if let Some(found) = candidates.iter().find_map(|name| files.get(name.as_str())) {
                self.add(child, found, folder, files);
            }
        }
    }

    /// Returns every use of an item of another file.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (path, module) in &self.modules {
            let exported = module.exports.iter();
            let own =
                exported.filter(|(name, _)| module.names.contains(name)).map(|(_, path)| path);
            for segments in module.uses.iter().chain(own) {
                let Some(to) = self.file_of(path, segments, MAX_REEXPORTS) else { continue };
                if to != module.file {
                    let (from, path) = (module.file.clone(), segments.join("::"));
                    arrows.push(Arrow { from, to, path });
                }
            }
        }
        arrows
    }

    /// Returns the file that defines what a path in a module refers to, or `None` for other crates.
    fn file_of(&self, from: &ModulePath, segments: &[String], depth: usize) -> Option<String> {
        let found = self.resolve(from, segments, depth)?;
        Some(match found {
            Target::Module(path) => self.modules[&path].file.clone(),
            Target::Item(file) => file,
        })
    }

    fn resolve(&self, from: &ModulePath, segments: &[String], depth: usize) -> Option<Target> {
        if depth == 0 {
            return None;
        }
        let mut at = from.clone();
        let mut rest = segments;
        let mut is_anchored = false;
        while let Some((first, behind)) = rest.split_first() {
            match first.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                _ => break,
            }
            (rest, is_anchored) = (behind, true);
        }
        while let Some((name, behind)) = rest.split_first() {
            let module = self.modules.get(&at)?;
            let child: ModulePath = at.iter().cloned().chain([name.clone()]).collect();
            if self.modules.contains_key(&child) {
                (at, rest) = (child, behind);
            } else if let Some(import) = module.imports.get(name) {
                match self.resolve(&at, import, depth - 1)? {
                    Target::Module(path) => (at, rest) = (path, behind),
                    item => return Some(item),
                }
            } else if let Some(file) = self.macros.get(name).filter(|_| at.is_empty()) {
                return Some(Target::Item(file.clone()));
            } else if module.items.contains(name) {
                return Some(Target::Item(module.file.clone()));
            } else if let Some(file) = self.in_globs(&at, name, depth) {
                return Some(Target::Item(file));
            } else {
                return is_anchored.then(|| Target::Item(module.file.clone()));
            }
            is_anchored = true;
        }
        Some(Target::Module(at))
    }

    fn in_globs(&self, at: &ModulePath, name: &str, depth: usize) -> Option<String> {
        self.modules[at].glob_imports.iter().find_map(|glob| {
            let Target::Module(path) = self.resolve(at, glob, depth - 1)? else { return None };
            if path == *at {
                return None;
            }
            let module = &self.modules[&path];
            if module.items.contains(name) {
                return Some(module.file.clone());
            }
            let import = module.imports.get(name)?;
            self.file_of(&path, import, depth - 1)
        })
    }
}

/// Maximum length of a chain of re-exports.
const MAX_REEXPORTS: usize = 16;

enum Target {
    Module(ModulePath),
    Item(String),
}

struct Scanner<'a> {
    tree: &'a mut ModuleTree,
    file: &'a str,
    declared: Vec<ModulePath>,
}

impl Scanner<'_> {
    fn module(&mut self, path: ModulePath, tokens: &[Token]) {
        let mut module = Module { file: self.file.to_owned(), ..Module::default() };
        self.scan(&path, tokens, &mut module, true);
        // `child::item` begins with a module that is declared here.
        let children: BTreeSet<String> = self
            .declared
            .iter()
            .chain(self.tree.modules.keys())
            .filter(|child| child.len() == path.len() + 1 && child.starts_with(&path))
            .filter_map(|child| child.last().cloned())
            .collect();
        module.uses.retain(|segments| {
            ["crate", "self", "super"].contains(&segments[0].as_str())
                || children.contains(&segments[0])
        });
        self.tree.modules.insert(path, module);
    }

    fn scan(&mut self, path: &ModulePath, tokens: &[Token], into: &mut Module, is_top: bool) {
        let mut at = 0;
        let mut is_exported = false;
        while at < tokens.len() {
            match &tokens[at] {
                Token::Ident(name, _) if name == "pub" => {
                    is_exported = true;
                    at += 1;
                    if let Some(Token::Group(Delimiter::Parenthesis, ..)) = tokens.get(at) {
                        at += 1;
                    }
                    continue;
                }
                Token::Ident(name, _) if name == "use" => {
                    let end = tokens[at..].iter().position(|token| is_punct(token, ';'));
                    let end = end.map_or(tokens.len(), |length| at + length);
                    import(&tokens[at + 1..end], &[], is_exported, into);
                    at = end;
                }
                Token::Ident(name, _) if name == "mod" => {
                    if let Some(Token::Ident(child, _)) = tokens.get(at + 1) {
                        let child: ModulePath =
                            path.iter().cloned().chain([child.clone()]).collect();
                        match tokens.get(at + 2) {
                            Some(Token::Group(Delimiter::Brace, inner, ..)) => {
                                self.module(child, inner);
                            }
                            _ => self.declared.push(child),
                        }
                        at += 2;
                    }
                }
                Token::Ident(name, _) if name == "macro_rules" => {
                    if let Some(Token::Ident(name, _)) = tokens.get(at + 2) {
                        self.tree.macros.insert(name.clone(), self.file.to_owned());
                        at += 2;
                    }
                }
                Token::Ident(name, _) => {
                    if let Some(Token::Ident(item, _)) = tokens.get(at + 1)
                        && is_top
                        && DEFINITIONS.contains(&name.as_str())
                    {
                        into.items.insert(item.clone());
                    }
                    let (segments, behind) = path_at(tokens, at);
                    into.names.insert(segments[0].clone());
                    if segments.len() > 1 {
                        into.uses.push(segments);
                    }
                    at = behind - 1;
                }
                Token::Group(_, inner, ..) => self.scan(path, inner, into, false),
                Token::Punct(..) | Token::Literal(..) => {}
            }
            is_exported = false;
            at += 1;
        }
    }
}

/// Keywords that are followed by the name of a definition.
const DEFINITIONS: [&str; 9] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "component"];

fn is_punct(token: &Token, wanted: char) -> bool {
    matches!(token, Token::Punct(found, _) if *found == wanted)
}

fn is_path_separator(tokens: &[Token], at: usize) -> bool {
    [at, at + 1].iter().all(|at| tokens.get(*at).is_some_and(|token| is_punct(token, ':')))
}

/// Returns the path that begins at an identifier, and the index after it.
fn path_at(tokens: &[Token], start: usize) -> (Segments, usize) {
    let mut segments = Vec::new();
    let mut at = start;
    while let Some(Token::Ident(name, _)) = tokens.get(at) {
        segments.push(name.clone());
        at += 1;
        match tokens.get(at + 2) {
            Some(Token::Ident(..)) if is_path_separator(tokens, at) => at += 2,
            _ => break,
        }
    }
    (segments, at)
}

/// Adds the tree after `use`, up to its semicolon or comma.
fn import(tokens: &[Token], start: &[String], is_exported: bool, into: &mut Module) {
    for branch in tokens.split(|token| is_punct(token, ',')) {
        let (segments, behind) = path_at(branch, 0);
        let mut path: Segments = start.to_vec();
        path.extend(segments);
        let behind = if is_path_separator(branch, behind) { behind + 2 } else { behind };
        match branch.get(behind) {
            Some(Token::Group(_, inner, ..)) => import(inner, &path, is_exported, into),
            Some(token) if is_punct(token, '*') => {
                if !is_exported {
                    into.uses.push(path.clone());
                }
                into.glob_imports.push(path);
            }
            renamed => {
                if path.last().is_some_and(|name| name == "self") && path.len() > 1 {
                    path.pop();
                }
                let Some(last) = path.last() else { continue };
                let name = match (renamed, branch.get(behind + 1)) {
                    (Some(Token::Ident(word, _)), Some(Token::Ident(name, _))) if word == "as" => {
                        name.clone()
                    }
                    _ => last.clone(),
                };
                match is_exported {
                    true => into.exports.push((name.clone(), path.clone())),
                    false => into.uses.push(path.clone()),
                }
                into.imports.insert(name, path);
            }
        }
    }
}
