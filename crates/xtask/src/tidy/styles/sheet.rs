//! A parser of style sheets, as far as the house rules need one.

/// A style rule.
#[derive(Debug, PartialEq)]
pub struct Rule {
    /// Headers of the at-rules around it.
    pub context: String,
    /// Its selectors.
    pub selectors: Vec<String>,
    /// The line on which its selectors begin, from 1.
    pub line: usize,
}

/// Returns the style rules of a sheet. Comments, declarations and at-rules that hold no style
/// rules (`@keyframes`, `@font-face`) are left out.
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
                    let line = 1 + bare[..start + blank].matches('\n').count();
                    let context = around.join(" ");
                    rules.push(Rule { context, selectors: selectors(&header), line });
                    position = after_block(&bare, position);
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

/// The place behind the block whose opening brace is right before `start`.
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

/// The sheet with spaces for comments, so that places stay.
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

/// The selectors of a list, split at commas that stand in no brackets.
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

    fn rule(context: &str, selectors: &[&str], line: usize) -> Rule {
        let selectors = selectors.iter().map(|s| (*s).to_owned()).collect();
        Rule { context: context.to_owned(), selectors, line }
    }

    #[test]
    fn rules_have_their_line_and_what_is_around_them() {
        let sheet = "@charset \"utf-8\";\n/* {\n */\n.a,\n.b:is(h1, h2) > c {\n  d: e;\n}\n\n\
                     @media (width < 3rem) {\n  @supports (a: b) {\n    f { g: h }\n  }\n  i {}\n}\n\
                     @keyframes j { from { k: l } to { k: m } }\nn {}\n";
        assert_eq!(
            rules(sheet),
            [
                rule("", &[".a", ".b:is(h1, h2) > c"], 4),
                rule("@media (width < 3rem) @supports (a: b)", &["f"], 11),
                rule("@media (width < 3rem)", &["i"], 13),
                rule("", &["n"], 16),
            ]
        );
    }

    #[test]
    fn what_is_cut_off_does_no_harm() {
        for sheet in ["a {", "a { b: c", "/* a", "@media b {", "}", "} a {}", ""] {
            assert!(rules(sheet).len() <= 1, "{sheet}");
        }
    }
}
