//! ROC and precision–recall curve as charts.

use metrics::{PrecisionRecallPoint, RocPoint, roc_corners};
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::series::{Ink, Series};
use ui::format;

use super::binary_figures::BinaryFigures;
use crate::figure;

/// Maximum number of positions of the crosshair. A reading is a text, and a curve may have thousands
/// of points.
const MAX_READINGS: usize = 200;

/// Returns the ROC curve with the diagonal of guessing, or axes alone.
pub(super) fn roc_chart(figures: Option<&BinaryFigures>) -> ChartData {
    let x = axis("1 − specificity (false positives)", "1 − specificity");
    let y = axis("sensitivity (true positives)", "sensitivity");
    let Some(figures) = figures else {
        return ChartData { x, y, series: Vec::new(), readings: Vec::new() };
    };
    let place = |point: &RocPoint| (point.false_positive_rate, point.true_positive_rate);
    let corners = roc_corners(&figures.cases).iter().map(place).collect();
    // Of several points above each other the highest one is read.
    let highest = highest_of_equal(&figures.roc, |point| point.false_positive_rate);
    let readings = thinned(&highest).map(|point| Reading {
        x: point.false_positive_rate,
        marks: vec![(Ink::Test, point.true_positive_rate)],
        text: format!(
            "threshold {}: sensitivity {}, specificity {}",
            figure::threshold(point.threshold),
            format::percent(point.true_positive_rate),
            format::percent(1.0 - point.false_positive_rate)
        ),
    });
    let readings = readings.collect();
    let chance = line(Ink::Chance, vec![(0.0, 0.0), (1.0, 1.0)]);
    ChartData { x, y, series: vec![chance, line(Ink::Test, corners)], readings }
}

/// Returns the precision–recall curve with the precision of guessing, or axes alone.
pub(super) fn precision_recall_chart(figures: Option<&BinaryFigures>) -> ChartData {
    let x = axis("recall (sensitivity)", "recall");
    let y = axis("precision", "precision");
    let Some(figures) = figures else {
        return ChartData { x, y, series: Vec::new(), readings: Vec::new() };
    };
    let place = |point: &PrecisionRecallPoint| (point.recall, point.precision);
    let curve = figures.precision_recall.iter().map(place).collect();
    let highest: Vec<PrecisionRecallPoint> = figures
        .precision_recall
        .chunk_by(|a, b| a.recall == b.recall)
        .filter_map(|equal| {
            equal.iter().copied().reduce(|a, b| if b.precision > a.precision { b } else { a })
        })
        .collect();
    let readings = thinned(&highest).map(|point| Reading {
        x: point.recall,
        marks: vec![(Ink::Test, point.precision)],
        text: format!(
            "threshold {}: recall {}, precision {}",
            figure::threshold(point.threshold),
            format::percent(point.recall),
            format::percent(point.precision)
        ),
    });
    let readings = readings.collect();
    let prevalence = figures.prevalence();
    let chance = line(Ink::Chance, vec![(0.0, prevalence), (1.0, prevalence)]);
    ChartData { x, y, series: vec![chance, line(Ink::Test, curve)], readings }
}

/// Adds a chosen point to a chart.
pub(super) fn with_point(mut chart: ChartData, point: Option<(f64, f64)>) -> ChartData {
    if let Some(point) = point {
        let mut chosen = line(Ink::Point, vec![point]);
        chosen.dots = true;
        chart.series.push(chosen);
    }
    chart
}

/// Returns the last of each group of points with the same position, which must be neighbors.
fn highest_of_equal<T: Copy>(points: &[T], position: impl Fn(&T) -> f64) -> Vec<T> {
    let groups = points.chunk_by(|a, b| position(a) == position(b));
    groups.filter_map(|equal| equal.last().copied()).collect()
}

/// Returns points at equal strides, and the last one.
fn thinned<T>(points: &[T]) -> impl Iterator<Item = &T> {
    let stride = points.len().div_ceil(MAX_READINGS).max(1);
    let last = points.len().saturating_sub(1);
    let is_kept = move |index: usize| index.is_multiple_of(stride) || index == last;
    points.iter().enumerate().filter(move |(index, _)| is_kept(*index)).map(|(_, point)| point)
}

fn axis(name: &'static str, short: &'static str) -> Axis {
    Axis { name, short, from: 0.0, to: 1.0, whole: false, names: Vec::new() }
}

fn line(ink: Ink, points: Vec<(f64, f64)>) -> Series {
    Series { ink, points, dots: false, end_label: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(scores: &[f32], labels: &[u8]) -> BinaryFigures {
        let probabilities: Vec<f32> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
        BinaryFigures::new(labels, &probabilities, 2, 1).unwrap()
    }

    #[test]
    fn each_position_of_the_crosshair_is_there_once() {
        let found = figures(&[0.9, 0.8, 0.6, 0.6, 0.1], &[1, 0, 1, 0, 0]);
        for chart in [roc_chart(Some(&found)), precision_recall_chart(Some(&found))] {
            let x: Vec<f64> = chart.readings.iter().map(|reading| reading.x).collect();
            assert!(x.windows(2).all(|pair| pair[0] < pair[1]), "{x:?}");
        }
        let roc = roc_chart(Some(&found));
        assert_eq!(
            roc.readings[0].text,
            "threshold 0.900: sensitivity 50.0 %, specificity 100.0 %"
        );
        let recall = precision_recall_chart(Some(&found));
        assert_eq!(recall.readings[1].text, "threshold 0.900: recall 50.0 %, precision 100.0 %");
    }

    #[test]
    fn long_curves_have_few_readings_and_both_ends() {
        let scores: Vec<f32> = (0..3000).map(|i| 1.0 - i as f32 / 3000.0).collect();
        let labels: Vec<u8> = (0..3000).map(|i| u8::from(i % 3 == 0)).collect();
        let chart = roc_chart(Some(&figures(&scores, &labels)));
        assert!(chart.readings.len() <= MAX_READINGS + 1);
        assert_eq!(chart.readings.last().map(|reading| reading.x), Some(1.0));
    }

    #[test]
    fn guessing_has_the_precision_of_the_prevalence() {
        let chart = precision_recall_chart(Some(&figures(&[0.9, 0.8, 0.6, 0.1], &[1, 0, 0, 0])));
        assert_eq!(chart.series[0].points, [(0.0, 0.25), (1.0, 0.25)]);
        assert!(roc_chart(None).series.is_empty());
        let marked = with_point(roc_chart(None), Some((0.2, 0.8)));
        assert_eq!((marked.series[0].ink, marked.series[0].dots), (Ink::Point, true));
    }
}
