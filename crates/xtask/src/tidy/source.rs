//! A Rust file as tokens, without its tests.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One Rust file.
pub(super) struct SourceFile {
    /// Path relative to the root, with slashes.
    pub path: String,
    /// Tokens, without items marked `#[cfg(test)]` or `#[test]`, and without doc comments.
    pub tokens: Vec<Token>,
}

/// A token. Groups do not contain tests either.
pub(super) enum Token {
    Ident(String, usize),
    /// A punctuation character and its line; `::` is two of them.
    Punct(char, usize),
    /// A literal with its first and last line.
    Literal(usize, usize),
    /// Tokens in brackets, with the lines of the brackets.
    Group(Delimiter, Vec<Token>, usize, usize),
}

impl SourceFile {
    /// Parses the text of a file.
    ///
    /// # Errors
    ///
    /// Returns a sentence that describes the syntax error.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let stream = TokenStream::from_str(text)
            .map_err(|error| format!("{path} is not Rust: {error}. Does it compile?"))?;
        Ok(Self { path: path.to_owned(), tokens: without_tests(stream) })
    }

    /// Returns the package of the file: the folder in `crates/`, or `tests`.
    pub fn package(&self) -> &str {
        let (package, _) = self.path.split_once("/src/").unwrap_or((&self.path, ""));
        package.strip_prefix("crates/").unwrap_or(package)
    }

    /// Returns the number of lines with code, without empty lines, comments and tests.
    pub fn code_lines(&self) -> usize {
        let mut lines = BTreeSet::new();
        count_lines(&self.tokens, &mut lines);
        lines.len()
    }

    /// Returns every identifier with its line.
    pub fn identifiers(&self) -> Vec<(&str, usize)> {
        let mut found = Vec::new();
        collect_identifiers(&self.tokens, &mut found);
        found
    }
}

fn count_lines(tokens: &[Token], lines: &mut BTreeSet<usize>) {
    for token in tokens {
        match token {
            Token::Ident(_, line) | Token::Punct(_, line) => {
                lines.insert(*line);
            }
            Token::Literal(first, last) => lines.extend(*first..=*last),
            Token::Group(_, inner, first, last) => {
                lines.extend([*first, *last]);
                count_lines(inner, lines);
            }
        }
    }
}

fn collect_identifiers<'a>(tokens: &'a [Token], found: &mut Vec<(&'a str, usize)>) {
    for token in tokens {
        match token {
            Token::Ident(name, line) => found.push((name, *line)),
            Token::Group(_, inner, ..) => collect_identifiers(inner, found),
            Token::Punct(..) | Token::Literal(..) => {}
        }
    }
}

fn without_tests(stream: TokenStream) -> Vec<Token> {
    let all: Vec<TokenTree> = stream.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let attribute = attribute_at(&all, at);
        match attribute {
            Some(Attribute::Doc(behind)) => at = behind,
            Some(Attribute::Test(behind)) => at = end_of_item(&all, behind),
            None => {
                kept.push(convert(&all[at]));
                at += 1;
            }
        }
    }
    kept
}

/// A relevant attribute, with the index after it.
enum Attribute {
    Doc(usize),
    Test(usize),
}

fn attribute_at(all: &[TokenTree], at: usize) -> Option<Attribute> {
    let TokenTree::Punct(hash) = all.get(at)? else { return None };
    if hash.as_char() != '#' {
        return None;
    }
    let is_bang = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '!');
    let group_at = if all.get(at + 1).is_some_and(is_bang) { at + 2 } else { at + 1 };
    let TokenTree::Group(group) = all.get(group_at)? else { return None };
    let words: Vec<String> = group
        .stream()
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(inner) => inner.stream().into_iter().collect(),
            token => vec![token],
        })
        .filter_map(|token| match token {
            TokenTree::Ident(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["doc", ..] => Some(Attribute::Doc(group_at + 1)),
        ["test"] => Some(Attribute::Test(group_at + 1)),
        ["cfg", rest @ ..] if rest.contains(&"test") && !rest.contains(&"not") => {
            Some(Attribute::Test(group_at + 1))
        }
        _ => None,
    }
}

/// Returns the index after the item that begins at `start`, which ends with its block or its
/// semicolon.
fn end_of_item(all: &[TokenTree], start: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    all[start..].iter().position(is_end).map_or(all.len(), |length| start + length + 1)
}

fn convert(token: &TokenTree) -> Token {
    let line = token.span().start().line;
    match token {
        TokenTree::Ident(name) => Token::Ident(name.to_string(), line),
        TokenTree::Punct(punct) => Token::Punct(punct.as_char(), line),
        TokenTree::Literal(literal) => Token::Literal(line, literal.span().end().line),
        TokenTree::Group(group) => Token::Group(
            group.delimiter(),
            without_tests(group.stream()),
            group.span_open().start().line,
            group.span_close().end().line,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_comments_and_empty_lines_are_no_code() {
        let text = "\
//! Doc.

/// More.
fn main() {
    // Why.
    let text = \"one
two\";
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_works() {}
}
";
        let file = SourceFile::parse("crates/ui/src/a.rs", text).unwrap();
        assert_eq!((file.package(), file.code_lines()), ("ui", 4));
        let names: Vec<_> = file.identifiers().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["fn", "main", "let", "text"]);
    }

    #[test]
    fn what_is_only_left_out_of_tests_is_code() {
        let text = "#[cfg(not(test))]\nfn f() {}\n#[cfg(test)]\nuse a::b;\nfn g() {}\n";
        let file = SourceFile::parse("crates/ui/src/a.rs", text).unwrap();
        assert_eq!(file.code_lines(), 3);
    }
}
