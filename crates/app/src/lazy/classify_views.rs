//! Lazy part with the views that only the classification lab has, and with its settings, but for the
//! list of layers.
//! It is loaded when one of them is shown, or when a run is ready.

use features::network_editor::opened_layer::{OpenedLayer, opened_layer};
use leptos::prelude::*;
use model::permalink::{SettingsGroup, View};
use ui::erased_view::{live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Awaited, Failed, LazyPart, Loading, arriving};
use crate::labs::classify_settings::classify_settings;
use crate::labs::classify_views::classify_view;
use crate::page::Page;

/// Functions of the part.
#[derive(Clone, Copy)]
pub struct ClassifyPart {
    view: fn(Page, View) -> AnyView,
    opened_layer: fn(OpenedLayer) -> AnyView,
    settings: fn(Page, SettingsGroup) -> AnyView,
}

/// The lazy part.
pub type LazyClassify = LazyPart<ClassifyPart>;

/// Creates the part, which is not loaded yet.
pub fn lazy_classify() -> LazyClassify {
    LazyPart::new(|| Box::pin(arriving(classify())))
}

/// A view that only the classification lab has, shown when the part is loaded.
#[component]
pub fn ClassifyView(
    /// The page.
    page: Page,
    /// The part.
    lazy: LazyClassify,
    /// Step, Evaluation or Try.
    view: View,
) -> impl IntoView {
    let begin = move || lazy.load();
    live(move || match lazy.get() {
        Loading::Done(part) => (part.view)(page, view),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited begin /> },
    })
}

/// What an opened layer of the network editor shows, when the part is loaded.
#[component]
pub fn OpenedLayerView(
    /// The part.
    lazy: LazyClassify,
    /// The layer.
    opened: OpenedLayer,
) -> impl IntoView {
    let begin = move || lazy.load();
    begin();
    live(move || match lazy.get() {
        Loading::Done(part) => (part.opened_layer)(opened),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <div class="lazy"></div> },
    })
}

/// Settings of the data set or of training, shown when the part is loaded. Their sections are folded
/// at first.
#[component]
pub fn ClassifySettings(
    /// The page.
    page: Page,
    /// The part.
    lazy: LazyClassify,
    /// Data or Training.
    group: SettingsGroup,
) -> impl IntoView {
    let begin = move || lazy.load();
    live(move || match lazy.get() {
        Loading::Done(part) => (part.settings)(page, group),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited begin /> },
    })
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(classify, fallible))]
fn classify() -> Result<ClassifyPart, SplitLoaderError> {
    Ok(ClassifyPart { view: classify_view, opened_layer, settings: classify_settings })
}
