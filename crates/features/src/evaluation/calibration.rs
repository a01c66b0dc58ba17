//! Whether a network's probabilities are what happens: reliability, temperature.

use metrics::{
    LabeledRows, MetricError, ReliabilityBin, TEMPERATURE_RANGE, TemperatureFit, confidences,
    expected_calibration_error, fit_temperature, logits_of_probabilities, negative_log_likelihood,
    reliability_bins, scaled_probabilities,
};
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::series::{Ink, Series};
use ui::format;

use crate::figure::{Figure, percent_interval};

/// Number of bins of the reliability diagram.
const BINS: usize = 10;

/// Errors of probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ProbabilityErrors {
    /// Expected calibration error, 0 to 1.
    pub ece: f64,
    /// Mean negative log-likelihood.
    pub log_loss: f64,
}

/// Confidence and accuracy of a network, and what a temperature makes of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calibration {
    /// Images by confidence, the probability of the predicted class.
    pub bins: Vec<ReliabilityBin>,
    pub mean_confidence: f64,
    /// Fraction of right predictions.
    pub accuracy: Figure,
    /// Errors of the network's probabilities.
    pub errors: ProbabilityErrors,
    /// The temperature fitted on these images.
    pub fit: TemperatureFit,
    /// Errors with this temperature.
    pub scaled: ProbabilityErrors,
}

impl Calibration {
    /// Computes the figures, given labels and probabilities of shape `[images, classes]`.
    ///
    /// # Errors
    ///
    /// Returns an error without images, or if labels and probabilities do not match.
    pub fn new(labels: &[u8], probabilities: &[f32], classes: usize) -> Result<Self, MetricError> {
        let rows = LabeledRows::new(labels, probabilities, classes)?;
        let (confidence, right) = confidences(rows);
        let bins = reliability_bins(&confidence, &right, BINS)?;
        let logits = logits_of_probabilities(probabilities);
        let fit = fit_temperature(LabeledRows::new(labels, &logits, classes)?);
        let scaled = scaled_probabilities(&logits, classes, fit.temperature);
        let scaled_rows = LabeledRows::new(labels, &scaled, classes)?;
        let (scaled_confidence, scaled_right) = confidences(scaled_rows);
        let scaled_bins = reliability_bins(&scaled_confidence, &scaled_right, BINS)?;
        let errors = |bins: &[ReliabilityBin], rows: LabeledRows| ProbabilityErrors {
            ece: expected_calibration_error(bins).unwrap_or_default(),
            log_loss: negative_log_likelihood(rows),
        };
        let sum: f64 = confidence.iter().copied().map(f64::from).sum();
        Ok(Self {
            errors: errors(&bins, rows),
            scaled: errors(&scaled_bins, scaled_rows),
            mean_confidence: sum / confidence.len() as f64,
            accuracy: Figure::proportion(right.iter().filter(|right| **right).count(), right.len()),
            bins,
            fit,
        })
    }

    /// Says whether the network is over- or under-confident, and what the temperature does.
    pub fn sentence(&self) -> String {
        let (Some(accuracy), Some(interval)) = (self.accuracy.value, self.accuracy.interval) else {
            return String::new();
        };
        let figures = format!(
            "on average it says {}, and {} of its predictions are right",
            format::percent(self.mean_confidence),
            format::percent(accuracy)
        );
        let verdict = if self.mean_confidence > interval.high {
            format!("The network is over-confident: {figures}.")
        } else if self.mean_confidence < interval.low {
            format!("The network is under-confident: {figures}.")
        } else {
            format!(
                "The network is neither over- nor under-confident beyond chance: {figures} (95 % interval \
                 {}).",
                percent_interval(Some(interval))
            )
        };
        let temperature = self.fit.temperature;
        let what = match temperature {
            _ if self.fit.is_at_bound && temperature <= TEMPERATURE_RANGE.0 => {
                "No image is wrong, so the temperature has no lower limit: the surer, the smaller the \
                 loss."
                    .to_owned()
            }
            _ if self.fit.is_at_bound => {
                "The probabilities say nothing about the classes, so the temperature has no upper limit."
                    .to_owned()
            }
            t if (0.95..=1.05).contains(&t) => {
                format!("The best temperature, {t:.2}, would hardly change its probabilities.")
            }
            t if t > 1.0 => {
                format!("A temperature of {t:.2} lowers its probabilities to what is right.")
            }
            t => format!("A temperature of {t:.2} raises its probabilities to what is right."),
        };
        format!("{verdict} {what}")
    }

    /// Returns the reliability diagram: how often the predictions of each bin are right, with Wilson's
    /// interval, over what the network says of them.
    pub fn chart(&self) -> ChartData {
        let diagonal = Series {
            ink: Ink::Chance,
            points: vec![(0.0, 0.0), (1.0, 1.0)],
            dots: false,
            end_label: String::new(),
        };
        let full: Vec<_> = self.bins.iter().filter_map(Bin::of).collect();
        let intervals = full.iter().filter_map(|bin| {
            let interval = bin.right.interval?;
            Some(Series {
                ink: Ink::Raw,
                points: vec![(bin.says, interval.low), (bin.says, interval.high)],
                dots: false,
                end_label: String::new(),
            })
        });
        let points = Series {
            ink: Ink::Test,
            points: full.iter().map(|bin| (bin.says, bin.frequency)).collect(),
            dots: true,
            end_label: String::new(),
        };
        let readings = full.iter().map(|bin| Reading {
            x: bin.says,
            marks: vec![(Ink::Test, bin.frequency)],
            text: format!(
                "{} between {} and {}: it says {}, right are {}",
                format::plural(bin.images, "image", "images"),
                format::percent_short(bin.low),
                format::percent_short(bin.high),
                format::percent(bin.says),
                bin.right.percent()
            ),
        });
        let axis =
            |name, short| Axis { name, short, from: 0.0, to: 1.0, whole: false, names: Vec::new() };
        ChartData {
            x: axis("confidence: what the network says", "confidence"),
            y: axis("right predictions", "right"),
            readings: readings.collect(),
            series: [diagonal].into_iter().chain(intervals).chain([points]).collect(),
        }
    }
}

/// A bin with images.
pub(super) struct Bin {
    /// Ends of the bin.
    pub low: f64,
    pub high: f64,
    pub images: usize,
    /// Mean confidence.
    pub says: f64,
    /// Fraction of right predictions.
    pub frequency: f64,
    /// The same with its interval.
    pub right: Figure,
}

impl Bin {
    /// Returns `None` for an empty bin.
    pub fn of(bin: &ReliabilityBin) -> Option<Self> {
        let (says, frequency) = (bin.mean_probability?, bin.frequency?);
        let right = (frequency * bin.cases as f64).round() as usize;
        Some(Self {
            low: bin.low,
            high: bin.high,
            images: bin.cases,
            says,
            frequency,
            right: Figure::proportion(right, bin.cases),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `right` of 100 images are right, of which the network says `confidence`.
    fn of(right: usize, confidence: f32) -> Calibration {
        let labels: Vec<u8> = (0..100).map(|image| u8::from(image >= right)).collect();
        Calibration::new(&labels, &[confidence, 1.0 - confidence].repeat(100), 2).unwrap()
    }

    #[test]
    fn a_network_that_says_more_than_happens_is_over_confident() {
        let found = of(70, 0.95);
        let said = found.sentence();
        assert!(
            said.starts_with(
                "The network is over-confident: on average it says 95.0 %, and 70.0 %"
            ),
            "{said}"
        );
        assert!(said.contains("A temperature of 3.48 lowers"), "{said}");
        assert!((found.errors.ece - 0.25).abs() < 1e-6 && found.scaled.ece < 1e-3);
        assert!(found.scaled.log_loss < found.errors.log_loss);
    }

    #[test]
    fn other_networks_are_under_confident_or_neither() {
        assert!(of(90, 0.6).sentence().contains("under-confident: "));
        assert!(of(90, 0.6).sentence().contains("raises its probabilities"));
        let said = of(90, 0.9).sentence();
        assert!(said.contains("neither") && said.contains("hardly change"), "{said}");
        let perfect = of(100, 0.99);
        assert!(perfect.sentence().contains("no lower limit"), "{}", perfect.sentence());
    }

    #[test]
    fn the_diagram_has_the_full_bins_with_their_intervals() {
        let chart = of(70, 0.95).chart();
        assert_eq!(chart.series.len(), 3, "diagonal, one interval, points");
        let [(x, y)] = chart.series[2].points[..] else { panic!("{chart:?}") };
        assert!((x - 0.95).abs() < 1e-6 && (y - 0.7).abs() < 1e-9);
        assert_eq!(
            chart.readings[0].text,
            "100 images between 90 % and 100 %: it says 95.0 %, right are 70.0 %"
        );
    }

    #[test]
    fn nothing_to_score_is_an_error() {
        assert!(Calibration::new(&[], &[], 2).is_err());
    }
}
