//! From lab to lab.

use model::permalink::write;
use model::{Lab, RunConfig};

use super::Effect;
use crate::reconcile::{retire, stop};
use crate::state::State;

/// Shows another lab as it was left, or as it starts with the seed and the device of this one. What
/// trains here ends; it stays as an overlay of this lab's curves.
pub fn go_to(state: &mut State, lab: Lab, effects: &mut Vec<Effect>) {
    if lab == state.lab() {
        return;
    }
    let here = state.link.config.clone();
    let (seed, device) = (here.seed, here.device);
    state.link.config = match state.left.take() {
        Some(left) => RunConfig { device, ..left },
        None => RunConfig { seed, device, ..RunConfig::default_for(lab) },
    };
    state.left = Some(here);
    stop(state, effects);
    retire(state);
    state.settling = false;
    state.queued = None;
    state.question = None;
    state.brought = None;
    effects.push(Effect::ReplaceUrl(write(&state.link)));
}
