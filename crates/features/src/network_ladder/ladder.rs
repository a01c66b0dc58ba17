//! Linear probe accuracies of a network's layers, and those of the run before at the same relative
//! depth.

use model::{LayerKind, Task};

/// Linear probe accuracies of a network after some epochs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProbedNetwork {
    /// Number of epochs after which the layers were probed; 0 is the untrained network.
    pub epoch: usize,
    /// Accuracy of each layer on the test set, 0 to 1, from the pixels to the output; `None` while
    /// unknown.
    pub accuracies: Vec<Option<f64>>,
}

impl ProbedNetwork {
    /// Returns the accuracies, or `None` unless those of all layers are known.
    pub fn complete(&self) -> Option<Vec<f64>> {
        let known: Option<Vec<f64>> = self.accuracies.iter().copied().collect();
        known.filter(|known| known.len() > 1 && known.iter().all(|value| value.is_finite()))
    }

    /// Returns the accuracy at a relative depth between 0 (the pixels) and 1 (the output), linearly
    /// interpolated between two layers. Returns `None` if one of these is unknown.
    pub fn at_depth(&self, depth: f64) -> Option<f64> {
        let last = self.accuracies.len().checked_sub(1)?;
        let place = depth.clamp(0.0, 1.0) * last as f64;
        let (below, share) = (place.floor() as usize, place.fract());
        let first = (*self.accuracies.get(below)?)?;
        // Positions are sums of fractions, which may miss a layer by a rounding error.
        if share < 1e-9 {
            return Some(first);
        }
        let second = (*self.accuracies.get(below + 1)?)?;
        Some(first + share * (second - first))
    }
}

/// Linear probe accuracies of the current run's network, with those to which they are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ladder {
    /// The task of the run, with its network; `None` before the first run.
    pub task: Option<Task>,
    /// Layers of the network, from the pixels to the output.
    pub layers: Vec<LayerKind>,
    /// Number of classes; 0 before the first run.
    pub classes: usize,
    /// Number of held-out images on which the probes are scored, in a segmentation of held-out pixels.
    pub examples: usize,
    /// The latest network of the run of which all layers have been probed, or the one that is being
    /// probed if there is none.
    pub current: Option<ProbedNetwork>,
    /// Test accuracy of that network itself, 0 to 1; `None` while unknown, and in a segmentation.
    pub accuracy: Option<f64>,
    /// The untrained network of the run.
    pub untrained: Option<ProbedNetwork>,
    /// The last network of the run before, if that was trained on the same data.
    pub previous: Option<ProbedNetwork>,
    /// Reason why the layers cannot be probed, as a sentence.
    pub problem: Option<String>,
    /// What the accuracies say, in plain words.
    pub sentence: String,
    /// Whether the accuracies are not shown, as a link may ask.
    pub is_hidden: bool,
}

/// What a ladder says before its network can be probed.
pub const NOT_PROBED: &str = "The layers are probed as soon as the network is ready.";

/// Accuracies shown for one layer, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerAccuracies {
    /// Accuracy of the layer; `None` while unknown.
    pub accuracy: Option<f64>,
    /// Accuracy of the run before at the same relative depth.
    pub before: Option<f64>,
}

impl Ladder {
    /// Returns the ladder to show beside a network that may be different from that of the run, as
    /// just after it was edited. The run then is the run before.
    pub fn of_task(&self, task: &Task) -> Self {
        match &self.task {
            Some(own) if own == task => self.clone(),
            Some(own) if own.lab() == task.lab() => {
                let is_whole =
                    |network: &ProbedNetwork| network.epoch > 0 && network.complete().is_some();
                let current = self.current.clone().filter(is_whole);
                Self {
                    classes: self.classes,
                    examples: self.examples,
                    previous: current.or_else(|| self.previous.clone()),
                    ..Self::default()
                }
            }
            _ => Self::default(),
        }
    }

    /// Returns the accuracies of a layer in a network of `count` layers, counted from the pixels to
    /// the output. Runs are compared by relative depth, since a layer's number means another thing in
    /// a network of another depth.
    pub fn rung(&self, index: usize, count: usize) -> LayerAccuracies {
        let of_network = |network: &ProbedNetwork| {
            (network.accuracies.len() == count).then(|| network.accuracies[index.min(count - 1)])
        };
        let finite = |accuracy: &f64| accuracy.is_finite();
        let depth = relative_depth(index, count);
        LayerAccuracies {
            accuracy: self.current.as_ref().and_then(of_network).flatten().filter(finite),
            before: self.previous.as_ref().and_then(|run| run.at_depth(depth)).filter(finite),
        }
    }

    /// Returns the accuracy of guessing: 1 divided by the number of classes. The pixels of a
    /// segmentation are sampled so that each class is as frequent.
    pub fn chance(&self) -> Option<f64> {
        (self.classes > 0).then(|| 1.0 / self.classes as f64)
    }
}

/// Returns the position of a layer among `count` layers: 0 for the pixels, 1 for the output.
pub fn relative_depth(index: usize, count: usize) -> f64 {
    index as f64 / count.saturating_sub(1).max(1) as f64
}

/// Returns the name of a rung: “Pixels”, “Convolution 1”, “Output”.
pub fn rung_name(kind: LayerKind) -> String {
    match kind {
        LayerKind::Image => "Pixels".to_owned(),
        kind => kind.name(),
    }
}

#[cfg(test)]
mod tests {
    use model::{Architecture, Network, Segmentation};

    use super::*;

    fn network(epoch: usize, accuracies: &[f64]) -> ProbedNetwork {
        ProbedNetwork { epoch, accuracies: accuracies.iter().copied().map(Some).collect() }
    }

    fn task(architecture: Architecture) -> Task {
        Task::Classify(Network::default_for(architecture))
    }

    #[test]
    fn runs_are_compared_at_the_same_relative_depth() {
        let ladder = Ladder {
            current: Some(network(3, &[0.5, 0.6, 0.7, 0.8, 0.9])),
            previous: Some(network(9, &[0.5, 0.7, 0.6])),
            ..Ladder::default()
        };
        let before: Vec<_> = (0..5).map(|index| ladder.rung(index, 5).before.unwrap()).collect();
        for (found, expected) in before.iter().zip([0.5, 0.6, 0.7, 0.65, 0.6]) {
            assert!((found - expected).abs() < 1e-12, "{before:?}");
        }
        assert_eq!(ladder.rung(1, 5).accuracy, Some(0.6));
        // The network that is shown has another number of layers.
        assert_eq!(ladder.rung(1, 4).accuracy, None);
        assert_eq!(Ladder::default().rung(0, 2), LayerAccuracies::default());
    }

    #[test]
    fn what_is_unknown_is_not_interpolated() {
        let partial = ProbedNetwork { epoch: 0, accuracies: vec![Some(0.5), Some(0.6), None] };
        assert_eq!(partial.at_depth(0.5), Some(0.6));
        assert_eq!([partial.at_depth(0.75), partial.at_depth(1.0)], [None, None]);
        assert_eq!(partial.complete(), None);
        assert_eq!(ProbedNetwork::default().at_depth(0.0), None);
        assert_eq!(network(0, &[0.5, f64::NAN]).complete(), None);
        // A third and two thirds of the depth are layers of a network of four.
        let four = network(1, &[0.1, 0.2, 0.3, 0.4]);
        let depths = [1, 2].map(|index| four.at_depth(relative_depth(index, 4)));
        assert_eq!(depths, [Some(0.2), Some(0.3)]);
    }

    #[test]
    fn an_edited_network_is_compared_to_the_run() {
        let ladder = Ladder {
            task: Some(task(Architecture::Cnn)),
            classes: 6,
            examples: 300,
            current: Some(network(3, &[0.5, 0.9])),
            untrained: Some(network(0, &[0.5, 0.4])),
            previous: Some(network(9, &[0.5, 0.7])),
            ..Ladder::default()
        };
        assert_eq!(ladder.of_task(&task(Architecture::Cnn)), ladder);
        let edited = ladder.of_task(&task(Architecture::Mlp));
        assert_eq!((edited.current, edited.previous), (None, ladder.current.clone()));
        assert_eq!(edited.classes, 6);
        // An untrained network is no run to compare to.
        let untrained = Ladder { current: ladder.untrained.clone(), ..ladder.clone() };
        let edited = untrained.of_task(&task(Architecture::Mlp));
        assert_eq!(edited.previous, ladder.previous);
        let other_lab = Task::Segment(Segmentation::default());
        assert_eq!(ladder.of_task(&other_lab), Ladder::default());
    }
}
