//! What must hold of every text that a visitor reads.

/// Checks that a text is a sentence for a visitor: it ends with a full stop, and contains no control
/// characters and nothing from inside the program, such as the path of a source file.
///
/// # Panics
///
/// Panics if it is not.
pub fn check(text: &str) {
    const INSIDE: [&str; 8] =
        [".rs", "src/", "/home", "/root", ".cargo", "panicked", "unwrap", "Some("];
    assert!(text.ends_with('.'), "no full stop: {text:?}");
    assert!(!text.chars().any(char::is_control), "control characters: {text:?}");
    assert!(text.len() < 1_000, "too long: {text:?}");
    let inside = INSIDE.iter().find(|word| text.contains(**word));
    assert_eq!(inside, None, "{text:?}");
}
