//! The segmentation lab, loaded when it is opened.

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

/// The function of the part.
type Segment = fn(Page, DisplaySettings) -> AnyView;

/// The part, as far as it is loaded.
#[derive(Clone, Copy)]
pub struct LazySegment(RwSignal<Loading<Segment>>);

impl Default for LazySegment {
    fn default() -> Self {
        Self(RwSignal::new(Loading::Waiting))
    }
}

/// The panels of the segmentation lab, as soon as they are loaded.
#[component]
pub fn SegmentLab(
    /// The page.
    page: Page,
    /// Outlives a visit to the other lab, as the display settings do.
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
