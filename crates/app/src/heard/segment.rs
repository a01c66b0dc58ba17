//! What a U-Net's events change.

use std::sync::Arc;

use protocol::Event;

use crate::reduce::Effect;
use crate::reduce::segment::ask_for_maps;
use crate::state::State;

/// Takes an event of the run on the stage into the state. Answers to earlier questions are dropped.
pub fn hear_segment(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::LivePrediction { prediction: glimpse, .. } => {
            if let Some(run) = &mut state.run {
                run.glimpse = Some(Arc::new(glimpse));
            }
            ask_for_maps(state, effects);
        }
        Event::Masks { request, masks, .. } => {
            if let Some(brought) = state.brought.as_mut().filter(|b| b.request == request) {
                brought.masks = Some(Arc::new(masks));
            }
        }
        Event::Features { request, blocks, .. } => {
            let Some(viewed) = &mut state.viewed else { return };
            let Some(flight) = viewed.flight.take_if(|flight| flight.request == request) else {
                return;
            };
            if !flight.outdated {
                viewed.maps = Some(Arc::new(blocks));
            }
            if viewed.due {
                ask_for_maps(state, effects);
            }
        }
        _ => {}
    }
}
