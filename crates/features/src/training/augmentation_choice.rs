//! Choice of the random changes of training images.

use leptos::prelude::*;
use model::{Augmentation, ImageTransform, params};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_event, live_value, view};
use ui::glossary_term::Term;

/// A checkbox for each transform.
#[component]
pub(super) fn AugmentationChoice(
    /// The transforms that are applied.
    #[prop(into)]
    augmentation: Signal<Augmentation>,
    /// Called with the changed transforms.
    #[prop(into)]
    on_augmentation: Callback<Augmentation>,
) -> impl IntoView {
    let boxes = ImageTransform::ALL.map(|transform| {
        let is_chosen = move || augmentation.get().contains(transform);
        view! {
            <label class="field-small field-check">
                <input
                    type="checkbox"
                    data-testid=format!("augment-{}", transform.slug())
                    prop:checked=live_value(is_chosen)
                    on:change=handle_event(move |_| {
                        on_augmentation.run(augmentation.get_untracked().toggled(transform));
                    })
                />
                <span>{transform.name()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="training-augmentation">
            <legend><Term name=params::AUGMENTATION.label /></legend>
            {boxes.collect_view()}
        </fieldset>
    }
}
