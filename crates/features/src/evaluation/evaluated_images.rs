//! A group of evaluated images with the network's predictions.

use leptos::prelude::*;
use model::ImageRef;
use ui::close_button::CloseButton;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{live, view};
use ui::format;
use ui::probability_bars::ProbabilityBars;

use super::evaluation_state::EvaluationState;
use super::image_groups::ImageGroup;
use crate::dataset::thumbnail::{Thumb, use_images};

/// Maximum number of images shown of a group.
const SHOWN: usize = 60;

/// The images of a group with their probabilities, nothing without a group.
#[component]
pub(super) fn EvaluatedImages(
    state: EvaluationState,
    group: Signal<Option<ImageGroup>>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let images_of = use_images();
    let content = move || {
        let ImageGroup { title, note, images } = group.get()?;
        let split =
            images_of.with(|images| images.as_ref().map(|images| images.set().evaluated()))?;
        let classes = state.classes.get();
        let more = images.len().saturating_sub(SHOWN);
        let cards = state.report.with(|report| {
            let probabilities = &report.as_ref()?.test.probabilities;
            let card = |index: &usize| {
                let row = probabilities.chunks_exact(classes.len().max(1)).nth(*index)?;
                let truth = state.labels.with(|labels| labels.get(*index).copied());
                Some(view! {
                    <li class="evaluated-images-card">
                        <Thumb image=ImageRef { split, index: *index } size=96 />
                        <ProbabilityBars
                            classes=classes.clone()
                            probabilities=row.to_vec()
                            truth=truth.map(usize::from)
                        />
                    </li>
                })
            };
            Some(images.iter().take(SHOWN).filter_map(card).collect_view())
        });
        Some(view! {
            <div class="heading-row">
                <h3>{title}</h3>
                <p class="hint">{note}</p>
                <CloseButton on_close=move || on_close.run(()) />
            </div>
            <ul class="evaluated-images-list" tabindex="0" aria-label="images of the group">{cards}</ul>
            {(more > 0).then(|| view! { <p class="hint">{format!("{} more are not shown.", format::count(more))}</p> })}
        })
    };
    view! { <div class="evaluated-images" aria-live="polite">{live(content)}</div> }
}
