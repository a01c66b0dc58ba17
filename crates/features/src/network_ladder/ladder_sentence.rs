//! What the linear probes of a network say, in plain words.

use std::cmp::Ordering;

use model::Lab;
use ui::format;

use super::ladder::{Ladder, NOT_PROBED, ProbedNetwork, relative_depth, rung_name};

/// Accuracy from which a task counts as easy for a linear classifier.
const EASY_ACCURACY: f64 = 0.95;

/// Returns what a linear classifier gets from the pixels, where its accuracy rises most, what it
/// gets from the output, and so whether training found a representation in which the task is easy;
/// then how the ladder differs from that of the run before.
///
/// Two accuracies count as equal if they differ by no more than the standard error of the
/// difference, √(p(1−p)/n + q(1−q)/n) for n test examples.
pub fn ladder_sentence(ladder: &Ladder) -> String {
    if let Some(problem) = &ladder.problem {
        return problem.clone();
    }
    let reading = ladder.current.as_ref().and_then(|network| Reading::new(ladder, network));
    let Some(reading) = reading else {
        return match &ladder.current {
            Some(_) => "The layers are being probed.".to_owned(),
            None => NOT_PROBED.to_owned(),
        };
    };
    let mut sentences = vec![reading.pixels_to_output()];
    if reading.epoch == 0 {
        sentences.push(reading.before_training());
    } else {
        sentences.push(reading.verdict());
        sentences.extend(reading.comparison());
    }
    sentences.join(" ")
}

/// The probes of a network of which all layers have been probed.
struct Reading<'a> {
    ladder: &'a Ladder,
    epoch: usize,
    accuracies: Vec<f64>,
    /// Accuracies of the untrained network, once it is trained.
    untrained: Option<Vec<f64>>,
}

impl<'a> Reading<'a> {
    fn new(ladder: &'a Ladder, network: &ProbedNetwork) -> Option<Self> {
        let accuracies = network.complete()?;
        let untrained = ladder.untrained.as_ref().and_then(ProbedNetwork::complete);
        let is_comparable = |all: &Vec<f64>| network.epoch > 0 && all.len() == accuracies.len();
        let untrained = untrained.filter(is_comparable);
        Some(Self { ladder, epoch: network.epoch, accuracies, untrained })
    }

    fn pixels(&self) -> f64 {
        self.accuracies[0]
    }

    fn output(&self) -> f64 {
        self.accuracies[self.accuracies.len() - 1]
    }

    fn name(&self, index: usize) -> String {
        let layer = self.ladder.layers.get(index).copied();
        layer.map_or_else(|| format!("layer {index}"), rung_name)
    }

    fn compare(&self, one: f64, other: f64) -> Ordering {
        compare(one, other, self.ladder.examples)
    }

    /// Returns the first sentence: pixels, greatest rise, output.
    fn pixels_to_output(&self) -> String {
        let examples = match self.ladder.task.as_ref().map(|task| task.lab()) {
            Some(Lab::Segment) => "held-out pixels",
            _ => "held-out images",
        };
        let subject = if self.epoch == 0 { "Before training: from the" } else { "From the" };
        let mut text = format!(
            "{subject} pixels, a linear classifier gets {} of the {examples} right, from the output \
             {}",
            accuracy(self.pixels()),
            accuracy(self.output())
        );
        // Two figures for the output, of which only one is a probe's, would otherwise contradict.
        let own = self.ladder.accuracy.filter(|_| self.epoch > 0).map(accuracy);
        if let Some(own) = own.filter(|own| *own != accuracy(self.output())) {
            text.push_str(&format!(" (the network by itself: {own})"));
        }
        match self.greatest_rise() {
            Some((layer, rise)) => text.push_str(&format!(
                "; accuracy rises most at {}, by {}",
                self.name(layer),
                points(rise)
            )),
            None => text.push_str("; no layer raises its accuracy clearly"),
        }
        if let Some(layer) = self.best_hidden_layer() {
            let best = accuracy(self.accuracies[layer]);
            text.push_str(&format!(", and is highest at {}, {best}", self.name(layer)));
        }
        text.push('.');
        text
    }

    /// Returns the layer with the greatest rise over the layer before, if that is a clear one.
    fn greatest_rise(&self) -> Option<(usize, f64)> {
        let steps = self.accuracies.windows(2).enumerate();
        let clear = steps.filter(|(_, pair)| self.compare(pair[1], pair[0]).is_gt());
        clear
            .map(|(index, pair)| (index + 1, pair[1] - pair[0]))
            .reduce(|best, step| if step.1 > best.1 { step } else { best })
    }

    /// Returns the hidden layer with the highest accuracy, if that is above pixels and output by two
    /// standard errors of the difference, since it is the highest of several.
    fn best_hidden_layer(&self) -> Option<usize> {
        let hidden = 1..self.accuracies.len() - 1;
        let best = hidden.reduce(|best, layer| {
            if self.accuracies[layer] > self.accuracies[best] { layer } else { best }
        })?;
        let found = self.accuracies[best];
        let clear =
            |other| found - other > 2.0 * standard_error(found, other, self.ladder.examples);
        (clear(self.pixels()) && clear(self.output())).then_some(best)
    }

    /// Returns what the first weights do to the task.
    fn before_training(&self) -> String {
        let text = match (self.compare(self.output(), self.pixels()), self.best_hidden_layer()) {
            (Ordering::Greater, _) => "Even the first weights make the task easier.",
            (Ordering::Equal, _) => "The first weights make the task neither easier nor harder.",
            (Ordering::Less, None) => "The first weights make the task harder.",
            (Ordering::Less, Some(layer)) => {
                return format!(
                    "The first weights make the task easier up to {}, and harder after it.",
                    self.name(layer)
                );
            }
        };
        text.to_owned()
    }

    /// Returns the layer from which on the task is easy at every layer.
    fn easy_from(&self) -> Option<usize> {
        let easy = |accuracy: &&f64| **accuracy >= EASY_ACCURACY;
        let count = self.accuracies.iter().rev().take_while(easy).count();
        (count > 0).then(|| self.accuracies.len() - count)
    }

    /// Returns whether training found a representation in which the task is easy: at the output, or
    /// at a hidden layer that is clearly better.
    fn verdict(&self) -> String {
        let last = self.accuracies.len() - 1;
        let is_hard = self.pixels() < EASY_ACCURACY;
        let best = self.best_hidden_layer().filter(|_| is_hard).unwrap_or(last);
        let (found, name) = (self.accuracies[best], self.place(best));
        let before = self.untrained.as_ref().map(|untrained| untrained[best]);
        let by_training = before.map(|before| self.compare(found, before));
        let before = before.map(accuracy);
        let aside =
            before.as_ref().map(|before| format!("; before training, {before} from {name}"));
        let (aside, before) = (aside.unwrap_or_default(), before.unwrap_or_default());
        let at = if best == last { String::new() } else { format!(", at {name}") };
        match (self.compare(found, self.pixels()), by_training) {
            _ if self.is_at_chance(found) => {
                format!(
                    "The output is at chance level: training has found no useful representation{aside}."
                )
            }
            (_, Some(Ordering::Less)) => format!(
                "Before training, {name} gave more, {before}: training has made the task harder so \
                 far."
            ),
            (Ordering::Greater, Some(Ordering::Equal)) => format!(
                "Before training, {name} gave as much, {before}: the layers make the task easier, \
                 training has added nothing clear so far."
            ),
            (Ordering::Greater, _) if found >= EASY_ACCURACY => {
                let place = match self.easy_from() {
                    Some(layer) if best == last => format!(", from {} on", self.name(layer)),
                    _ => format!("{at}, more than at the output"),
                };
                format!(
                    "Training found a representation in which the task is easy ({} or more)\
                     {place}{aside}.",
                    format::percent_short(EASY_ACCURACY)
                )
            }
            (Ordering::Greater, _) => format!(
                "Training found a representation in which the task is easier than in the \
                 pixels{at}{aside}."
            ),
            (Ordering::Equal, _) if self.pixels() >= EASY_ACCURACY => {
                format!(
                    "The task is easy from the pixels already, and is still easy at the output{aside}."
                )
            }
            (Ordering::Equal, _) => format!(
                "Training has not found a representation in which the task is easier than in the \
                 pixels{aside}."
            ),
            (Ordering::Less, _) => format!(
                "The output contains less than the pixels: training has not found a representation \
                 in which the task is easier{aside}."
            ),
        }
    }

    /// Returns the name of a layer within a sentence.
    fn place(&self, index: usize) -> String {
        match index + 1 == self.accuracies.len() {
            true => "the output".to_owned(),
            false => self.name(index),
        }
    }

    fn is_at_chance(&self, accuracy: f64) -> bool {
        self.ladder.chance().is_some_and(|chance| !self.compare(accuracy, chance).is_gt())
    }

    /// Returns how the ladder differs from that of the run before, compared at the same relative
    /// depth.
    fn comparison(&self) -> Option<String> {
        let previous = self.ladder.previous.as_ref()?;
        let before = *previous.complete()?.last()?;
        let difference = match self.compare(self.output(), before) {
            Ordering::Equal => "no clear difference".to_owned(),
            Ordering::Greater => format!("{} less", points(self.output() - before)),
            Ordering::Less => format!("{} more", points(before - self.output())),
        };
        let mut text =
            format!("The run before got {} from the output, {difference}", accuracy(before));
        if let Some((layer, there)) = self.most_different_layer(previous)
            && (self.accuracies[layer] - there).abs() > (self.output() - before).abs()
        {
            let here = accuracy(self.accuracies[layer]);
            text.push_str(&format!(
                "; the runs differ most at {}: {here}, before {} at the same relative depth",
                self.name(layer),
                accuracy(there)
            ));
        }
        text.push('.');
        Some(text)
    }

    /// Returns the hidden layer whose accuracy differs most from that of the run before, if the
    /// difference is clear, with the accuracy of that run.
    fn most_different_layer(&self, previous: &ProbedNetwork) -> Option<(usize, f64)> {
        let count = self.accuracies.len();
        (1..count - 1)
            .filter_map(|layer| Some((layer, previous.at_depth(relative_depth(layer, count))?)))
            .filter(|(layer, there)| self.compare(self.accuracies[*layer], *there).is_ne())
            .reduce(|most, next| {
                let gap = |(layer, there): (usize, f64)| (self.accuracies[layer] - there).abs();
                if gap(next) > gap(most) { next } else { most }
            })
    }
}

/// Compares two accuracies of `examples` test examples each. They are equal if they differ by no
/// more than the standard error of the difference.
fn compare(one: f64, other: f64, examples: usize) -> Ordering {
    let error = standard_error(one, other, examples);
    if (one - other).abs() <= error { Ordering::Equal } else { one.total_cmp(&other) }
}

/// Returns the standard error of the difference of two accuracies of `examples` test examples each.
fn standard_error(one: f64, other: f64, examples: usize) -> f64 {
    let variance = |share: f64| share * (1.0 - share) / examples.max(1) as f64;
    (variance(one) + variance(other)).sqrt()
}

fn accuracy(value: f64) -> String {
    format::accuracy(Some(value))
}

/// Formats a difference between two accuracies: “14 points”, “0.7 points”.
fn points(difference: f64) -> String {
    let value = difference * 100.0;
    match value.round() as usize {
        1 => "1 point".to_owned(),
        0 => format!("{value:.1} points"),
        whole => format!("{whole} points"),
    }
}

#[cfg(test)]
mod tests {
    use model::{Architecture, LayerKind, Network, Segmentation, Task, UNetBlock};

    use super::*;

    fn network(epoch: usize, accuracies: &[f64]) -> Option<ProbedNetwork> {
        let accuracies = accuracies.iter().copied().map(Some).collect();
        Some(ProbedNetwork { epoch, accuracies })
    }

    /// A ladder of pixels, two convolutions, a dense layer and the output, on 300 held-out images.
    fn ladder(epoch: usize, accuracies: &[f64]) -> Ladder {
        let task = Task::Classify(Network::default_for(Architecture::Cnn));
        let layers = vec![
            LayerKind::Image,
            LayerKind::Conv(1),
            LayerKind::Conv(2),
            LayerKind::Dense(3),
            LayerKind::Output,
        ];
        Ladder {
            task: Some(task),
            layers,
            classes: 6,
            examples: 300,
            current: network(epoch, accuracies),
            ..Ladder::default()
        }
    }

    const RISING: [f64; 5] = [0.71, 0.75, 0.91, 0.96, 0.973];

    #[test]
    fn a_rising_ladder_names_the_rise_and_the_representation() {
        let rising = ladder(10, &RISING);
        assert_eq!(
            ladder_sentence(&rising),
            "From the pixels, a linear classifier gets 71 % of the held-out images right, from the \
             output 97.3 %; accuracy rises most at Convolution 2, by 16 points. Training found a \
             representation in which the task is easy (95 % or more), from Dense 3 on."
        );
        let text = ladder_sentence(&Ladder { accuracy: Some(0.987), ..rising.clone() });
        assert!(text.contains("output 97.3 % (the network by itself: 98.7 %); accuracy"), "{text}");
        let text = ladder_sentence(&Ladder { accuracy: Some(0.973), ..rising.clone() });
        assert!(!text.contains("by itself"), "{text}");
        let untrained = network(0, &[0.71, 0.7, 0.6, 0.55, 0.4]);
        let text = ladder_sentence(&Ladder { untrained, ..rising });
        assert!(text.ends_with("from Dense 3 on; before training, 40 % from the output."));
        let text = ladder_sentence(&ladder(2, &[0.3, 0.3, 0.5, 0.6, 0.7]));
        assert!(text.ends_with("is easier than in the pixels."), "{text}");
    }

    #[test]
    fn a_ladder_that_was_high_before_training_is_no_merit_of_training() {
        let untrained = network(0, &[0.71, 0.75, 0.91, 0.96, 0.97]);
        let text = ladder_sentence(&Ladder { untrained, ..ladder(10, &RISING) });
        assert!(text.contains("gave as much, 97.0 %"), "{text}");
        assert!(!text.contains("found a representation"), "{text}");
        let untrained = network(0, &[0.71, 0.75, 0.91, 0.96, 1.0]);
        let text = ladder_sentence(&Ladder { untrained, ..ladder(10, &RISING) });
        assert!(
            text.contains("the output gave more, 100 %: training has made the task harder"),
            "{text}"
        );
    }

    #[test]
    fn a_flat_ladder_has_no_rise() {
        // 2 points of 300 images are within the standard error.
        let text = ladder_sentence(&ladder(3, &[0.80, 0.81, 0.80, 0.82, 0.81]));
        assert!(text.contains("from the output 81 %; no layer raises its accuracy clearly."));
        assert!(text.contains("has not found a representation in which the task is easier"));
        let text = ladder_sentence(&ladder(3, &[0.99, 0.99, 1.0, 0.99, 0.993]));
        assert!(text.contains("The task is easy from the pixels already"), "{text}");
        // With a hundred times as many images, the same difference is clear.
        let many = Ladder { examples: 30_000, ..ladder(3, &[0.80, 0.81, 0.80, 0.82, 0.81]) };
        assert!(ladder_sentence(&many).contains("rises most at Dense 3, by 2 points"));
    }

    #[test]
    fn a_falling_ladder_says_that_the_output_contains_less() {
        let text = ladder_sentence(&ladder(1, &[0.8, 0.7, 0.6, 0.5, 0.4]));
        assert!(text.contains("no layer raises its accuracy clearly"), "{text}");
        assert!(text.contains("The output contains less than the pixels"), "{text}");
        let text = ladder_sentence(&ladder(1, &[0.8, 0.7, 0.2, 0.17, 0.15]));
        assert!(text.contains("The output is at chance level"), "{text}");
    }

    #[test]
    fn a_maximum_between_pixels_and_output_is_named() {
        let text = ladder_sentence(&ladder(4, &[0.6, 0.8, 0.9, 0.7, 0.7]));
        assert!(text.contains("by 20 points, and is highest at Convolution 2, 90 %."), "{text}");
        assert!(text.ends_with("is easier than in the pixels, at Convolution 2."), "{text}");
        // What the output loses again was found all the same.
        let untrained = network(0, &[0.91, 0.91, 0.9, 0.8, 0.61]);
        let text =
            ladder_sentence(&Ladder { untrained, ..ladder(2, &[0.91, 0.95, 0.977, 0.983, 0.92]) });
        assert!(
            text.ends_with(
                "easy (95 % or more), at Dense 3, more than at the output; before \
                 training, 80 % from Dense 3."
            ),
            "{text}"
        );
    }

    #[test]
    fn a_network_before_training_is_told_as_such() {
        let text = ladder_sentence(&ladder(0, &[0.71, 0.7, 0.6, 0.55, 0.4]));
        assert!(text.starts_with("Before training: from the pixels,"), "{text}");
        assert!(text.ends_with("The first weights make the task harder."), "{text}");
        let text = ladder_sentence(&ladder(0, &[0.91, 0.96, 0.98, 0.93, 0.61]));
        assert!(text.ends_with("make the task easier up to Convolution 2, and harder after it."));
        let text = ladder_sentence(&ladder(0, &[0.5, 0.6, 0.7, 0.75, 0.8]));
        assert!(text.ends_with("Even the first weights make the task easier."));
        let mut before = ladder(0, &RISING);
        before.untrained = before.current.clone();
        assert!(!ladder_sentence(&before).contains("; before training"));
    }

    #[test]
    fn runs_are_compared_at_the_output_and_where_they_differ_most() {
        let previous = network(10, &[0.71, 0.85, 0.9]);
        let text = ladder_sentence(&Ladder { previous, ..ladder(10, &RISING) });
        assert!(
            text.ends_with(
                "The run before got 90 % from the output, 7 points less; the runs \
             differ most at Dense 3: 96.0 %, before 88 % at the same relative depth."
            ),
            "{text}"
        );
        let previous = network(10, &RISING);
        let text = ladder_sentence(&Ladder { previous, ..ladder(10, &RISING) });
        assert!(text.ends_with("The run before got 97.3 % from the output, no clear difference."));
    }

    #[test]
    fn nothing_is_said_before_all_layers_are_probed() {
        let mut partial = ladder(0, &RISING);
        partial.current.as_mut().unwrap().accuracies[3] = None;
        assert_eq!(ladder_sentence(&partial), "The layers are being probed.");
        let none = "The layers are probed as soon as the network is ready.";
        assert_eq!(ladder_sentence(&Ladder::default()), none);
        let failed = Ladder { problem: Some("Reload the page.".into()), ..ladder(0, &RISING) };
        assert_eq!(ladder_sentence(&failed), "Reload the page.");
    }

    #[test]
    fn a_segmentation_is_scored_on_pixels() {
        let ladder = Ladder {
            task: Some(Task::Segment(Segmentation::default())),
            layers: vec![LayerKind::Image, LayerKind::Block(UNetBlock::Encoder(0))],
            classes: 3,
            examples: 360,
            current: network(2, &[0.4, 0.8]),
            ..Ladder::default()
        };
        let text = ladder_sentence(&ladder);
        assert!(text.contains("40 % of the held-out pixels right"), "{text}");
        assert!(text.contains("rises most at Encoder 1, by 40 points"), "{text}");
    }
}
