//! Lazy part with the segmentation lab, which is loaded when the lab is opened.

use leptos::prelude::*;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::RwSignal;
use ui::erased_view::{live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Failed, Loading, arriving, load};
use crate::labs::segment::SegmentPanels;
use crate::page::Page;

/// Function of the part that creates the panels.
type Segment = fn(Page, DisplaySettings) -> AnyView;

/// The lazy part, and its loading state.
#[derive(Clone, Copy)]
pub struct LazySegment(RwSignal<Loading<Segment>>);

impl Default for LazySegment {
    fn default() -> Self {
        Self(RwSignal::new(Loading::Waiting))
    }
}

/// Panels of the segmentation lab, shown when the part is loaded.
#[component]
pub fn SegmentLab(
    /// The page.
    page: Page,
    /// The part. It is kept while the other lab is shown.
    lazy: LazySegment,
    /// Display settings.
    look: DisplaySettings,
) -> impl IntoView {
    let LazySegment(loading) = lazy;
    let begin = move || load(loading, || Box::pin(arriving(segment())));
    begin();
    live(move || match loading.get() {
        Loading::Done(panels) => panels(page, look),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <div class="lazy"></div> },
    })
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(segment, fallible))]
fn segment() -> Result<Segment, SplitLoaderError> {
    Ok(|page, look| view! { <SegmentPanels page look /> })
}
