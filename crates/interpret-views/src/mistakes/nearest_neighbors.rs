//! Nearest neighbors of a test image in the last hidden layer.

use leptos::prelude::*;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use crate::image_view::{evaluated_image, image_name};
use crate::network_facts::{class_name, true_class};
use crate::small_image_button::SmallImageButton;
use crate::state::InterpretState;

/// The nearest held-out images with their classes and distances, sorted by distance.
#[component]
pub fn NearestNeighbors(
    state: InterpretState,
    /// Index of the image in the test split.
    index: usize,
) -> impl IntoView {
    let error = state.answers.neighbors.error;
    let found = memo(move || {
        let neighbors = state.answers.neighbors.data;
        neighbors
            .with(|near| near.as_ref().filter(|near| near.0 == index).map(|near| near.1.clone()))
    });
    let content = move || {
        if let Some(sentence) = error.get() {
            return view! { <p class="note">{sentence}</p> };
        }
        let Some(found) = found.get() else {
            return view! { <p class="hint">"Searching for the nearest neighbours …"</p> };
        };
        let classes = class_summary(state, &found);
        let items = found.into_iter().map(|(index, distance)| {
            view! {
                <li><NeighborImage state index distance /></li>
            }
        });
        view! {
            {classes.map(|classes| view! { <p class="neighbors-verdict">{classes}</p> })}
            <ul class="neighbors-images">{items.collect_view()}</ul>
        }
    };
    view! {
        <div class="neighbors" aria-live="polite">
            <p class="hint">
                <Term name="nearest neighbours" text="Nearest neighbours" />
                {live(move || format!(
                    " of {} in the last hidden layer, with their distance in percent of the mean \
                     distance of all held-out images from it.",
                    image_name(state.dataset, evaluated_image(state.dataset, index)),
                ))}
            </p>
            {live(content)}
        </div>
    }
}

#[component]
fn NeighborImage(state: InterpretState, index: usize, distance: f32) -> impl IntoView {
    let name = memo(move || image_name(state.dataset, evaluated_image(state.dataset, index)));
    let class = move || match true_class(state.dataset, index) {
        Some(class) => class_name(state.dataset, class),
        // The split is omitted, since all of them are of the same.
        None => name
            .with(|name| name.rsplit_once(", ").map_or(name.as_str(), |(name, _)| name).to_owned()),
    };
    view! {
        <SmallImageButton state index>
            <span>{live(class)}</span>
            <span class="small-image-number">{format::percent_short(distance.into())}</span>
        </SmallImageButton>
    }
}

/// Describes the class of most neighbors, for example “5 of its 6 nearest neighbours are Head.”
fn class_summary(state: InterpretState, neighbors: &[(usize, f32)]) -> Option<String> {
    let classes: Option<Vec<usize>> =
        neighbors.iter().map(|(index, _)| true_class(state.dataset, *index)).collect();
    let classes = classes?;
    let (class, count) = most_frequent(&classes)?;
    let name = class_name(state.dataset, class);
    let all = classes.len();
    Some(if count == all {
        format!("All of its {all} nearest neighbours are {name}.")
    } else {
        format!("{count} of its {all} nearest neighbours are {name}.")
    })
}

/// Returns the most frequent class and its count. The first one if several are equally frequent.
fn most_frequent(classes: &[usize]) -> Option<(usize, usize)> {
    let count = |class: usize| classes.iter().filter(|other| **other == class).count();
    let most = classes.iter().map(|class| count(*class)).max()?;
    classes.iter().find(|class| count(**class) == most).map(|class| (*class, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_class_is_named() {
        assert_eq!(most_frequent(&[2, 0, 2, 1]), Some((2, 2)));
        assert_eq!(most_frequent(&[1, 0]), Some((1, 1)));
        assert_eq!(most_frequent(&[]), None);
    }
}
