//! Parts of a line of code that are drawn differently.

use export::Language;

/// Splits a line into code and a comment at its end. Either may be empty.
pub fn split_comment(line: &str, language: Language) -> (&str, &str) {
    let mark = language.comment();
    let text = line.trim_start();
    if text.starts_with(mark) {
        return ("", line);
    }
    // Comments after code stand two spaces behind it, which no text in quotes has before the mark.
    match line.find(&format!("  {mark} ")) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    }
}

/// Returns line numbers, counted from 1, of ranges counted from 0, as “lines 3, 8–10”.
pub fn line_numbers(ranges: &[std::ops::Range<usize>]) -> String {
    let parts: Vec<String> = ranges
        .iter()
        .map(|range| match range.len() {
            1 => (range.start + 1).to_string(),
            _ => format!("{}–{}", range.start + 1, range.end),
        })
        .collect();
    let is_one = matches!(ranges, [range] if range.len() == 1);
    format!("{} {}", if is_one { "line" } else { "lines" }, parts.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_at_its_mark() {
        let python = |line| split_comment(line, Language::Python);
        assert_eq!(python("x = 1  # one"), ("x = 1", "  # one"));
        assert_eq!(python("    # all"), ("", "    # all"));
        assert_eq!(python("x = \"#b0\""), ("x = \"#b0\"", ""));
        assert_eq!(split_comment("a / b;  // half", Language::Rust), ("a / b;", "  // half"));
    }

    #[test]
    fn lines_are_counted_from_1() {
        assert_eq!(line_numbers(std::slice::from_ref(&(2..3))), "line 3");
        assert_eq!(line_numbers(&[2..3, 7..10]), "lines 3 and 8–10");
    }
}
