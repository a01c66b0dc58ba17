//! The computation of one output pixel as an equation.

use super::decimals::{Decimals, format_factor, format_value};
use super::pixel_trace::PixelTrace;

/// Maximum number of terms that are written out. The others are combined into one number.
const MAX_WRITTEN_TERMS: usize = 4;

/// A token of an equation.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// An operator or a bracket.
    Sign(&'static str),
    /// A number, or a product of two.
    Number {
        /// Text to display.
        text: String,
        /// Tooltip with the meaning or exact value.
        note: String,
        /// Index in the patch, if the number belongs to one of its values.
        place: Option<usize>,
    },
    /// The result of the equation.
    Result {
        /// Text to display.
        text: String,
        /// Tooltip with the meaning.
        note: String,
    },
}

fn number(text: String, note: impl Into<String>) -> Token {
    Token::Number { text, note: note.into(), place: None }
}

/// Returns the equation for the products of one channel and their sum. Includes the bias if there
/// is a single channel.
pub fn products(pixel_trace: &PixelTrace, decimals: &Decimals, channel: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = 0.0;
    let written = largest(&pixel_trace.products);
    for (place, product) in pixel_trace.products.iter().enumerate() {
        if !written.contains(&place) {
            rest += product;
            continue;
        }
        if !tokens.is_empty() {
            tokens.push(Token::Sign("+"));
        }
        let value = format_value(pixel_trace.patch[place].unwrap_or(0.0), decimals.input);
        let text =
            format!("{value}·{}", format_factor(pixel_trace.weights[place], decimals.weights));
        let note = format_value(*product, decimals.products);
        tokens.push(Token::Number { text, note, place: Some(place) });
    }
    let others = pixel_trace.products.len() - written.len();
    if others > 0 {
        let note = format!("{others} smaller {}", if others == 1 { "one" } else { "ones" });
        tokens.extend([Token::Sign("+"), number(format_factor(rest, decimals.products), note)]);
    }
    if tokens.is_empty() {
        tokens.push(number("0".into(), "no input pixel"));
    }
    if pixel_trace.sums.len() == 1 {
        tokens.extend([
            Token::Sign("+"),
            number(format_factor(pixel_trace.bias, decimals.sums), "bias"),
        ]);
        tokens.extend([Token::Sign("="), result(pixel_trace, decimals)]);
    } else {
        let sum = pixel_trace.sums.get(channel).copied().unwrap_or(0.0);
        let note = format!("channel {}", channel + 1);
        let text = format_value(sum, decimals.sums);
        tokens.extend([Token::Sign("="), Token::Result { text, note }]);
    }
    tokens
}

/// Returns the equation for the sum over all channels and the bias, or nothing if there is a single
/// channel.
pub fn channels(pixel_trace: &PixelTrace, decimals: &Decimals, channel: usize) -> Vec<Token> {
    let others = pixel_trace.sums.len().saturating_sub(1);
    let Some(own) = pixel_trace.sums.get(channel).filter(|_| others > 0) else { return Vec::new() };
    let rest = pixel_trace.sums.iter().enumerate().filter(|(index, _)| *index != channel);
    let rest: f32 = rest.map(|(_, sum)| sum).sum();
    let note = format!("{others} other channel{}", if others == 1 { "" } else { "s" });
    vec![
        number(format_value(*own, decimals.sums), format!("channel {}", channel + 1)),
        Token::Sign("+"),
        number(format_factor(rest, decimals.sums), note),
        Token::Sign("+"),
        number(format_factor(pixel_trace.bias, decimals.sums), "bias"),
        Token::Sign("="),
        result(pixel_trace, decimals),
    ]
}

/// Returns the equation for the maximum of a patch.
pub fn maximum(pixel_trace: &PixelTrace, decimals: &Decimals) -> Vec<Token> {
    let values: Vec<f32> =
        pixel_trace.patch.iter().map(|value| value.unwrap_or(f32::NEG_INFINITY)).collect();
    let inside = pixel_trace.patch.iter().flatten().count();
    let written = highest(&values, |value| value);
    let mut tokens = vec![Token::Sign("max(")];
    for (place, value) in values.iter().enumerate() {
        if written.contains(&place) && pixel_trace.patch[place].is_some() {
            if tokens.len() > 1 {
                tokens.push(Token::Sign(","));
            }
            let note = if pixel_trace.largest == Some(place) { "largest" } else { "" };
            let text = format_value(*value, decimals.input);
            tokens.push(Token::Number { text, note: note.into(), place: Some(place) });
        }
    }
    if inside > MAX_WRITTEN_TERMS {
        let others = format!("{} smaller", inside - MAX_WRITTEN_TERMS);
        tokens.extend([Token::Sign(","), number("…".into(), others)]);
    }
    tokens.extend([Token::Sign(")"), Token::Sign("=")]);
    let text = format_value(pixel_trace.total, decimals.input);
    tokens.push(Token::Result { text, note: "output pixel".into() });
    tokens
}

fn result(pixel_trace: &PixelTrace, decimals: &Decimals) -> Token {
    let text = format_value(pixel_trace.total, decimals.sums);
    Token::Result { text, note: "output pixel".into() }
}

/// Returns the indices of the products with the largest magnitude.
fn largest(products: &[f32]) -> Vec<usize> {
    highest(products, f32::abs)
}

fn highest(values: &[f32], by: fn(f32) -> f32) -> Vec<usize> {
    let mut found = Vec::new();
    for _ in 0..MAX_WRITTEN_TERMS {
        let mut best = None::<usize>;
        for place in (0..values.len()).filter(|place| !found.contains(place)) {
            if best.is_none_or(|best| by(values[place]) > by(values[best])) {
                best = Some(place);
            }
        }
        found.extend(best);
    }
    found
}

/// Returns an equation as a single line of text, used as text alternative.
pub fn spoken(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| match token {
        Token::Sign(sign) => (*sign).to_owned(),
        Token::Number { text, note, place: None } | Token::Result { text, note } => {
            format!("{text} ({note})")
        }
        Token::Number { text, .. } => text.clone(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: Decimals = Decimals { input: 2, weights: 2, products: 2, sums: 2 };

    fn pixel_trace(patch: &[f32], weights: &[f32], others: &[f32]) -> PixelTrace {
        let products: Vec<f32> = patch.iter().zip(weights).map(|(v, w)| v * w).collect();
        let mut sums = vec![products.iter().sum()];
        sums.extend(others);
        let total = sums.iter().sum::<f32>() + 0.1;
        let patch = patch.iter().map(|value| Some(*value)).collect();
        let weights = weights.to_vec();
        PixelTrace { patch, weights, products, sums, bias: 0.1, total, ..PixelTrace::default() }
    }

    #[test]
    fn few_products_are_all_written_out() {
        let pixel_trace = pixel_trace(&[0.5, 1.0], &[0.2, -0.3], &[]);
        assert_eq!(
            spoken(&products(&pixel_trace, &FIGURES, 0)),
            "0.50·0.20 + 1.00·(−0.30) + 0.10 (bias) = −0.10 (output pixel)"
        );
        assert_eq!(channels(&pixel_trace, &FIGURES, 0), []);
    }

    #[test]
    fn of_many_products_the_largest_are_written_in_their_order() {
        let pixel_trace = pixel_trace(&[1.0; 6], &[0.1, -0.9, 0.05, 0.4, 0.3, -0.2], &[0.5, -1.0]);
        assert_eq!(
            spoken(&products(&pixel_trace, &FIGURES, 0)),
            "1.00·(−0.90) + 1.00·0.40 + 1.00·0.30 + 1.00·(−0.20) + 0.15 (2 smaller ones) = −0.25 (channel 1)"
        );
        assert_eq!(
            spoken(&channels(&pixel_trace, &FIGURES, 0)),
            "−0.25 (channel 1) + (−0.50) (2 other channels) + 0.10 (bias) = −0.65 (output pixel)"
        );
    }

    #[test]
    fn a_maximum_leaves_the_padding_out() {
        let patch = vec![None, Some(-0.5), None, Some(-0.25)];
        let pixel_trace =
            PixelTrace { patch, largest: Some(3), total: -0.25, ..PixelTrace::default() };
        assert_eq!(
            spoken(&maximum(&pixel_trace, &FIGURES)),
            "max( −0.50 , −0.25 ) = −0.25 (output pixel)"
        );
        let patch = (0..9).map(|value| Some(value as f32)).collect();
        let pixel_trace =
            PixelTrace { patch, largest: Some(8), total: 8.0, ..PixelTrace::default() };
        assert!(spoken(&maximum(&pixel_trace, &FIGURES)).contains("7.00 , 8.00 , … (5 smaller) )"));
    }

    #[test]
    fn where_nothing_arrives_only_the_bias_is_left() {
        let pixel_trace =
            PixelTrace { sums: vec![0.0], bias: 0.5, total: 0.5, ..PixelTrace::default() };
        assert_eq!(
            spoken(&products(&pixel_trace, &FIGURES, 0)),
            "0 (no input pixel) + 0.50 (bias) = 0.50 (output pixel)"
        );
    }
}
