//! Switching between the labs.

use model::permalink::write;
use model::{Lab, RunConfig};
use protocol::{ErrorCode, Problem};

use crate::effect::Effect;
use crate::state::State;

impl State {
    /// Reports that the lab is locked, if it is and the visitor wants another.
    pub(crate) fn is_lab_locked(&mut self, lab: Lab, effects: &mut Vec<Effect>) -> bool {
        let reason = self.why_locked(&RunConfig::default_for(lab)).filter(|_| lab != self.lab());
        let is_locked = reason.is_some();
        if let Some(reason) = reason {
            self.report(Problem::new(ErrorCode::BadConfig, reason), effects);
        }
        is_locked
    }

    /// Switches to another lab in the state in which it was left, or with its defaults and the
    /// current seed and device. A run in training is stopped and kept as an overlay of the old
    /// lab's curves.
    pub(crate) fn switch_lab(&mut self, lab: Lab, effects: &mut Vec<Effect>) {
        if lab == self.lab() {
            return;
        }
        let here = self.link.config.clone();
        let (seed, device) = (here.seed, here.device);
        self.link.config = match self.other_lab_config.take() {
            Some(other) => RunConfig { device, ..other },
            None => RunConfig { seed, device, ..RunConfig::default_for(lab) },
        };
        self.other_lab_config = Some(here);
        std::mem::swap(&mut self.first_weights, &mut self.other_lab_first_weights);
        self.stop(effects);
        self.archive_run();
        self.debouncing = false;
        self.pending_command = None;
        self.prediction = None;
        self.own_slices = None;
        self.move_views_to_lab();
        effects.push(Effect::ReplaceUrl(write(&self.link)));
    }
}
