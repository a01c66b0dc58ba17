//! Charts of a study, with their readings.

use model::TrainedLayers;
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::series::{Ink, Series};
use ui::format;

use super::arm_figures::ArmFigures;
use super::study::{StudyKind, Variant};
use super::study_run::StudyRun;
use crate::figure::Figure;
use crate::network_ladder::ladder::rung_name;

/// Distance between the points of two lines at the same place, as a part of the axis.
const ASIDE: f64 = 0.006;

/// A line of a chart with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Name in the legend.
    pub name: String,
    /// Number of its color and dashes.
    pub label: u8,
    /// Place on the horizontal axis, and the figure there.
    pub points: Vec<(f64, Figure)>,
}

/// Returns the chart of a study and its lines; `None` where it has no chart.
pub fn study_chart(run: &StudyRun, figures: &[ArmFigures]) -> Option<(ChartData, Vec<Line>)> {
    match run.study.settings.kind {
        StudyKind::TrainedLayers => Some(ladders(run, figures)),
        StudyKind::TrainingImages => Some(image_counts(run, figures)),
        StudyKind::Classical | StudyKind::Seeds => None,
    }
}

/// Returns the ladders of all arms: accuracy of the linear probe of each layer.
fn ladders(run: &StudyRun, figures: &[ArmFigures]) -> (ChartData, Vec<Line>) {
    let lines: Vec<Line> = figures
        .iter()
        .filter_map(|figures| {
            let Variant::Trained(trained) = figures.variant else { return None };
            let label = TrainedLayers::ALL.iter().position(|other| *other == trained)? as u8 + 1;
            let points = figures.probes.iter().enumerate();
            let points = points.map(|(layer, probe)| (layer as f64, *probe)).collect();
            Some(Line { name: trained.name().to_owned(), label, points })
        })
        .collect();
    let names = run.study.layers.iter().enumerate();
    let names: Vec<(f64, String)> =
        names.map(|(layer, kind)| (layer as f64, rung_name(*kind))).collect();
    let last = names.len().saturating_sub(1).max(1) as f64;
    let x = Axis { name: "layer", short: "layer", from: 0.0, to: last, whole: true, names };
    (chart(x, &lines), lines)
}

/// Returns the accuracies against the number of training images, on a logarithmic axis.
fn image_counts(run: &StudyRun, figures: &[ArmFigures]) -> (ChartData, Vec<Line>) {
    let (classifiers, counts) = run.study.classifiers_and_counts();
    let place = |count: usize| (count as f64).log10();
    let lines: Vec<Line> = (1..)
        .zip(&classifiers)
        .map(|(label, classifier)| {
            let points = figures.iter().filter_map(|figures| match figures.variant {
                Variant::Images(of, count) if of == *classifier => {
                    Some((place(count), figures.accuracy))
                }
                _ => None,
            });
            Line { name: classifier.name().to_owned(), label, points: points.collect() }
        })
        .collect();
    let names: Vec<(f64, String)> =
        counts.iter().map(|count| (place(*count), format::count(*count))).collect();
    let end = |of: Option<&(f64, String)>| of.map_or(0.0, |(value, _)| *value);
    let x = Axis {
        name: "training images a class (logarithmic)",
        short: "images a class",
        from: end(names.first()),
        to: end(names.last()),
        whole: true,
        names,
    };
    (chart(x, &lines), lines)
}

fn chart(x: Axis, lines: &[Line]) -> ChartData {
    let y = Axis {
        name: "accuracy in %",
        short: "%",
        from: 0.0,
        to: 100.0,
        whole: true,
        names: Vec::new(),
    };
    // Side by side, so that intervals at the same place do not cover each other.
    let aside = |line: &Line| {
        let places = f64::from(line.label) - (lines.len() as f64 + 1.0) / 2.0;
        ASIDE * places * (x.to - x.from)
    };
    let mut series = Vec::new();
    for line in lines {
        for (at, figure) in &line.points {
            let at = at + aside(line);
            if let Some(interval) = figure.interval {
                series.push(Series {
                    ink: Ink::Interval(line.label),
                    points: vec![(at, 100.0 * interval.low), (at, 100.0 * interval.high)],
                    dots: false,
                    end_label: String::new(),
                });
            }
        }
    }
    for line in lines {
        let points = line.points.iter();
        let points =
            points.map(|(at, figure)| (at + aside(line), 100.0 * figure.value.unwrap_or(f64::NAN)));
        series.push(Series {
            ink: Ink::Class(line.label),
            points: points.collect(),
            dots: true,
            end_label: String::new(),
        });
    }
    let reading = |(at, name): &(f64, String)| {
        let values = lines.iter().filter_map(|line| {
            let (_, figure) = line.points.iter().find(|(of, _)| (of - at).abs() < 1e-9)?;
            Some((line, *figure))
        });
        let values: Vec<(&Line, Figure)> = values.collect();
        let text = |(line, figure): &(&Line, Figure)| format!("{} {}", line.name, figure.percent());
        let texts: Vec<String> = values.iter().map(text).collect();
        (!texts.is_empty()).then(|| Reading {
            x: *at,
            marks: Vec::new(),
            text: format!("{name}: {}", texts.join(", ")),
        })
    };
    let readings = x.names.iter().filter_map(reading).collect();
    ChartData { x, y, series, readings }
}
