//! Lazy part with the segmentation lab, which is loaded when the lab is opened.

use leptos::prelude::*;
use ui::display_settings::DisplaySettings;
use ui::erased_view::{live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Failed, LazyPart, Loading, arriving};
use crate::labs::segment::SegmentPanels;
use crate::page::Page;

/// Function of the part that creates the panels.
pub type Segment = fn(Page, DisplaySettings) -> AnyView;

/// The lazy part.
pub type LazySegment = LazyPart<Segment>;

/// Creates the part, which is not loaded yet.
pub fn lazy_segment() -> LazySegment {
    LazyPart::new(|| Box::pin(arriving(segment())))
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
    let begin = move || lazy.load();
    begin();
    live(move || match lazy.get() {
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
