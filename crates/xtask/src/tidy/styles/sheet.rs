//! A style sheet parser for the checks.

use std::ops::Range;

/// A style rule.
#[derive(Debug, PartialEq)]
pub struct Rule {
    /// Headers of the enclosing at-rules.
    pub context: String,
    /// Selectors of the rule.
    pub selectors: Vec<String>,
    /// Line on which the selectors begin, from 1.
    pub line: usize,
    /// Declarations of the rule, each with its line.
    pub declarations: Vec<(String, usize)>,
}

/// Returns the style rules of a sheet. Comments and at-rules without style rules (`@keyframes`,
/// `@font-face`) are omitted.
pub fn rules(text: &str) -> Vec<Rule> {
    let bare = without_comments(text);
    let mut rules = Vec::new();
    let mut around: Vec<String> = Vec::new();
    let (mut start, mut position) = (0, 0);
    while let Some(found) = bare[position..].find(['{', '}', ';']) {
        let end = position + found;
        let (head, sign) = (&bare[start..end], bare.as_bytes()[end]);
        position = end + 1;
        match sign {
            b'{' => {
                let header = head.split_whitespace().collect::<Vec<_>>().join(" ");
                let holds_rules = ["@media", "@container", "@supports", "@layer", "@scope"];
                if !header.starts_with('@') {
                    let blank = head.len() - head.trim_start().len();
                    let line = line_at(&bare, start + blank);
                    let context = around.join(" ");
                    let selectors = selectors(&header);
                    let end = after_block(&bare, position);
                    let declarations = declarations(&bare, position..end);
                    rules.push(Rule { context, selectors, line, declarations });
                    position = end;
                } else if holds_rules.iter().any(|name| header.starts_with(name)) {
                    around.push(header);
                } else {
                    position = after_block(&bare, position);
                }
            }
            b'}' => drop(around.pop()),
            _ => {}
        }
        start = position;
    }
    rules
}

/// Returns the line of a position in the text, from 1.
fn line_at(text: &str, place: usize) -> usize {
    1 + text[..place].matches('\n').count()
}

/// Returns the declarations in a part of the text.
fn declarations(text: &str, part: Range<usize>) -> Vec<(String, usize)> {
    let mut start = part.start;
    let mut found = Vec::new();
    for declaration in text[part].split([';', '}']) {
        let bare = declaration.trim();
        if !bare.is_empty() {
            let blank = declaration.len() - declaration.trim_start().len();
            found.push((bare.to_owned(), line_at(text, start + blank)));
        }
        start += declaration.len() + 1;
    }
    found
}

/// Returns the classes and ids in a selector.
pub fn names(selector: &str) -> Vec<&str> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
    let starts = selector.match_indices(['.', '#']).map(|(place, _)| &selector[place + 1..]);
    let names = starts.map(|rest| rest.split(|sign| !is_name(sign)).next().unwrap_or_default());
    names.filter(|name| name.starts_with(char::is_alphabetic)).collect()
}

/// Returns the position after the block whose opening brace is directly before `start`.
fn after_block(text: &str, start: usize) -> usize {
    let mut depth = 1;
    for (place, sign) in text[start..].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return start + place + 1;
        }
    }
    text.len()
}

/// Returns the sheet with comments replaced by spaces, so that positions do not change.
fn without_comments(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        let end = rest[start..].find("*/").map_or(rest.len(), |end| start + end + 2);
        bare.push_str(&rest[..start]);
        let blank = rest[start..end].chars().map(|sign| if sign == '\n' { '\n' } else { ' ' });
        bare.extend(blank);
        rest = &rest[end..];
    }
    bare + rest
}

/// Returns the selectors in a list, split at commas outside brackets.
fn selectors(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let split = list.split(|sign: char| {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == ',' && depth == 0
    });
    split.map(|selector| selector.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(
        context: &str,
        selectors: &[&str],
        line: usize,
        declarations: &[(&str, usize)],
    ) -> Rule {
        Rule {
            context: context.to_owned(),
            selectors: selectors.iter().map(|s| (*s).to_owned()).collect(),
            line,
            declarations: declarations.iter().map(|(d, line)| ((*d).to_owned(), *line)).collect(),
        }
    }

    #[test]
    fn rules_have_their_line_and_what_is_around_them() {
        let sheet = "@charset \"utf-8\";\n/* {\n */\n.a,\n.b:is(h1, h2) > c {\n  d: e;\n}\n\n\
                     @media (width < 3rem) {\n  @supports (a: b) {\n    f { g: h }\n  }\n  i {}\n}\n\
                     @keyframes j { from { k: l } to { k: m } }\nn {\n  o: p; q: r\n}\n";
        assert_eq!(
            rules(sheet),
            [
                rule("", &[".a", ".b:is(h1, h2) > c"], 4, &[("d: e", 6)]),
                rule("@media (width < 3rem) @supports (a: b)", &["f"], 11, &[("g: h", 11)]),
                rule("@media (width < 3rem)", &["i"], 13, &[]),
                rule("", &["n"], 16, &[("o: p", 17), ("q: r", 17)]),
            ]
        );
    }

    #[test]
    fn names_are_classes_and_ids() {
        assert_eq!(names("a.b-1 > #c:not(.d)::after, .e[f]"), ["b-1", "c", "d", "e"]);
        assert_eq!(names("from 0.5s"), [""; 0]);
    }

    #[test]
    fn what_is_cut_off_does_no_harm() {
        for sheet in ["a {", "a { b: c", "/* a", "@media b {", "}", "} a {}", ""] {
            assert!(rules(sheet).len() <= 1, "{sheet}");
        }
    }
}
