//! Questions of the segmentation lab: what the network makes of a slice, and of the visitor's own.

use std::sync::Arc;

use model::{ImageRef, Lab};
use protocol::{Command, RunId};

use super::Effect;
use crate::state::{Brought, DataKey, EngineData, Flight, State, Viewed};

/// Takes a slice into the viewer, unless other data are shown by now.
pub fn view(
    state: &mut State,
    data: DataKey,
    image: ImageRef,
    pixels: Arc<[u8]>,
    effects: &mut Vec<Effect>,
) {
    if state.shown != Some(data) {
        return;
    }
    let mut viewed = Viewed::after(state.viewed.take(), data, image, pixels);
    if weights(state, data).is_none() {
        // Maps of another slice may only bridge the time until its own are here.
        viewed.forget();
    }
    state.viewed = Some(viewed);
    ask_for_maps(state, effects);
}

/// Asks what the weights of now make of the slice in the viewer, or notes that this is due.
pub fn ask_for_maps(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(data) = state.viewed.as_ref().map(|viewed| viewed.data) else { return };
    let (Some(now), Some(viewed)) = (weights(state, data), &mut state.viewed) else { return };
    if viewed.asked_at == Some(now) {
        return;
    }
    viewed.due = viewed.flight.is_some();
    if viewed.due {
        return;
    }
    state.last_question += 1;
    viewed.asked_at = Some(now);
    viewed.flight = Some(Flight { request: state.last_question, outdated: false });
    effects.push(Effect::Send(Command::Features {
        run: now.0,
        request: state.last_question,
        pixels: viewed.pixels.to_vec(),
    }));
}

/// Asks for the masks of these slices now and whenever the weights have changed.
pub fn bring(state: &mut State, pixels: Vec<u8>, effects: &mut Vec<Effect>) {
    state.brought = Some(Brought::new(pixels));
    ask_for_masks(state, effects);
}

/// Puts the visitor's own slices to the weights of now. Slices of another size than the data's,
/// which can only be left over from other data, are let go.
pub fn ask_for_masks(state: &mut State, effects: &mut Vec<Effect>) {
    let EngineData::Ready(data, info) = &state.engine.data else { return };
    let [height, width] = info.shape().size;
    let Some(now) = weights(state, *data) else { return };
    let Some(brought) = &mut state.brought else { return };
    if brought.pixels.is_empty() || !brought.pixels.len().is_multiple_of(height * width) {
        state.brought = None;
        return;
    }
    if brought.asked_at == Some(now) {
        return;
    }
    state.last_question += 1;
    brought.asked_at = Some(now);
    brought.request = state.last_question;
    effects.push(Effect::Send(Command::Segment {
        run: now.0,
        request: brought.request,
        pixels: brought.pixels.clone(),
    }));
}

/// Forgets what a network said: it is another one now, or gone.
pub fn forget_answers(state: &mut State) {
    if let Some(viewed) = &mut state.viewed {
        viewed.forget();
    }
    if let Some(brought) = &mut state.brought {
        *brought = Brought::new(std::mem::take(&mut brought.pixels));
    }
}

/// Which weights a question about those data would meet: a run and its step. None while no U-Net
/// stands ready for them.
fn weights(state: &State, data: DataKey) -> Option<(RunId, usize)> {
    let run = state.run.as_ref().filter(|run| run.size.is_some())?;
    let fits = run.config.lab() == Lab::Segment && DataKey::of(&run.config) == data;
    // A glimpse may come before the losses of the steps that led to it.
    let seen = run.glimpse.as_ref().map_or(0, |glimpse| glimpse.step);
    fits.then(|| (run.id, run.step().max(seen)))
}
