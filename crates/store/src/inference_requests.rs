//! Inference requests to the engine: the class of an image, and the masks of the visitor's own
//! slices. They are repeated when the weights have changed.

use model::Lab;
use protocol::{Command, RunId};

use crate::effect::Effect;
use crate::engine::EngineData;
use crate::slices::{OwnSlices, SelectedSlice};
use crate::state::State;
use model::DatasetKey;

impl State {
    /// Repeats all requests with the current weights.
    pub(crate) fn refresh_predictions(&mut self, effects: &mut Vec<Effect>) {
        if let (Some(prediction), Some(run)) = (&mut self.prediction, &self.run)
            && run.size.is_some()
        {
            self.last_request += 1;
            prediction.request = self.last_request;
            effects.push(Effect::SendCommand(Command::Predict {
                run: run.id,
                request: prediction.request,
                pixels: prediction.pixels.clone(),
            }));
        }
        self.request_masks(effects);
    }

    /// Selects a slice, unless other data are shown by now.
    pub(crate) fn select_slice(&mut self, slice: SelectedSlice) {
        if self.shown == Some(slice.data) {
            self.selected_slice = Some(slice);
        }
    }

    /// Requests the masks of these slices now, and again whenever the weights have changed.
    pub(crate) fn set_own_slices(
        &mut self,
        pixels: Vec<u8>,
        size: [usize; 2],
        effects: &mut Vec<Effect>,
    ) {
        self.own_slices = Some(OwnSlices::new(pixels, size));
        self.request_masks(effects);
    }

    /// Requests the masks of the visitor's own slices. Drops the slices if they are smaller than
    /// those of the data set, which means that they were cut for another data set.
    fn request_masks(&mut self, effects: &mut Vec<Effect>) {
        let EngineData::Ready(data, info) = &self.engine.data else { return };
        let [input_height, input_width] = info.shape().size;
        let Some(weights) = self.present_weights(*data) else { return };
        let Some(slices) = &mut self.own_slices else { return };
        let [height, width] = slices.size;
        let whole =
            |pixels| !slices.pixels.is_empty() && slices.pixels.len().is_multiple_of(pixels);
        if height < input_height
            || width < input_width
            || !height.checked_mul(width).is_some_and(whole)
        {
            self.own_slices = None;
            return;
        }
        if slices.requested_for == Some(weights) {
            return;
        }
        self.last_request += 1;
        slices.requested_for = Some(weights);
        slices.request = self.last_request;
        effects.push(Effect::SendCommand(Command::Segment {
            run: weights.0,
            request: slices.request,
            size: slices.size,
            pixels: slices.pixels.clone(),
        }));
    }

    /// Forgets the masks of the visitor's own slices: the network is another one, or gone.
    pub(crate) fn clear_masks(&mut self) {
        if let Some(slices) = &mut self.own_slices {
            *slices = OwnSlices::new(std::mem::take(&mut slices.pixels), slices.size);
        }
    }

    /// Returns the run and step of the weights that a request about this data set would use, or
    /// `None` if no U-Net is ready for it.
    fn present_weights(&self, data: DatasetKey) -> Option<(RunId, usize)> {
        let run = self.run.as_ref().filter(|run| run.size.is_some())?;
        let fits = run.config.lab() == Lab::Segment && DatasetKey::of(&run.config) == data;
        // A live prediction may arrive before the losses of the steps before it.
        let predicted = run.live_prediction.as_ref().map_or(0, |prediction| prediction.step);
        fits.then(|| (run.id, run.step().max(predicted)))
    }
}
