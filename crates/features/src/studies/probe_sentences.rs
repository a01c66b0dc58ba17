//! What studies with linear probes of planted targets and on corrupted images found, in plain words.

use model::params::listed;
use model::{Corruption, CorruptionKind, MarkedImages, ProbeTarget};
use protocol::study::Probing;
use ui::format::percent;

use super::arm_figures::{ArmFigures, last_hidden};
use super::comparison_sentences::one_seed;
use super::study::Variant;
use super::study_charts::told;
use super::study_run::StudyRun;
use crate::figure::{Figure, points};
use crate::network_ladder::ladder::rung_name;

/// Difference in what is told of a target from which the page says that it is kept or forgotten.
const CLEAR: f64 = 0.15;

/// Accuracy of a probe of the marker, from which the page says that the network sees it.
const SEEN: f64 = 0.8;

/// Share of the gain over chance that must be lost before the page says that a corruption breaks a layer.
const BROKEN: f64 = 0.5;

/// Returns whether one figure is below another by more than chance: their intervals do not overlap, which is
/// asking for more than a test of the difference does. True where an interval is missing.
fn is_surely_below(lower: Figure, upper: Figure) -> bool {
    match (lower.interval, upper.interval) {
        (Some(lower), Some(upper)) => lower.high < upper.low,
        _ => true,
    }
}

pub fn probe_targets(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let untrained = figures.iter().find(|of| of.variant == Variant::Untrained)?;
    let trained = figures.iter().find(|of| of.variant != Variant::Untrained)?;
    let classes = run.study.data.shape.classes;
    let (mut forgotten, mut kept) = (Vec::new(), Vec::new());
    let mut class = None;
    for (place, probing) in run.study.probings().iter().enumerate() {
        let Probing::Target(target) = *probing else { continue };
        let of = |figures: &ArmFigures| {
            let figure = last_hidden(figures.probes.get(place)?)?;
            Some((figure, told(figure.value?, target, classes)))
        };
        let ((before, before_told), (after, after_told)) = (of(untrained)?, of(trained)?);
        match target {
            ProbeTarget::Class => class = Some((before.value?, after.value?)),
            _ if after_told < before_told - CLEAR && is_surely_below(after, before) => {
                forgotten.push(target.name());
            }
            // What random layers do not tell either cannot be forgotten.
            _ if after_told > CLEAR => kept.push(target.name()),
            _ => {}
        }
    }
    let (before, after) = class?;
    let mut sentences = vec![format!(
        "A linear probe reads the class off the last hidden layer in {} of the held-out images; with random \
         weights in {}.",
        percent(after),
        percent(before)
    )];
    if !forgotten.is_empty() {
        sentences.push(format!(
            "Training made this layer tell less about {} than its random weights do: the task does not need \
             it.",
            listed(&forgotten)
        ));
    }
    if !kept.is_empty() {
        sentences.push(format!("It still tells something about {}.", listed(&kept)));
    }
    sentences.extend(one_seed(run));
    Some(sentences)
}

pub fn shortcut(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let of = |marked: MarkedImages| {
        let arm = figures.iter().find(|of| of.variant == Variant::Marked(marked))?;
        let probe = last_hidden(arm.first_probes())?;
        Some((probe, probe.value?, arm.accuracy.value?))
    };
    let (_, none, intact) = of(MarkedImages::None)?;
    let (of_half, half, _) = of(MarkedImages::HalfOfEachClass)?;
    let (of_one, one, accuracy) = of(MarkedImages::OneClass)?;
    let is_sure = is_surely_below(of_half, of_one);
    let mut sentences = vec![format!(
        "With a marker in one class alone, a linear probe reads off the last hidden layer whether there is \
         one in {} of the held-out images; with a marker in half of each class in {}, without any in {}.",
        percent(one),
        percent(half),
        percent(none)
    )];
    sentences.push(if one > half + CLEAR && one >= SEEN && is_sure {
        format!(
            "The network looks for the marker only where it helps with the task. On images without markers \
             it then gets {} right, instead of {}.",
            percent(accuracy),
            percent(intact)
        )
    } else if one < SEEN {
        "The network did not learn to see the marker: it may not need it for this task, or not have found \
         it yet. Try harder data, or more epochs."
            .to_owned()
    } else {
        format!(
            "The layer tells of the marker also where it does not help: the difference is {}{}.",
            points(one - half),
            if is_sure { "" } else { ", which could be chance" }
        )
    });
    sentences.extend(one_seed(run));
    Some(sentences)
}

pub fn corruption(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let probes = &figures.first()?.probes;
    let probings = run.study.probings();
    let intact = probes.first()?;
    let hidden = intact.len().checked_sub(2)?;
    let classes = run.study.data.shape.classes;
    let of = |place: usize, layer: usize| {
        Some(told(probes.get(place)?.get(layer)?.value?, ProbeTarget::Class, classes))
    };
    let whole = of(0, hidden)?;
    let name = rung_name(run.study.layers[hidden].kind);
    let mut sentences = vec![format!(
        "On intact images a linear probe reads the class off the last hidden layer ({name}) in {}.",
        percent(intact[hidden].value?)
    )];
    // The mildest corruption of each kind under which half of the gain over chance is lost.
    let breaks = |kind: CorruptionKind| -> Option<Corruption> {
        Corruption::of(kind).find(|corruption| {
            let place = probings.iter().position(|of| *of == Probing::Corrupted(*corruption));
            place
                .and_then(|place| of(place, hidden))
                .is_some_and(|told| told < (1.0 - BROKEN) * whole)
        })
    };
    let broken: Vec<Corruption> = CorruptionKind::ALL.into_iter().filter_map(breaks).collect();
    let survived: Vec<&str> = CorruptionKind::ALL
        .into_iter()
        .filter(|kind| breaks(*kind).is_none())
        .map(CorruptionKind::name)
        .collect();
    if !broken.is_empty() {
        let names: Vec<String> = broken.iter().map(|of| of.describe()).collect();
        sentences.push(format!(
            "It loses more than half of its gain over guessing with {}.",
            listed(&names)
        ));
    }
    if !survived.is_empty() {
        sentences.push(format!("It withstands: {}.", listed(&survived)));
    }
    sentences.extend(one_seed(run));
    Some(sentences)
}
