//! Transfer learning between the labs: a U-Net whose encoder starts from a trained classifier.

use std::sync::Arc;

use model::graph::Graph;
use model::{DataShape, DataSource, IMAGE_SIDE, Lab, Network, RunConfig, Task, UNet};
use protocol::{Command, ErrorCode, Problem};

use crate::effect::Effect;
use crate::first_weights::{
    FirstWeights, SavedWeights, WeightsOrigin, WeightsPart, WeightsRequest,
};
use crate::run::Run;
use crate::state::State;

/// Shape of data for which graphs are compared. The weights of an encoder depend neither on the size
/// of the images nor on the classes, and this size can be halved as often as a U-Net may do it.
const ANY_SHAPE: DataShape = DataShape { classes: 2, size: [IMAGE_SIDE; 2] };

/// How the encoder of the U-Net on the page can start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncoderStart {
    /// Name of the classifier from which it can start at once: the last one whose weights were taken
    /// over, if they fit.
    pub classifier: Option<String>,
    /// Reason why no classifier can be trained for it, as a sentence.
    pub problem: Option<String>,
}

/// The classifier on the page, if it begins with the encoder of the other lab's U-Net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderOffer {
    /// The U-Net.
    pub unet: UNet,
    /// Whether the run of the classifier has made a step.
    pub is_trained: bool,
}

/// Returns how the encoder of the U-Net on the page can start. Nothing is known in the other lab.
pub fn encoder_start(state: &State) -> EncoderStart {
    let Some(part) = state.link.config.segmentation() else { return EncoderStart::default() };
    let task = &state.link.config.task;
    let weights = state.encoder_weights.as_ref().filter(|weights| weights.fit(task, ANY_SHAPE));
    let error = Graph::classifier(&Network::encoder_of(&part.unet), ANY_SHAPE).err();
    let problem = error.map(|error| {
        let reason = error.reason;
        format!("No classifier can have the layers of this encoder: {reason} Choose a smaller width or depth.")
    });
    EncoderStart {
        classifier: weights.map(|weights| weights.origin.name.clone()),
        problem: problem.or_else(|| {
            // Without weights, a classifier would have to be trained in the other lab.
            let classifier = RunConfig::default_for(Lab::Classify);
            state.why_locked(&classifier).filter(|_| weights.is_none())
        }),
    }
}

/// Returns what the classifier on the page can give to the U-Net of the other lab, if it can, and if
/// the visitor may go there.
pub fn encoder_offer(state: &State) -> Option<EncoderOffer> {
    let unet = state.other_unet()?;
    let is_locked = state.why_locked(&RunConfig::default_for(Lab::Segment)).is_some();
    (!is_locked && begins_with_encoder(&state.link.config.task, &unet))
        .then(|| EncoderOffer { is_trained: state.trained_classifier().is_some(), unet })
}

/// Returns whether the network of a task begins with the encoder of a U-Net.
fn begins_with_encoder(task: &Task, unet: &UNet) -> bool {
    let own = Graph::of(task, ANY_SHAPE);
    let unet = Graph::unet(unet, ANY_SHAPE);
    own.is_ok_and(|own| unet.is_ok_and(|unet| own.begins_with_encoder(&unet)))
}

impl State {
    /// Starts the encoder from the last classifier whose weights were taken over. If there is none
    /// that fits, switches to the other lab, with a classifier that can give it its weights.
    pub(crate) fn start_from_classifier(&mut self, effects: &mut Vec<Effect>) {
        let config = &self.link.config;
        let Some(unet) = config.segmentation().map(|part| part.unet.clone()) else { return };
        let weights = self.encoder_weights.as_ref();
        if let Some(weights) = weights.filter(|weights| weights.fit(&config.task, ANY_SHAPE)) {
            self.first_weights = Some(weights.clone());
            self.pending_command = None;
            return;
        }
        if let Some(problem) = encoder_start(self).problem {
            return self.report(Problem::new(ErrorCode::BadConfig, problem), effects);
        }
        let other = self.other_lab_config.as_ref();
        let keeps_other = other.is_some_and(|other| begins_with_encoder(&other.task, &unet));
        let classifier = RunConfig {
            data: DataSource::MedNist,
            task: Task::Classify(Network::encoder_of(&unet)),
            seed: config.seed,
            device: config.device,
            ..RunConfig::default_for(Lab::Classify)
        };
        if !keeps_other {
            self.other_lab_config = Some(classifier);
            self.other_lab_first_weights = None;
        }
        self.switch_lab(Lab::Classify, effects);
    }

    /// Asks the engine for the weights of the run, a classifier, from which the encoder of the other
    /// lab's U-Net is to start.
    pub(crate) fn use_as_encoder(&mut self, effects: &mut Vec<Effect>) {
        if self.is_encoder_requested || self.is_lab_locked(Lab::Segment, effects) {
            return;
        }
        let Some(run) = self.trained_classifier() else { return };
        if self.saved_weights != WeightsRequest::Pending {
            effects.push(Effect::SendCommand(Command::SendWeights(run.id)));
        }
        self.is_encoder_requested = true;
    }

    /// Switches to the lab of the U-Net, whose encoder starts from these weights of a classifier.
    pub(crate) fn start_encoder(&mut self, weights: &SavedWeights, effects: &mut Vec<Effect>) {
        let (Some(run), Some(unet)) = (&self.run, self.other_unet()) else { return };
        let name = classifier_name(run, weights.step);
        let is_finite = weights.values.iter().all(|value| value.is_finite());
        if !is_finite || !begins_with_encoder(&weights.task, &unet) {
            let sentence = "The network of this run is no encoder of the U-Net. In the other lab, \
                            choose “from a classifier” to get one that is.";
            return self.report(Problem::new(ErrorCode::BadWeights, sentence), effects);
        }
        self.switch_lab(Lab::Segment, effects);
        self.last_first_weights += 1;
        let weights = Arc::new(FirstWeights {
            number: self.last_first_weights,
            origin: WeightsOrigin { name, part: WeightsPart::Encoder },
            task: weights.task.clone(),
            shape: weights.shape,
            values: weights.values.clone(),
        });
        self.encoder_weights = Some(weights.clone());
        self.first_weights = Some(weights);
    }

    /// Returns the run of the classifier on the page, if it has made a step and is the run of an
    /// encoder of the other lab's U-Net.
    fn trained_classifier(&self) -> Option<&Run> {
        let unet = self.other_unet()?;
        let run = self.visible_run().filter(|run| run.size.is_some() && run.step() > 0)?;
        begins_with_encoder(&run.config.task, &unet).then_some(run)
    }

    /// Returns the U-Net of the other lab: that with which it was left, or the default one. Returns
    /// `None` in the lab of the U-Net.
    fn other_unet(&self) -> Option<UNet> {
        self.link.config.network()?;
        let other = self.other_lab_config.as_ref().and_then(RunConfig::segmentation);
        Some(other.map_or_else(UNet::default, |part| part.unet.clone()))
    }
}

/// Returns the name of a classifier after a number of steps: “Deep CNN on mednist, 10 epochs”, “Deep
/// CNN on mednist, step 37”.
fn classifier_name(run: &Run, step: usize) -> String {
    let network = run.config.network().map_or("Classifier", |network| network.architecture.name());
    let steps_per_epoch = run.size.map_or(0, |size| size.steps_per_epoch);
    let when = match step.checked_div(steps_per_epoch) {
        Some(1) if step == steps_per_epoch => "1 epoch".to_owned(),
        Some(epochs) if step == epochs * steps_per_epoch => format!("{epochs} epochs"),
        _ => format!("step {step}"),
    };
    format!("{network} on {}, {when}", run.config.data.slug())
}
