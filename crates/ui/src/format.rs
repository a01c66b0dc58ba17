//! Formatting of numbers for display.

/// Formats an integer with commas between thousands: `1,103,556`.
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a fraction between 0 and 1 in percent with one decimal: `97.3 %`. Values below 1 are
/// never rounded to 100 %, nor positive ones to 0 %: 0.9999 is `99.9 %`, 0.0001 is `< 0.1 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".into();
    }
    let value = share * 100.0;
    if value > 0.0 && value < 0.1 {
        "< 0.1 %".into()
    } else if (99.9..100.0).contains(&value) {
        "99.9 %".into()
    } else {
        format!("{value:.1} %")
    }
}

/// Formats a fraction in whole percent: `97 %`.
pub fn percent_short(share: f64) -> String {
    if !share.is_finite() {
        return "–".into();
    }
    let value = share * 100.0;
    match value {
        v if v > 0.0 && v < 0.5 => "< 1 %".into(),
        v if (99.5..100.0).contains(&v) => "> 99 %".into(),
        v => format!("{v:.0} %"),
    }
}

/// Formats an accuracy: “93 %”, “97.3 %” where whole percents would hide progress, or a dash if
/// unknown.
pub fn accuracy(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        None => "–".into(),
        Some(1.0..) => "100 %".into(),
        Some(value) if value > 0.95 => percent(value),
        Some(value) => percent_short(value),
    }
}

/// Formats a change, “17 % → 36 %”, with a decimal if both values would look equal without: “15.2 %
/// → 15.4 %”.
pub fn percent_change(before: f64, after: f64) -> String {
    let (short_before, short_after) = (percent_short(before), percent_short(after));
    if short_before == short_after {
        format!("{} → {}", percent(before), percent(after))
    } else {
        format!("{short_before} → {short_after}")
    }
}

/// Formats a score between 0 and 1 with two decimals, or a dash if there is none. Values below 1
/// are never rounded to 1, nor positive ones to 0: 0.999 is `0.99`, 0.001 is `< 0.01`.
pub fn dice(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        None => "–".into(),
        Some(v) if v > 0.0 && v < 0.005 => "< 0.01".into(),
        Some(v) if (0.99..1.0).contains(&v) => "0.99".into(),
        Some(v) => format!("{v:.2}"),
    }
}

/// Formats a loss with three decimals, with fewer for large values and in scientific notation for
/// tiny ones.
pub fn loss(value: f64) -> String {
    if !value.is_finite() {
        return "no number".into();
    }
    match value.abs() {
        0.0 => "0".into(),
        v if v < 0.0005 => format!("{value:.1e}"),
        v if v < 10.0 => format!("{value:.3}"),
        v if v < 1000.0 => format!("{value:.1}"),
        v if v < 1e6 => format!("{value:.0}"),
        _ => format!("{value:.1e}"),
    }
}

/// Formats a number in its shortest form: `0.001`, `1e-5`.
pub fn short(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-4 || value.abs() >= 1e6) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// Formats a logit with two decimals and always with a sign (a typographic minus if negative).
pub fn logit(value: f32) -> String {
    if !value.is_finite() {
        return "no number".into();
    }
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{:.2}", value.abs())
}

/// Formats a number with a noun in the singular or plural: “1 image”, “2 images”.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [0, 999, 1000, 32_830, 1_103_556].map(count);
        assert_eq!(texts, ["0", "999", "1,000", "32,830", "1,103,556"]);
        assert_eq!(plural(1, "image", "images"), "1 image");
        assert_eq!(plural(1200, "image", "images"), "1,200 images");
    }

    #[test]
    fn almost_is_never_all_or_nothing() {
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(percent(0.99999), "99.9 %");
        assert_eq!(percent(0.97333), "97.3 %");
        assert_eq!(percent(0.00001), "< 0.1 %");
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(f64::NAN), "–");
        let dices = [Some(0.8149), Some(0.9999), Some(1.0), Some(0.0), Some(0.001), None].map(dice);
        assert_eq!(dices, ["0.81", "0.99", "1.00", "0.00", "< 0.01", "–"]);
        assert_eq!(percent_short(0.997), "> 99 %");
        assert_eq!(percent_short(0.004), "< 1 %");
        assert_eq!(percent_short(0.5), "50 %");
        assert_eq!(percent_change(0.17, 0.36), "17 % → 36 %");
        assert_eq!(percent_change(0.152, 0.154), "15.2 % → 15.4 %");
    }

    #[test]
    fn an_accuracy_has_a_decimal_near_the_top() {
        let values = [Some(0.934), Some(0.973_33), Some(1.0), Some(0.999_99), Some(f64::NAN), None];
        assert_eq!(values.map(accuracy), ["93 %", "97.3 %", "100 %", "99.9 %", "–", "–"]);
    }

    #[test]
    fn losses_keep_three_figures_or_so() {
        assert_eq!(loss(1.791_759), "1.792");
        assert_eq!(loss(0.000_012), "1.2e-5");
        assert_eq!(loss(12.34), "12.3");
        assert_eq!(loss(0.0), "0");
        assert_eq!(loss(f64::NAN), "no number");
        assert_eq!(short(0.001), "0.001");
        assert_eq!(short(0.000_01), "1e-5");
        assert_eq!(logit(-1.234), "−1.23");
        assert_eq!(logit(0.0), "+0.00");
    }
}
