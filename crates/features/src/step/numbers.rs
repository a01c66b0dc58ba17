//! Numbers of a step as text and as MathML: four significant digits.

/// Formats a number with four significant digits: `0.1235`, `12.35`, `1.235e-5`.
pub(crate) fn digits(value: f64) -> String {
    match parts(value) {
        None => "no number".into(),
        Some((text, 0)) => text.replace('-', "−"),
        Some((text, power)) => format!("{text}e{power}").replace('-', "−"),
    }
}

/// Writes a number with four significant digits as MathML.
pub(crate) fn number(value: f64) -> String {
    let Some((text, power)) = parts(value) else { return "<mtext>no number</mtext>".into() };
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => ("<mo>−</mo>", text.to_owned()),
        None => ("", text),
    };
    let power = match power {
        0 => String::new(),
        power => {
            let sign = if power < 0 { "<mo>−</mo>" } else { "" };
            let power = power.unsigned_abs();
            format!("<mo>·</mo><msup><mn>10</mn><mrow>{sign}<mn>{power}</mn></mrow></msup>")
        }
    };
    format!("<mrow>{sign}<mn>{text}</mn>{power}</mrow>")
}

/// Returns the digits of a number, and the power of ten by which they are multiplied.
fn parts(value: f64) -> Option<(String, i32)> {
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some(("0".into(), 0));
    }
    let scientific = format!("{value:.3e}");
    let (mantissa, power) = scientific.split_once('e')?;
    let power: i32 = power.parse().ok()?;
    if !(-3..6).contains(&power) {
        return Some((mantissa.to_owned(), power));
    }
    let decimals = (3 - power).max(0) as usize;
    Some((format!("{value:.decimals$}"), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_significant_digits_of_any_size() {
        let texts = [0.0, 1.0, -0.123_456, 12.345_678, 0.001_234_56, 98_765.4].map(digits);
        assert_eq!(texts, ["0", "1.000", "−0.1235", "12.35", "0.001235", "98765"]);
        assert_eq!(digits(0.000_012_345), "1.234e−5");
        assert_eq!(digits(1.5e9), "1.500e9");
        assert_eq!(digits(f64::NAN), "no number");
    }

    #[test]
    fn negative_numbers_and_powers_are_marked_up() {
        assert_eq!(number(-0.5), "<mrow><mo>−</mo><mn>0.5000</mn></mrow>");
        assert!(number(2e-7).contains("<msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup>"));
        assert_eq!(number(f64::INFINITY), "<mtext>no number</mtext>");
    }
}
