//! Figures with their confidence intervals, as text.

use metrics::ConfidenceInterval;
use ui::format;

/// A figure and its 95 % interval. Either is `None` where it is undefined or not computed yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figure {
    pub value: Option<f64>,
    pub interval: Option<ConfidenceInterval>,
}

impl Figure {
    pub fn new(value: Option<f64>, interval: Option<ConfidenceInterval>) -> Self {
        Self { value, interval }
    }

    /// Returns the fraction with Wilson's interval; undefined without trials.
    pub fn proportion(successes: usize, trials: usize) -> Self {
        let value = (trials > 0).then(|| successes as f64 / trials as f64);
        Self { value, interval: metrics::wilson(successes, trials) }
    }

    /// Returns the figure as a score, “0.953”, or a dash.
    pub fn score(self) -> String {
        self.value.map_or_else(|| "–".to_owned(), |value| signed(value, 3))
    }

    /// Returns the figure in percent, “95.3 %”, or a dash.
    pub fn percent(self) -> String {
        self.value.map_or_else(|| "–".to_owned(), format::percent)
    }

    /// Returns whether there is an interval, but one whose ends are equal.
    pub fn lacks_width(self) -> bool {
        self.interval.is_some_and(|interval| !interval.has_width())
    }
}

/// Formats an interval of scores, “0.912–0.967”. An interval without width is none: a dash.
pub(crate) fn score_interval(interval: Option<ConfidenceInterval>) -> String {
    match interval.filter(ConfidenceInterval::has_width) {
        Some(ConfidenceInterval { low, high }) => range(signed(low, 3), signed(high, 3)),
        None => "–".to_owned(),
    }
}

/// Formats an interval of fractions in percent, “91.2–96.7 %”. An interval without width is none: a
/// dash.
pub(crate) fn percent_interval(interval: Option<ConfidenceInterval>) -> String {
    match interval.filter(ConfidenceInterval::has_width) {
        Some(ConfidenceInterval { low, high }) => {
            // The ends are rounded, as nobody takes 100.0 as the end of an interval for certainty.
            range(signed(low * 100.0, 1), signed(high * 100.0, 1)) + " %"
        }
        None => "–".to_owned(),
    }
}

/// Formats a difference of two fractions in percentage points without its sign, “2.1 points”.
pub(crate) fn points(difference: f64) -> String {
    format!("{:.1} points", difference.abs() * 100.0)
}

/// Formats an interval of a difference of two fractions in percentage points, “−1.2 to 5.4 points”.
pub(crate) fn points_interval(ConfidenceInterval { low, high }: ConfidenceInterval) -> String {
    format!("{} to {} points", signed(low * 100.0, 1), signed(high * 100.0, 1))
}

/// Formats a probability that serves as a threshold, “0.42”.
pub(crate) fn threshold(value: f32) -> String {
    match value {
        value if value.is_infinite() => "above all".to_owned(),
        value if value > 0.9995 => "> 0.999".to_owned(),
        value if value < 0.0005 => "< 0.001".to_owned(),
        value => format!("{value:.3}"),
    }
}

/// Formats a number with a typographic minus, and without one where it is rounded to 0.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !is_zero { format!("−{text}") } else { text }
}

fn range(low: String, high: String) -> String {
    // Between negative numbers a dash would be read as another minus.
    if low.starts_with('−') { format!("{low} to {high}") } else { format!("{low}–{high}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64) -> Option<ConfidenceInterval> {
        Some(ConfidenceInterval { low, high })
    }

    #[test]
    fn intervals_are_written_with_their_unit() {
        assert_eq!(percent_interval(interval(0.9123, 0.967)), "91.2–96.7 %");
        assert_eq!(score_interval(interval(0.9123, 0.967)), "0.912–0.967");
        assert_eq!(score_interval(interval(-0.1, 0.2)), "−0.100 to 0.200");
        assert_eq!(
            points_interval(ConfidenceInterval { low: -0.012, high: 0.054 }),
            "−1.2 to 5.4 points"
        );
        assert_eq!(points(-0.021), "2.1 points");
    }

    #[test]
    fn an_interval_without_width_is_none() {
        assert_eq!(percent_interval(interval(1.0, 1.0)), "–");
        assert_eq!(score_interval(None), "–");
        assert!(Figure::new(Some(1.0), interval(1.0, 1.0)).lacks_width());
        assert!(!Figure::new(Some(1.0), None).lacks_width());
        // Wilson's always has one.
        assert_eq!(percent_interval(Figure::proportion(20, 20).interval), "83.9–100.0 %");
    }

    #[test]
    fn zero_has_no_sign_and_thresholds_are_never_certain() {
        assert_eq!(signed(-0.0004, 3), "0.000");
        assert_eq!(threshold(f32::INFINITY), "above all");
        assert_eq!(threshold(1.0), "> 0.999");
        assert_eq!(threshold(0.4237), "0.424");
        assert_eq!(threshold(1e-9), "< 0.001");
    }
}
