//! Names of files in sentences for visitors.

/// Longest name in a sentence, in characters; of a longer one its end is shown.
const LONGEST: usize = 100;

/// Returns a path in which control characters, and those that change the direction of the text after
/// them, are replaced.
pub fn readable(path: &str) -> String {
    let is_hidden =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    path.chars().map(|c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Returns a path in quotation marks, as it stands in a sentence.
pub fn quoted(path: &str) -> String {
    let path = readable(path);
    match path.chars().count().checked_sub(LONGEST) {
        None | Some(0) => format!("“{path}”"),
        Some(left_out) => format!("“…{}”", path.chars().skip(left_out).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_replaced_and_long_names_are_cut() {
        assert_eq!(readable("a\nb\u{202e}gnp.1/ä.png"), "a�b�gnp.1/ä.png");
        assert_eq!(quoted("a/1.png"), "“a/1.png”");
        assert_eq!(quoted(&"x".repeat(100)), format!("“{}”", "x".repeat(100)));
        assert_eq!(quoted(&format!("{}1.png", "ä/".repeat(200))).chars().count(), 103);
    }
}
