//! Charts of a study, with their readings.

use model::{CorruptionKind, MarkedImages, ProbeTarget, StudyKind, TargetKind, TrainedLayers};
use protocol::study::Probing;
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::series::{Ink, Series};
use ui::format;

use super::arm_figures::ArmFigures;
use super::study::Variant;
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

/// Returns the chart of a study and its lines; `None` where it has no chart. Of corrupted images, one kind
/// of corruption is shown.
pub fn study_chart(
    run: &StudyRun,
    figures: &[ArmFigures],
    shown: CorruptionKind,
) -> Option<(ChartData, Vec<Line>)> {
    let lines = match run.study.settings.kind {
        StudyKind::TrainedLayers => trained_layers(figures),
        StudyKind::Shortcut => marked_images(figures),
        StudyKind::ProbeTargets => probe_targets(run, figures),
        StudyKind::Corruption => corruptions(run, figures, shown),
        StudyKind::TrainingImages => return Some(image_counts(run, figures)),
        StudyKind::Classical | StudyKind::Seeds => return None,
    };
    let name = match run.study.settings.kind {
        StudyKind::ProbeTargets => "score in %",
        _ => "accuracy in %",
    };
    Some((chart(layer_axis(run), name, &lines), lines))
}

/// Returns the axis of the layers.
fn layer_axis(run: &StudyRun) -> Axis {
    let names = run.study.layers.iter().enumerate();
    let names: Vec<(f64, String)> =
        names.map(|(place, layer)| (place as f64, rung_name(layer.kind))).collect();
    let last = names.len().saturating_sub(1).max(1) as f64;
    Axis { name: "layer", short: "layer", from: 0.0, to: last, whole: true, names }
}

/// Returns a line over the layers.
fn over_layers(name: String, label: usize, probes: &[Figure]) -> Line {
    let points = probes.iter().enumerate();
    let points = points.map(|(layer, probe)| (layer as f64, *probe)).collect();
    Line { name, label: label as u8, points }
}

/// Returns the ladders of all arms: accuracy of the linear probe of each layer.
fn trained_layers(figures: &[ArmFigures]) -> Vec<Line> {
    let line = |figures: &ArmFigures| {
        let (name, place) = match figures.variant {
            Variant::Trained(trained) => {
                let place = TrainedLayers::ALL.iter().position(|other| *other == trained)?;
                (trained.name(), place)
            }
            Variant::Chosen => ("your choice", TrainedLayers::ALL.len()),
            _ => return None,
        };
        Some(over_layers(name.to_owned(), place + 1, figures.first_probes()))
    };
    figures.iter().filter_map(line).collect()
}

/// Returns how well each layer tells whether there is a marker, for all arms.
fn marked_images(figures: &[ArmFigures]) -> Vec<Line> {
    let line = |figures: &ArmFigures| {
        let Variant::Marked(marked) = figures.variant else { return None };
        let label = MarkedImages::ALL.iter().position(|other| *other == marked)? + 1;
        Some(over_layers(marked.name().to_owned(), label, figures.first_probes()))
    };
    figures.iter().filter_map(line).collect()
}

/// Returns how much of each target the layers of the trained network tell: nothing is 0, everything 1.
/// The intervals are in the table.
fn probe_targets(run: &StudyRun, figures: &[ArmFigures]) -> Vec<Line> {
    let Some(trained) = figures.iter().find(|of| matches!(of.variant, Variant::Whole(_))) else {
        return Vec::new();
    };
    let lines = run.study.probings().iter().zip(&trained.probes).enumerate();
    let line = |(place, (probing, probes)): (usize, (&Probing, &Vec<Figure>))| {
        let Probing::Target(target) = *probing else { return None };
        let told = |probe: &Figure| {
            let told = probe.value.map(|score| told(score, target, run.study.data.shape.classes));
            Figure::new(told, None)
        };
        let probes: Vec<Figure> = probes.iter().map(told).collect();
        Some(over_layers(target.name().to_owned(), place + 1, &probes))
    };
    lines.filter_map(line).collect()
}

/// Returns which part of a target a probe tells: R², or the part of the way from chance to an accuracy of
/// 1. At least 0.
pub fn told(score: f64, target: ProbeTarget, classes: usize) -> f64 {
    let chance = match (target, target.kind()) {
        (ProbeTarget::Class, _) => 1.0 / classes.max(1) as f64,
        (_, TargetKind::Class) => 0.5,
        (_, TargetKind::Number(_)) => 0.0,
    };
    ((score - chance) / (1.0 - chance)).max(0.0)
}

/// Returns the accuracies of the class on intact images and on those with one kind of corruption.
fn corruptions(run: &StudyRun, figures: &[ArmFigures], shown: CorruptionKind) -> Vec<Line> {
    let Some(figures) = figures.first() else { return Vec::new() };
    let line = |(label, (place, name)): (usize, (usize, String))| {
        Some(over_layers(name, label, figures.probes.get(place)?))
    };
    (1..).zip(run.study.corruptions(shown)).filter_map(line).collect()
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
    (chart(x, "accuracy in %", &lines), lines)
}

fn chart(x: Axis, name: &'static str, lines: &[Line]) -> ChartData {
    let y = Axis { name, short: "%", from: 0.0, to: 100.0, whole: true, names: Vec::new() };
    // Side by side, so that intervals at the same place do not cover each other.
    let has_intervals =
        lines.iter().flat_map(|line| &line.points).any(|(_, figure)| figure.interval.is_some());
    let aside = |line: &Line| {
        if !has_intervals {
            return 0.0;
        }
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
