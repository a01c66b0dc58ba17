//! Switching between the labs.

use model::permalink::write;
use model::{Lab, RunConfig};

use crate::effect::Effect;
use crate::state::State;

impl State {
    /// Shows another lab as it was left, or with its defaults and the seed and device of this one.
    /// What trains here ends; it stays as an overlay of this lab's curves.
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
        self.stop(effects);
        self.archive_run();
        self.debouncing = false;
        self.pending_command = None;
        self.prediction = None;
        self.own_slices = None;
        effects.push(Effect::ReplaceUrl(write(&self.link)));
    }
}
