//! Parsing of decimal numbers.

/// Parses a number such as `0.001` or `1e-3`.
pub fn parse_number(text: &str) -> Option<f64> {
    let decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    // JavaScript would also accept hexadecimal numbers, white space and an empty text.
    let possible = !text.is_empty() && text.bytes().all(decimal);
    possible.then(|| read(text)).filter(|number| !number.is_nan())
}

/// Parses a number in JavaScript. Rust's parser would add 13 KB to the download
/// (docs/decisions/size-tricks.md).
#[cfg(target_arch = "wasm32")]
fn read(text: &str) -> f64 {
    wasm_bindgen::JsValue::from_str(text).unchecked_into_f64()
}

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::parse_number;

    #[test]
    fn numbers_and_nothing_else() {
        assert_eq!(
            ["0.001", "1e-3", "+.5", "-2."].map(parse_number),
            [0.001, 0.001, 0.5, -2.0].map(Some)
        );
        assert_eq!(
            ["", " 1", "0x10", "NaN", "Infinity", "1e", "--1", "."].map(parse_number),
            [None; 8]
        );
    }
}
