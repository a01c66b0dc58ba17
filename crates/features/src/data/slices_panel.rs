//! Data of a U-Net: choice of the data set, slice viewer, counts, source and license.

use leptos::prelude::*;
use model::{DataSource, ImageRef, Lab, Ventricles};
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, memo, view};
use ui::glossary_term::Term;

use super::case_navigation::counts;
use super::data_panel::{DataView, details};
use super::slice_viewer::SliceViewer;
use super::source_choice::{SourceChoice, SourceSettings};
use crate::dataset::slice_store::SliceStore;

/// Size of the ventricles, in percent, at which predicting background everywhere is nearly correct.
const TINY: u8 = 10;

/// Returns the settings of the exercise, in which the target has only a few pixels.
pub fn tiny_target() -> Ventricles {
    Ventricles { size: TINY, ..Ventricles::default() }
}

/// Choice of the data set, slice viewer, counts of patients, source and license.
#[component]
pub fn SlicesPanel(
    /// Description of the data set, once known.
    #[prop(into)]
    data: Signal<Option<DataView>>,
    /// The selected data set.
    #[prop(into)]
    source: Signal<DataSource>,
    /// Data sets that the site has.
    #[prop(into)]
    available: Signal<Vec<DataSource>>,
    /// The slices; `None` until they are loaded.
    #[prop(into)]
    store: Signal<Option<SliceStore>>,
    /// The selected slice.
    #[prop(into)]
    viewed: Signal<Option<ImageRef>>,
    /// Display settings.
    look: DisplaySettings,
    /// Called with another data set.
    #[prop(into)]
    on_source: Callback<DataSource>,
    /// Button for data of the visitor's own.
    own: AnyView,
    /// Called to start the exercise with the tiny target.
    #[prop(into)]
    on_tiny: Callback<()>,
    /// Called with the slice to select.
    #[prop(into)]
    on_view: Callback<ImageRef>,
) -> impl IntoView {
    let is_drawn = memo(move || matches!(source.get(), DataSource::Ventricles(_)));
    view! {
        <div class="data-panel">
            <SourceChoice lab=Lab::Segment source available on_source />
            {own}
            <SliceViewer store=store viewed=viewed look=look on_view=on_view />
            <SourceSettings source on_source />
            <p class="slice-tiny">
                <button
                    type="button"
                    class="button-secondary"
                    data-testid="tiny-target"
                    on:click=handle_mouse(move |_| on_tiny.run(()))
                >
                    "Tiny target"
                </button>
                <span class="hint">
                    {format!(
                        "Ventricles at {TINY} % of their size, and plain cross-entropy. \
                         What does the network learn to say?"
                    )}
                </span>
            </p>
            {live(move || store.get().map(|store| count_line(&store, is_drawn.get())))}
            {live(move || data.get().map(details))}
        </div>
    }
}

fn count_line(store: &SliceStore, drawn: bool) -> AnyView {
    let words = if drawn { ("drawing", "drawings") } else { ("patient", "patients") };
    let set = store.set();
    view! {
        <p class="data-counts" data-testid="slice-counts">
            {counts(&set.train, words)}" in the "<Term name="training set" />", "
            {(!set.validation.is_empty()).then(|| view! {
                {counts(&set.validation, words)}" in the "<Term name="validation set" />", "
            })}
            {counts(&set.test, words)}" in the "<Term name="test set" />"."
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exercise_has_a_target_of_a_few_pixels() {
        assert_eq!(tiny_target().size, TINY);
    }
}
