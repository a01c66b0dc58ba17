//! Panel for the data of a classifier: choice of the data set, thumbnails, counts, source and
//! license.

use leptos::prelude::*;
use model::{DataSource, ImageRef, Lab, Split};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{live, view};
use ui::format;
use ui::glossary_term::Term;

use super::gallery::GalleryButton;
use super::source_choice::{SourceChoice, SourceSettings};
use crate::dataset::thumbnail::{Thumb, use_images};

/// Name, classes, source and license of a data set.
pub type DataView = data::DatasetInfo;

/// Number of thumbnails per class.
const STRIP: usize = 5;

/// Panel with the choice of the data set, its classes, thumbnails, counts, split, source and
/// license.
#[component]
pub fn DataPanel(
    /// The data set, once loaded.
    #[prop(into)]
    data: Signal<Option<DataView>>,
    /// The chosen data set.
    #[prop(into)]
    source: Signal<DataSource>,
    /// Data sets that the site has.
    #[prop(into)]
    available: Signal<Vec<DataSource>>,
    /// Called when the visitor chooses another data set.
    #[prop(into)]
    on_source: Callback<DataSource>,
    /// Button for data of the visitor's own.
    own: AnyView,
) -> impl IntoView {
    view! {
        <div class="data-panel">
            <SourceChoice lab=Lab::Classify source available on_source />
            {own}
            <SourceSettings source on_source />
            <Strips />
            {live(move || data.get().map(facts))}
        </div>
    }
}

/// A row of thumbnails for each class, equally spaced among its training images.
#[component]
fn Strips() -> impl IntoView {
    let images = use_images();
    live(move || {
        let store = images.get()?;
        let titles = match store.set().evaluated() {
            Split::Validation => "training + validation + test images",
            _ => "training + test images",
        };
        let rows = store
            .classes()
            .iter()
            .enumerate()
            .map(|(class, name)| {
                let class = u8::try_from(class).unwrap_or(u8::MAX);
                let train = store.of_class(Split::Train, class);
                let count = |split| store.of_class(split, class).len();
                let thumbs = spread(&train, STRIP)
                    .into_iter()
                    .map(|image| view! { <Thumb image=image size=48 /> })
                    .collect_view();
                let counts = [train.len(), count(Split::Validation), count(Split::Test)];
                let counts: Vec<_> =
                    counts.into_iter().filter(|count| *count > 0).map(format::count).collect();
                let counts = counts.join(" + ");
                view! {
                    <li class="data-strip">
                        <span class="data-strip-name">{name.clone()}</span>
                        <span class="data-strip-counts" title=titles>{counts}</span>
                        <span class="data-strip-images">{thumbs}</span>
                    </li>
                }
            })
            .collect_view();
        Some(view! { <ul class="data-strips" aria-label="classes">{rows}</ul> })
    })
}

/// Returns `n` equally spaced items of a list.
fn spread(items: &[ImageRef], n: usize) -> Vec<ImageRef> {
    let n = n.min(items.len());
    (0..n).map(|i| items[i * items.len() / n]).collect()
}

fn facts(data: DataView) -> AnyView {
    view! {
        <p class="data-counts">
            {format::count(data.train)}" in the "<Term name="training set" />", "
            {(data.validation > 0).then(|| view! {
                {format::count(data.validation)}" in the "<Term name="validation set" />", "
            })}
            {format::count(data.test)}" in the "<Term name="test set" />"."
            " "<GalleryButton />
        </p>
        {details(data)}
    }
}

/// Description, split, source, attribution and license of a data set.
pub(crate) fn details(data: DataView) -> AnyView {
    let source = link(data.source, data.source_url);
    let license = link(data.license, data.license_url);
    view! {
        <details class="data-details">
            <summary>"How they were split, where they come from"</summary>
            <dl>
                {row("What they show", data.description)}
                {row("Split", data.rule)}
                {notes(data.notes)}
                <div><dt>"Source"</dt><dd>{source}</dd></div>
                {row("Thanks to", data.attribution)}
            </dl>
        </details>
        <p class="data-licence">"Licence: "{license}</p>
    }
}

/// Returns what to know before trusting a result.
fn notes(notes: Vec<String>) -> Option<AnyView> {
    let notes: Vec<_> = notes.into_iter().map(|note| view! { <dd>{note}</dd> }).collect();
    (!notes.is_empty()).then(|| view! { <div><dt>"Before you trust a result"</dt>{notes}</div> })
}

fn row(name: &'static str, text: String) -> Option<AnyView> {
    (!text.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
}

/// Returns a link if the URL uses HTTP or HTTPS, otherwise plain text.
fn link(text: String, url: String) -> AnyView {
    if url.starts_with("https://") || url.starts_with("http://") {
        view! { <a href=url target="_blank" rel="noopener noreferrer">{text}</a> }
    } else {
        text.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_spread_over_its_class() {
        let items: Vec<ImageRef> =
            (100..300).map(|index| ImageRef { split: Split::Train, index }).collect();
        let indices = |n| -> Vec<usize> { spread(&items, n).iter().map(|i| i.index).collect() };
        assert_eq!(indices(4), [100, 150, 200, 250]);
        assert_eq!(indices(0), [0; 0]);
        assert_eq!(spread(&items[..2], 5).len(), 2);
    }
}
