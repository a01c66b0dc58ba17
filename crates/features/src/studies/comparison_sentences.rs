//! What studies that compare classifiers found, in plain words.

use metrics::seed_mean;
use model::TrainedLayers;
use ui::format::{percent, plural};

use super::agreement::Agreement;
use super::arm_figures::{ArmFigures, Difference, accuracy, difference, last_hidden};
use super::study::{ClassifierKind, Variant};
use super::study_run::StudyRun;
use crate::figure::{percent_interval, points, points_interval};

/// Accuracy of a linear classifier on the pixels from which the page says that the task is easy.
const EASY: f64 = 0.85;

/// Lead of a linear probe over the output layer that is trained on the same layer, from which the page
/// says that training was too short.
const UNFINISHED: f64 = 0.1;

pub fn trained_layers(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let place = |trained: TrainedLayers| {
        let is_of = |figures: &&ArmFigures| figures.variant == Variant::Trained(trained);
        let figures = figures.iter().find(is_of)?;
        let arms = &run.study.arms;
        Some((arms.iter().position(|arm| arm.variant == figures.variant)?, figures))
    };
    let (all_at, all) = place(TrainedLayers::All)?;
    let (output_at, output) = place(TrainedLayers::Output)?;
    let gain = difference(run, all_at, output_at)?;
    // A linear classifier on the last hidden layer of the network with random layers.
    let solved = last_hidden(output.first_probes()).and_then(|probe| probe.value);
    let solved = solved.filter(|solved| solved - output.accuracy.value.unwrap_or(1.0) > UNFINISHED);
    let mut sentences = vec![format!(
        "With all layers trained, the network gets {} of the held-out images right; with random \
         layers, of which only the output layer is trained, {}.",
        value(all),
        value(output)
    )];
    sentences.push(match (gain.could_be_chance, solved) {
        (true, _) => format!(
            "The search for representations makes a difference of {} here, which could be chance.",
            spread(gain)
        ),
        (false, None) => format!(
            "So the search for representations is worth {} here, beyond what the structure gives.",
            spread(gain)
        ),
        // More steps of the output layer are no search for representations.
        (false, Some(solved)) => format!(
            "A linear classifier, solved exactly, gets {} from the same random layers: with more \
             epochs the output layer would, too. So the search for representations is worth about \
             {} here.",
            percent(solved),
            points((all.accuracy.value? - solved).max(0.0))
        ),
    });
    if let (Some((_, first)), Some((_, second))) =
        (place(TrainedLayers::FirstHalf), place(TrainedLayers::SecondHalf))
    {
        sentences.push(format!(
            "Training only the first half of the layers gives {}, only the second half {}.",
            value(first),
            value(second)
        ));
    }
    if let Some(chosen) = figures.iter().find(|of| of.variant == Variant::Chosen) {
        sentences.push(format!("With your choice of layers it is {}.", value(chosen)));
    }
    if let Some(pixels) = all.first_probes().first().and_then(|probe| probe.value) {
        sentences.push(match pixels >= EASY {
            true => format!(
                "A linear classifier gets {} from the pixels already: these images leave little to \
                 search for. Try harder data.",
                percent(pixels)
            ),
            false => format!("A linear classifier gets {} from the pixels.", percent(pixels)),
        });
    }
    sentences.extend(one_seed(run));
    Some(sentences)
}

pub fn training_images(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let of = |wanted: ClassifierKind| -> Vec<(usize, &ArmFigures)> {
        let points = figures.iter().filter_map(|figures| match figures.variant {
            Variant::Images(classifier, count) if classifier == wanted => Some((count, figures)),
            _ => None,
        });
        points.collect()
    };
    let own = ClassifierKind::Network(run.study.architecture);
    let other = run.study.arms.iter().find_map(|arm| match arm.variant {
        Variant::Images(other @ ClassifierKind::Network(_), _) if other != own => Some(other),
        _ => None,
    })?;
    let gain = |classifier: ClassifierKind| doubling(&of(classifier));
    let (own_gain, other_gain) = (gain(own)?, gain(other)?);
    let largest = of(own).last()?.0;
    let at = |classifier: ClassifierKind| {
        let wanted = Variant::Images(classifier, largest);
        run.study.arms.iter().position(|arm| arm.variant == wanted)
    };
    let lead = difference(run, at(own)?, at(other)?)?;
    let (own, other) = (own.name(), other.name());
    let mut sentences = vec![format!(
        "Twice the training images are worth {} to the {own} and {} to the {other}, on average.",
        signed_points(own_gain),
        signed_points(other_gain)
    )];
    let (ahead, behind) = if lead.mean >= 0.0 { (own, other) } else { (other, own) };
    let verb = if lead.mean == 0.0 { "is level with" } else { "is ahead of" };
    let by = if lead.mean == 0.0 { String::new() } else { format!(" by {}", spread(lead)) };
    let chance = if lead.could_be_chance { ", which could be chance" } else { "" };
    sentences.push(format!(
        "With {largest} images a class, the {ahead} {verb} the {behind}{by}{chance}."
    ));
    sentences.extend(one_seed(run));
    Some(sentences)
}

/// Returns the gain of accuracy with each doubling of the images: the slope of a line fitted by least
/// squares. `None` with fewer than two points.
fn doubling(points: &[(usize, &ArmFigures)]) -> Option<f64> {
    let points: Vec<[f64; 2]> = points
        .iter()
        .filter_map(|(count, figures)| Some([(*count as f64).log2(), figures.accuracy.value?]))
        .collect();
    let n = points.len() as f64;
    let mean = |axis: usize| points.iter().map(|point| point[axis]).sum::<f64>() / n;
    let [x, y] = [mean(0), mean(1)];
    let squares: f64 = points.iter().map(|point| (point[0] - x) * (point[0] - x)).sum();
    let products: f64 = points.iter().map(|point| (point[0] - x) * (point[1] - y)).sum();
    (points.len() > 1 && squares > 0.0).then(|| products / squares)
}

pub fn seeds(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let figures = figures.first()?;
    let agreement = Agreement::of(run)?;
    let labels = &run.study.data.labels;
    let accuracies: Vec<f64> = run.results(0).map(|(_, result)| accuracy(result, labels)).collect();
    let found = seed_mean(&accuracies)?;
    let (low, high) = accuracies
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let mut sentences = vec![format!(
        "{} networks that differ only in their seed get {} to {} of the held-out images right, on \
         average {} (95 % interval of the mean {}).",
        agreement.networks,
        percent(low),
        percent(high),
        percent(found.mean),
        percent_interval(figures.accuracy.interval)
    )];
    let part = |(count, right): (usize, usize)| percent(right as f64 / count as f64);
    let (unanimous, divided) = (agreement.unanimous(), agreement.divided());
    let all = agreement.images.len();
    if unanimous.0 > 0 {
        sentences.push(format!(
            "On {} of {} all agree, and are right in {} of these.",
            unanimous.0,
            plural(all, "image", "images"),
            part(unanimous)
        ));
    }
    if divided.0 > 0 {
        sentences.push(format!("Where they disagree, the majority is right in {}.", part(divided)));
    }
    Some(sentences)
}

pub fn classical(run: &StudyRun, figures: &[ArmFigures]) -> Option<Vec<String>> {
    let own = Variant::Whole(ClassifierKind::Network(run.study.architecture));
    let place = |of: Variant| run.study.arms.iter().position(|arm| arm.variant == of);
    let network = figures.iter().find(|figures| figures.variant == own)?;
    let others = figures.iter().filter(|figures| figures.variant != own);
    let best = others.max_by(|a, b| {
        a.accuracy.value.unwrap_or(0.0).total_cmp(&b.accuracy.value.unwrap_or(0.0))
    })?;
    if figures.len() < run.study.arms.len() {
        return None;
    }
    let lead = difference(run, place(own)?, place(best.variant)?)?;
    let name = run.study.architecture.name();
    let Variant::Whole(best_learner) = best.variant else { return None };
    let chance = if lead.could_be_chance { ", which could be chance" } else { "" };
    let mut sentences = vec![
        format!(
            "The {name} gets {} of the held-out images right; the best classical method, {}, {}.",
            value(network), best_learner.name(), value(best)
        ),
        match lead.mean {
            0.0 => "They are level.".to_owned(),
            mean if mean > 0.0 => format!("The {name} is ahead by {}{chance}.", spread(lead)),
            _ => format!("The classical method is ahead by {}{chance}.", spread(lead)),
        },
        "The features of the classical methods were thought out by people; those of the network are \
         searched for by training."
            .to_owned(),
    ];
    sentences.extend(one_seed(run));
    Some(sentences)
}

pub fn one_seed(run: &StudyRun) -> Option<String> {
    (run.study.settings.seeds == 1).then(|| {
        "This is one seed; how much another one would differ is not known from it.".to_owned()
    })
}

fn value(figures: &ArmFigures) -> String {
    figures.accuracy.percent()
}

/// Returns a difference with its interval, “12.3 points (95 % interval 10.1 to 14.5 points)”.
fn spread(difference: Difference) -> String {
    let Difference { mean, interval, .. } = difference;
    match interval.filter(metrics::ConfidenceInterval::has_width) {
        Some(interval) if mean >= 0.0 => {
            format!("{} (95 % interval {})", points(mean), points_interval(interval))
        }
        Some(interval) => {
            let mirrored = metrics::ConfidenceInterval { low: -interval.high, high: -interval.low };
            format!("{} (95 % interval {})", points(mean), points_interval(mirrored))
        }
        None => points(mean),
    }
}

fn signed_points(value: f64) -> String {
    if value < 0.0 { format!("minus {}", points(value)) } else { points(value) }
}
