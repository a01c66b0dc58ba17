//! One output pixel as a written equation.

use super::figures::{Figures, factor, figure};
use super::reading::Reading;

/// Products that are written out where there are more; the others are one number.
const WRITTEN: usize = 4;

/// A part of an equation.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// What stands between numbers.
    Sign(&'static str),
    /// A number, or a product of two.
    Number {
        /// As it is written.
        text: String,
        /// What it is, or what it makes.
        note: String,
        /// The place in the patch that it comes from.
        place: Option<usize>,
    },
    /// What comes out.
    Result {
        /// As it is written.
        text: String,
        /// What it is.
        note: String,
    },
}

fn number(text: String, note: impl Into<String>) -> Piece {
    Piece::Number { text, note: note.into(), place: None }
}

/// The products of one channel and their sum; with a single channel also the bias.
pub fn products(reading: &Reading, figures: &Figures, channel: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = 0.0;
    let written = largest(&reading.products);
    for (place, product) in reading.products.iter().enumerate() {
        if !written.contains(&place) {
            rest += product;
            continue;
        }
        if !pieces.is_empty() {
            pieces.push(Piece::Sign("+"));
        }
        let value = figure(reading.patch[place].unwrap_or(0.0), figures.input);
        let text = format!("{value}·{}", factor(reading.weights[place], figures.weights));
        let note = figure(*product, figures.products);
        pieces.push(Piece::Number { text, note, place: Some(place) });
    }
    let others = reading.products.len() - written.len();
    if others > 0 {
        let note = format!("{others} smaller {}", if others == 1 { "one" } else { "ones" });
        pieces.extend([Piece::Sign("+"), number(factor(rest, figures.products), note)]);
    }
    if pieces.is_empty() {
        pieces.push(number("0".into(), "no input pixel"));
    }
    if reading.sums.len() == 1 {
        pieces.extend([Piece::Sign("+"), number(factor(reading.bias, figures.sums), "bias")]);
        pieces.extend([Piece::Sign("="), result(reading, figures)]);
    } else {
        let sum = reading.sums.get(channel).copied().unwrap_or(0.0);
        let note = format!("channel {}", channel + 1);
        let text = figure(sum, figures.sums);
        pieces.extend([Piece::Sign("="), Piece::Result { text, note }]);
    }
    pieces
}

/// The sum over all channels, and the bias; nothing where there is one channel only.
pub fn channels(reading: &Reading, figures: &Figures, channel: usize) -> Vec<Piece> {
    let others = reading.sums.len().saturating_sub(1);
    let Some(own) = reading.sums.get(channel).filter(|_| others > 0) else { return Vec::new() };
    let rest = reading.sums.iter().enumerate().filter(|(index, _)| *index != channel);
    let rest: f32 = rest.map(|(_, sum)| sum).sum();
    let note = format!("{others} other channel{}", if others == 1 { "" } else { "s" });
    vec![
        number(figure(*own, figures.sums), format!("channel {}", channel + 1)),
        Piece::Sign("+"),
        number(factor(rest, figures.sums), note),
        Piece::Sign("+"),
        number(factor(reading.bias, figures.sums), "bias"),
        Piece::Sign("="),
        result(reading, figures),
    ]
}

/// The largest value of a patch.
pub fn maximum(reading: &Reading, figures: &Figures) -> Vec<Piece> {
    let values: Vec<f32> =
        reading.patch.iter().map(|value| value.unwrap_or(f32::NEG_INFINITY)).collect();
    let inside = reading.patch.iter().flatten().count();
    let written = highest(&values, |value| value);
    let mut pieces = vec![Piece::Sign("max(")];
    for (place, value) in values.iter().enumerate() {
        if written.contains(&place) && reading.patch[place].is_some() {
            if pieces.len() > 1 {
                pieces.push(Piece::Sign(","));
            }
            let note = if reading.largest == Some(place) { "largest" } else { "" };
            let text = figure(*value, figures.input);
            pieces.push(Piece::Number { text, note: note.into(), place: Some(place) });
        }
    }
    if inside > WRITTEN {
        let others = format!("{} smaller", inside - WRITTEN);
        pieces.extend([Piece::Sign(","), number("…".into(), others)]);
    }
    pieces.extend([Piece::Sign(")"), Piece::Sign("=")]);
    let text = figure(reading.total, figures.input);
    pieces.push(Piece::Result { text, note: "output pixel".into() });
    pieces
}

fn result(reading: &Reading, figures: &Figures) -> Piece {
    let text = figure(reading.total, figures.sums);
    Piece::Result { text, note: "output pixel".into() }
}

/// The places of the largest products, whatever their sign.
fn largest(products: &[f32]) -> Vec<usize> {
    highest(products, f32::abs)
}

fn highest(values: &[f32], by: fn(f32) -> f32) -> Vec<usize> {
    let mut found = Vec::new();
    for _ in 0..WRITTEN {
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

/// An equation in one line, for those who do not see it.
pub fn spoken(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Sign(sign) => (*sign).to_owned(),
        Piece::Number { text, note, place: None } | Piece::Result { text, note } => {
            format!("{text} ({note})")
        }
        Piece::Number { text, .. } => text.clone(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: Figures = Figures { input: 2, weights: 2, products: 2, sums: 2 };

    fn reading(patch: &[f32], weights: &[f32], others: &[f32]) -> Reading {
        let products: Vec<f32> = patch.iter().zip(weights).map(|(v, w)| v * w).collect();
        let mut sums = vec![products.iter().sum()];
        sums.extend(others);
        let total = sums.iter().sum::<f32>() + 0.1;
        let patch = patch.iter().map(|value| Some(*value)).collect();
        let weights = weights.to_vec();
        Reading { patch, weights, products, sums, bias: 0.1, total, ..Reading::default() }
    }

    #[test]
    fn few_products_are_all_written_out() {
        let reading = reading(&[0.5, 1.0], &[0.2, -0.3], &[]);
        assert_eq!(
            spoken(&products(&reading, &FIGURES, 0)),
            "0.50·0.20 + 1.00·(−0.30) + 0.10 (bias) = −0.10 (output pixel)"
        );
        assert_eq!(channels(&reading, &FIGURES, 0), []);
    }

    #[test]
    fn of_many_products_the_largest_are_written_in_their_order() {
        let reading = reading(&[1.0; 6], &[0.1, -0.9, 0.05, 0.4, 0.3, -0.2], &[0.5, -1.0]);
        assert_eq!(
            spoken(&products(&reading, &FIGURES, 0)),
            "1.00·(−0.90) + 1.00·0.40 + 1.00·0.30 + 1.00·(−0.20) + 0.15 (2 smaller ones) = −0.25 (channel 1)"
        );
        assert_eq!(
            spoken(&channels(&reading, &FIGURES, 0)),
            "−0.25 (channel 1) + (−0.50) (2 other channels) + 0.10 (bias) = −0.65 (output pixel)"
        );
    }

    #[test]
    fn a_maximum_leaves_the_padding_out() {
        let patch = vec![None, Some(-0.5), None, Some(-0.25)];
        let reading = Reading { patch, largest: Some(3), total: -0.25, ..Reading::default() };
        assert_eq!(
            spoken(&maximum(&reading, &FIGURES)),
            "max( −0.50 , −0.25 ) = −0.25 (output pixel)"
        );
        let patch = (0..9).map(|value| Some(value as f32)).collect();
        let reading = Reading { patch, largest: Some(8), total: 8.0, ..Reading::default() };
        assert!(spoken(&maximum(&reading, &FIGURES)).contains("7.00 , 8.00 , … (5 smaller) )"));
    }

    #[test]
    fn where_nothing_arrives_only_the_bias_is_left() {
        let reading = Reading { sums: vec![0.0], bias: 0.5, total: 0.5, ..Reading::default() };
        assert_eq!(
            spoken(&products(&reading, &FIGURES, 0)),
            "0 (no input pixel) + 0.50 (bias) = 0.50 (output pixel)"
        );
    }
}
