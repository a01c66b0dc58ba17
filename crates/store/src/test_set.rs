//! The sealed test set: opened by the visitor, counted, evaluated once for each opening.

use model::{DatasetKey, Split};
use protocol::{RunState, StepReport};

use crate::effect::Effect;
use crate::run::TestSetReport;
use crate::state::State;

/// State of the sealed test set, for the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seal {
    /// Whether there is a sealed test set: networks are evaluated on a validation set.
    pub is_sealed: bool,
    /// Whether it can be opened now.
    pub can_open: bool,
    /// How often it was opened in this visit.
    pub openings: u32,
}

impl State {
    /// Returns the state of the sealed test set.
    pub fn seal(&self) -> Seal {
        let info = self.engine.data.info();
        let is_sealed = info.is_some_and(|info| info.evaluated() == Split::Validation);
        let run = self.visible_run().filter(|run| run.size.is_some());
        let can_open =
            is_sealed && run.is_some_and(|run| run.state != RunState::Diverged && run.step() > 0);
        Seal { is_sealed, can_open, openings: self.test_set_openings }
    }

    /// Evaluates the network as it is now on the sealed test set.
    pub(crate) fn open_test_set(&mut self, effects: &mut Vec<Effect>) {
        if !self.seal().can_open {
            return;
        }
        let Some(run) = self.visible_run() else { return };
        effects.push(Effect::OpenTestSet { key: DatasetKey::of(&run.config), run: run.id });
        self.test_set_openings += 1;
    }

    /// Stores the evaluation on the test set.
    pub(crate) fn on_test_set(&mut self, epoch: usize, report: StepReport) {
        let StepReport { step, test } = report;
        if let Some(run) = &mut self.run {
            run.test_set = Some(TestSetReport { epoch, step, test }.into());
        }
    }
}
