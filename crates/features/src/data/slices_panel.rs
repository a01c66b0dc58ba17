//! Data of a U-Net: choice of the data set, slice viewer, counts, source and license.

use leptos::prelude::*;
use model::{DataSource, ImageRef, Ventricles};
use ui::data_slider::DataSlider;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{When, derived, effect, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::case_navigation::counts;
use super::data_panel::{DataView, details};
use super::slice_viewer::SliceViewer;
use crate::dataset::slice_store::SliceStore;

/// Size of the ventricles, in percent, with which calling everything background is nearly right.
const TINY: u8 = 10;

/// The look of the exercise: a target of a few pixels.
pub fn tiny_target() -> Ventricles {
    Ventricles { size: TINY, ..Ventricles::default() }
}

/// The choice of the data set, the slice viewer, counts of patients, source and licence.
#[component]
pub fn SlicesPanel(
    /// The data set, once known.
    #[prop(into)]
    data: Signal<Option<DataView>>,
    /// The chosen data set.
    #[prop(into)]
    source: Signal<DataSource>,
    /// Whether the site has the hippocampus pack.
    #[prop(into)]
    hippocampus_available: Signal<bool>,
    /// The slices, once they are read.
    #[prop(into)]
    store: Signal<Option<SliceStore>>,
    /// The slice in view.
    #[prop(into)]
    viewed: Signal<Option<ImageRef>>,
    /// Display settings.
    look: DisplaySettings,
    /// Called with another data set.
    #[prop(into)]
    on_source: Callback<DataSource>,
    /// Called to start the exercise with the tiny target.
    #[prop(into)]
    on_tiny: Callback<()>,
    /// Called with another slice to select.
    #[prop(into)]
    on_view: Callback<ImageRef>,
) -> impl IntoView {
    let is_drawn = memo(move || matches!(source.get(), DataSource::Ventricles(_)));
    // Comes back with the same look after a visit to the patients.
    let last_look = StoredValue::new(Ventricles::default());
    effect(move || {
        if let DataSource::Ventricles(look) = source.get() {
            last_look.set_value(look);
        }
    });
    let choose = move |drawn: bool| {
        on_source.run(match drawn {
            true => DataSource::Ventricles(last_look.get_value()),
            false => DataSource::Hippocampus,
        });
    };
    view! {
        <div class="data-panel">
            {live(move || if hippocampus_available.get() {
                view! {
                    <Choice
                        name="data set"
                        options=vec![(false, "Hippocampus".to_owned()), (true, "Ventricles".to_owned())]
                        value=is_drawn
                        on_choice=choose
                    />
                }
            } else {
                view! {
                    <p class="hint">"This site comes without patients, so it trains on drawn heads."</p>
                }
            })}
            <SliceViewer store=store viewed=viewed look=look on_view=on_view />
            <When holds=live_value(move || is_drawn.get())>
                <VentricleSliders source=source on_source=on_source />
            </When>
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
            {counts(&set.test, words)}" in the "<Term name="test set" />"."
        </p>
    }
}

/// The parts of a look: name in the glossary, spoken name, unit.
const PARTS: [(&str, &str, &str); 4] = [
    ("noise", "noise in percent", " %"),
    ("bias field", "bias field in percent", " %"),
    ("rotation", "rotation in degrees", "°"),
    ("ventricle size", "size of the ventricles in percent", " %"),
];

#[component]
fn VentricleSliders(source: Signal<DataSource>, on_source: Callback<DataSource>) -> impl IntoView {
    let values = derived(move || match source.get() {
        DataSource::Ventricles(look) => look.values(),
        _ => Ventricles::default().values(),
    });
    let sliders = PARTS
        .into_iter()
        .zip(Ventricles::RANGES)
        .enumerate()
        .map(|(part, ((name, spoken, unit), (_, range)))| {
            view! {
                <DataSlider
                    name=name
                    spoken=spoken
                    range=range
                    value=derived(move || values.get()[part])
                    text=move |value: u8| match unit {
                        "°" => format!("± {value}°"),
                        unit => format!("{value}{unit}"),
                    }
                    on_value=move |value| {
                        let mut next = values.get_untracked();
                        next[part] = value;
                        on_source.run(DataSource::Ventricles(Ventricles::from_values(next)));
                    }
                />
            }
        })
        .collect_view();
    view! { <div class="data-sliders">{sliders}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_look_has_its_slider() {
        for ((name, ..), (key, range)) in PARTS.iter().zip(Ventricles::RANGES) {
            assert!(name.contains(key), "“{name}” stands at the slider of “{key}”");
            assert!(crate::glossary::explanation(name).is_some(), "{name}");
            assert!(range.start() < range.end());
        }
        assert_eq!(tiny_target().size, TINY);
    }
}
