//! An axis with its ticks.

/// An axis with its name and its range of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// Name, including the unit.
    pub name: &'static str,
    /// Short name, for a small chart.
    pub short: &'static str,
    /// Value at the start.
    pub from: f64,
    /// Value at the end.
    pub to: f64,
    /// Whether only integer values are meaningful.
    pub whole: bool,
    /// Names of single values, which are the only ticks then; empty for an axis of numbers.
    pub names: Vec<(f64, String)>,
}

impl Axis {
    /// Returns the values of at most `most` ticks. They are multiples of 1, 2 or 5 times a power of
    /// ten.
    /// If values have names, the ticks are those values, however many there are.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        if !self.names.is_empty() {
            return self.names.iter().map(|(value, _)| *value).collect();
        }
        let range = self.to - self.from;
        if !(range > 0.0 && range.is_finite()) || most == 0 {
            return Vec::new();
        }
        let mut power = 10.0_f64.powf((range / most as f64).log10().floor());
        loop {
            for factor in [1.0, 2.0, 5.0] {
                let step = factor * power;
                // Without the tolerance, rounding could drop a tick at an end of the axis.
                let first = (self.from / step - 1e-9).ceil();
                let count = (self.to / step + 1e-9).floor() - first + 1.0;
                if count <= most as f64 {
                    return (0..count as usize).map(|n| (first + n as f64) * step).collect();
                }
            }
            power *= 10.0;
        }
    }

    /// Formats a value with as many decimals as the range requires, or returns its name. Returns an
    /// empty string for a fraction on an axis of integers, and for a value without a name.
    pub fn label(&self, value: f64) -> String {
        if !self.names.is_empty() {
            let named = self.names.iter().find(|(of, _)| (of - value).abs() < 1e-9);
            return named.map(|(_, name)| name.clone()).unwrap_or_default();
        }
        if self.whole {
            let rounded = value.round();
            if (value - rounded).abs() > 1e-6 || rounded < 0.0 {
                return String::new();
            }
            return crate::format::count(rounded as usize);
        }
        let decimals = match self.to - self.from {
            range if range <= 0.02 => 4,
            range if range <= 0.2 => 3,
            range if range <= 1.0 => 2,
            range if range <= 10.0 => 1,
            _ => 0,
        };
        format!("{value:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(from: f64, to: f64, whole: bool) -> Axis {
        Axis { name: "loss", short: "loss", from, to, whole, names: Vec::new() }
    }

    fn labels(axis: Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_and_no_more_than_fit() {
        assert_eq!(labels(axis(0.0, 750.0, true), 7), ["0", "200", "400", "600"]);
        assert_eq!(labels(axis(0.0, 2.0, false), 5), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(labels(axis(0.0, 1.35, false), 3), ["0.0", "0.5", "1.0"]);
        assert_eq!(labels(axis(0.8, 0.95, false), 4), ["0.800", "0.850", "0.900", "0.950"]);
        assert_eq!(labels(axis(0.0, 12_345.0, true), 5), ["0", "5,000", "10,000"]);
        assert_eq!(labels(axis(0.0, 1.0, true), 5), ["0", "", "1"]);
        assert_eq!(labels(axis(-1.0, 1.0, false), 3), ["-1.0", "0.0", "1.0"]);
    }

    #[test]
    fn named_values_are_the_ticks() {
        let names = [(0.0, "Pixels".to_owned()), (1.0, "Output".to_owned())].to_vec();
        let named = Axis { names, ..axis(0.0, 1.0, true) };
        assert_eq!(labels(named, 1), ["Pixels", "Output"]);
    }

    #[test]
    fn odd_ranges_have_few_ticks() {
        assert_eq!(axis(3.0, 3.0, false).ticks(5), [0.0; 0]);
        assert_eq!(axis(0.0, f64::INFINITY, false).ticks(5), [0.0; 0]);
        assert_eq!(axis(0.0, f64::NAN, false).ticks(5), [0.0; 0]);
        assert_eq!(axis(0.0, 10.0, false).ticks(0), [0.0; 0]);
        assert_eq!(axis(0.0, 10.0, false).ticks(1), [0.0]);
        assert!(axis(0.0, 1e-25, false).ticks(5).len() <= 5);
    }
}
