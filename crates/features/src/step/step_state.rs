//! State of the view of one step.

use std::sync::Arc;

use leptos::prelude::*;
use model::{IMAGE_LEN, ImageRef};
use protocol::interpret::UnitRef;
use protocol::{BatchTrace, BatchTracePhase, ParameterGradient, StepTrace};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{handle_mouse, live_value, memo, view};

use super::step_figures::{ImageFigures, StepFigures};
use super::update_rule::steepest;
use crate::dataset::image_url::ImageUrl;
use crate::dataset::thumbnail::Thumb;

/// A move of a training step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Move {
    Batch,
    Forward,
    Loss,
    Backward,
    Update,
}

impl Move {
    pub const ALL: [Self; 5] =
        [Self::Batch, Self::Forward, Self::Loss, Self::Backward, Self::Update];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Move::Batch => "Batch",
            Move::Forward => "Forward",
            Move::Loss => "Loss",
            Move::Backward => "Backward",
            Move::Update => "Update",
        }
    }

    /// Returns the next move, or `None` after the last one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|other| *other > self)
    }

    /// Returns the move before, or `None` before the first one.
    pub fn previous(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|other| *other < self)
    }
}

/// Signals and selections of the view.
#[derive(Clone, Copy)]
pub(crate) struct StepState {
    /// Trace of the batch.
    pub batch: Signal<Option<BatchTrace>>,
    /// Gradients and update of the same step, if they have arrived.
    pub step: Signal<Option<Arc<StepTrace>>>,
    /// Forward pass and loss.
    pub figures: Signal<Option<Arc<StepFigures>>>,
    /// The images of the batch as they were augmented; none without augmentation.
    pub augmented: Signal<Arc<Vec<ImageUrl>>>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    /// Number of steps per epoch.
    pub steps_per_epoch: Signal<usize>,
    /// Whether a step can be made now.
    pub can_step: Signal<bool>,
    /// The move shown.
    pub current: RwSignal<Move>,
    /// Index of the chosen image in the batch.
    pub image: RwSignal<usize>,
    /// The chosen unit.
    pub unit: RwSignal<UnitRef>,
    /// Index of the chosen weight of the unit; `None` for the one with the largest gradient.
    pub weight: RwSignal<Option<usize>>,
    /// Makes the step.
    pub on_step: Callback<()>,
}

impl StepState {
    /// Returns the index of the chosen image, or of the last one if the batch is smaller.
    pub fn image_index(self) -> usize {
        let last = self.figures.with(|figures| {
            figures.as_ref().map_or(0, |figures| figures.images.len().saturating_sub(1))
        });
        self.image.get().min(last)
    }

    /// Returns the figures of the chosen image.
    pub fn chosen_image(self) -> Option<ImageFigures> {
        let index = self.image_index();
        self.figures.with(|figures| figures.as_ref()?.images.get(index).cloned())
    }

    /// Returns the index of the chosen weight of the unit.
    pub fn weight_index(self) -> usize {
        let chosen = self.weight.get();
        self.step.with(|step| {
            let Some(step) = step else { return 0 };
            let gradients = &step.unit.gradients;
            let last = gradients.len().saturating_sub(1);
            chosen.unwrap_or_else(|| steepest(gradients)).min(last)
        })
    }

    /// Returns whether the step of the batch has been made.
    pub fn is_made(self) -> bool {
        self.batch.with(|batch| {
            let phase = batch.as_ref().map(|batch| &batch.phase);
            matches!(phase, Some(BatchTracePhase::AfterStep { .. }))
        })
    }

    /// Returns the URL of an image of the batch as it was augmented.
    pub fn augmented_url(self, index: usize) -> Option<String> {
        self.augmented.with(|urls| Some(urls.get(index)?.get().to_owned()))
    }

    /// Returns the name of a class.
    pub fn class(self, index: usize) -> String {
        self.classes.with(|classes| classes.get(index).cloned().unwrap_or_default())
    }

    /// Chooses a unit, and its weight with the largest gradient.
    pub fn choose_unit(self, unit: UnitRef) {
        self.weight.set(None);
        self.unit.set(unit);
    }
}

/// Computes the figures of a step.
pub(crate) fn figures(
    batch: Signal<Option<BatchTrace>>,
    step: Signal<Option<Arc<StepTrace>>>,
    classes: Signal<Vec<String>>,
) -> Signal<Option<Arc<StepFigures>>> {
    memo(move || {
        let (step, classes) = (step.get(), classes.with(Vec::len));
        batch
            .with(|batch| StepFigures::new(batch.as_ref()?, step.as_deref(), classes).map(Arc::new))
    })
}

/// Creates URLs of the augmented images of a batch.
pub(crate) fn augmented_urls(batch: Signal<Option<BatchTrace>>) -> Signal<Arc<Vec<ImageUrl>>> {
    memo(move || {
        batch.with(|batch| {
            let pixels = batch.as_ref().map_or(&[][..], |batch| &batch.augmented);
            Arc::new(pixels.chunks_exact(IMAGE_LEN).filter_map(ImageUrl::new).collect())
        })
    })
}

/// Returns the weights of each layer that has units: the parameters of convolutions and dense
/// layers. The first belongs to layer 1.
pub(crate) fn weights_of_layers(step: &StepTrace) -> Vec<ParameterGradient> {
    let is_layer = |name: &str| name.ends_with(".weight") && !name.starts_with("bn");
    step.parameters.iter().filter(|parameter| is_layer(&parameter.name)).cloned().collect()
}

/// Button with a thumbnail that chooses an image of the batch.
pub(crate) fn image_button(
    state: StepState,
    index: usize,
    image: ImageRef,
    spoken: String,
    size: u32,
) -> AnyView {
    view! {
        <button
            type="button"
            class="step-thumb"
            aria-pressed=live_value(move || (state.image_index() == index).to_string())
            aria-label=spoken.clone()
            title=spoken
            on:click=handle_mouse(move |_| state.image.set(index))
        >
            <Thumb image=image size=size changed=state.augmented_url(index) />
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moves_are_walked_in_order() {
        let mut walked = vec![Move::Batch];
        while let Some(next) = walked.last().and_then(|last| last.next()) {
            assert_eq!(next.previous(), walked.last().copied());
            walked.push(next);
        }
        assert_eq!(walked, Move::ALL);
        assert_eq!(Move::Batch.previous(), None);
    }
}
