//! State changes when weights are saved as a file, or when runs are to start from those of one.

use std::sync::Arc;

use model::DataShape;
use model::graph::Graph;
use protocol::{Command, ErrorCode, Problem};

use crate::effect::Effect;
use crate::first_weights::{FirstWeights, SavedWeights, WeightsRequest};
use crate::state::State;

impl State {
    /// Asks the engine for the weights of the run.
    pub(crate) fn save_weights(&mut self, effects: &mut Vec<Effect>) {
        let run = self.visible_run().filter(|run| run.size.is_some());
        if let (Some(run), true) = (run, self.saved_weights == WeightsRequest::None) {
            effects.push(Effect::SendCommand(Command::SendWeights(run.id)));
            self.saved_weights = WeightsRequest::Pending;
        }
    }

    /// Takes weights of the run that the engine sent.
    pub(crate) fn on_weights(&mut self, step: usize, values: Vec<f32>) {
        let (Some(run), WeightsRequest::Pending) = (&self.run, &self.saved_weights) else { return };
        self.saved_weights = WeightsRequest::Ready(Arc::new(SavedWeights {
            task: run.config.task.clone(),
            shape: self.engine.data.shape(),
            step,
            values: Arc::new(values),
        }));
    }

    /// Starts runs of the present network from the weights of a file. A run that has begun is kept
    /// as an overlay.
    pub(crate) fn load_weights(
        &mut self,
        file: String,
        shape: DataShape,
        values: Vec<f32>,
        effects: &mut Vec<Effect>,
    ) {
        let task = self.link.config.task.clone();
        let expected = Graph::of(&task, shape).map(|graph| graph.checkpoint_len());
        if expected != Ok(values.len()) || values.iter().any(|value| !value.is_finite()) {
            let sentence = format!(
                "“{file}” has no weights of this network. Choose a file that was saved from the \
                 same network."
            );
            return self.report(Problem::new(ErrorCode::BadWeights, sentence), effects);
        }
        self.last_weights_file += 1;
        self.pending_command = None;
        self.first_weights = Some(Arc::new(FirstWeights {
            number: self.last_weights_file,
            file,
            task,
            shape,
            values: Arc::new(values),
        }));
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
        let sentence = format!(
            "The weights of “{}” do not fit this network, so that the run starts from random \
             weights. To use them again, set the network back and open the file in Code.",
            weights.file
        );
        self.report(Problem::new(ErrorCode::BadWeights, sentence), effects);
    }
}
