//! State changes when weights are saved as a file, or when runs are to start from those of one.

use std::sync::Arc;

use model::graph::Graph;
use model::{DataShape, Network, Task};
use protocol::{Command, ErrorCode, Problem};

use crate::action::WeightsOfFile;
use crate::effect::Effect;
use crate::first_weights::{
    FirstWeights, SavedWeights, WeightsOrigin, WeightsPart, WeightsRequest,
};
use crate::state::State;

impl State {
    /// Asks the engine for the weights of the run.
    pub(crate) fn save_weights(&mut self, effects: &mut Vec<Effect>) {
        let run = self.visible_run().filter(|run| run.size.is_some());
        if let (Some(run), true) = (run, self.saved_weights == WeightsRequest::None) {
            if !self.is_encoder_requested {
                effects.push(Effect::SendCommand(Command::SendWeights(run.id)));
            }
            self.saved_weights = WeightsRequest::Pending;
        }
    }

    /// Takes weights of the run that the engine sent.
    pub(crate) fn on_weights(&mut self, step: usize, values: Vec<f32>, effects: &mut Vec<Effect>) {
        let Some(run) = &self.run else { return };
        let weights = Arc::new(SavedWeights {
            task: run.config.task.clone(),
            shape: self.engine.data.shape(),
            step,
            values: Arc::new(values),
        });
        if self.saved_weights == WeightsRequest::Pending {
            self.saved_weights = WeightsRequest::Ready(weights.clone());
        }
        if std::mem::take(&mut self.is_encoder_requested) {
            self.start_encoder(&weights, effects);
        }
    }

    /// Starts runs of the present network from the weights of a file. A run that has begun is kept
    /// as an overlay.
    pub(crate) fn load_weights(
        &mut self,
        WeightsOfFile { file, part, shape, values }: WeightsOfFile,
        effects: &mut Vec<Effect>,
    ) {
        let own = &self.link.config.task;
        let task = match (part, own) {
            // The file has at least the encoder of a classifier, of which it need not tell more.
            (WeightsPart::Encoder, Task::Segment(part)) => {
                Task::Classify(Network::encoder_of(&part.unet))
            }
            _ => own.clone(),
        };
        let expected = Graph::of(own, shape).ok().and_then(|graph| match part {
            WeightsPart::Network => Some(graph.checkpoint_len()),
            WeightsPart::Encoder => graph.encoder_len(),
        });
        if expected != Some(values.len()) || values.iter().any(|value| !value.is_finite()) {
            let sentence = format!(
                "“{file}” has no weights of this network. Choose a file that was saved from the \
                 same network."
            );
            return self.report(Problem::new(ErrorCode::BadWeights, sentence), effects);
        }
        self.last_first_weights += 1;
        self.pending_command = None;
        let weights = Arc::new(FirstWeights {
            number: self.last_first_weights,
            origin: WeightsOrigin { name: file, part },
            task,
            shape,
            values: Arc::new(values),
        });
        if part == WeightsPart::Encoder {
            self.encoder_weights = Some(weights.clone());
        }
        self.first_weights = Some(weights);
    }

    /// Starts runs from random weights again.
    pub(crate) fn drop_weights(&mut self) {
        self.pending_command = None;
        self.first_weights = None;
    }

    /// Drops the first weights if they do not fit the network that is to be set up, and says so.
    pub(crate) fn drop_misfit_weights(&mut self, shape: DataShape, effects: &mut Vec<Effect>) {
        let task = &self.link.config.task;
        let Some(weights) = self.first_weights.take_if(|weights| !weights.fit(task, shape)) else {
            return;
        };
        let again = match weights.origin.part {
            WeightsPart::Network => "open the file in Code",
            WeightsPart::Encoder => "choose “from a classifier”",
        };
        let sentence = format!(
            "The weights of “{}” do not fit this network, so that the run starts from random \
             weights. To use them again, set the network back and {again}.",
            weights.origin.name
        );
        self.report(Problem::new(ErrorCode::BadWeights, sentence), effects);
    }
}
