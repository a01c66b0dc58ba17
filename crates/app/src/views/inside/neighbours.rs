//! What is near a test image in the last hidden layer.

use leptos::prelude::*;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::Scene;
use super::answer::{class_name, truth};
use super::mistakes::verdict;
use super::picker::test;
use super::picture::{SmallImage, name};
use super::scene::Topic;

/// The nearest test images with their classes and distances, the nearest first.
#[component]
pub fn Neighbours(
    scene: Scene,
    /// The image that they are near.
    index: usize,
) -> impl IntoView {
    let refusal = scene.refusal(Topic::Neighbours);
    let found = memo(move || {
        scene
            .neighbours
            .with(|near| near.as_ref().filter(|near| near.0 == index).map(|n| n.1.clone()))
    });
    let content = move || {
        if let Some(sentence) = refusal.get() {
            return view! { <p class="why-note">{sentence}</p> };
        }
        let Some(found) = found.get() else {
            return view! { <p class="hint">"The network looks for what is near …"</p> };
        };
        let verdict = verdict(scene, &found);
        let items = found.into_iter().map(|(index, distance)| {
            view! {
                <li><Neighbour scene index distance /></li>
            }
        });
        view! {
            {verdict.map(|verdict| view! { <p class="near-verdict">{verdict}</p> })}
            <ul class="near-images">{items.collect_view()}</ul>
        }
    };
    view! {
        <div class="near" aria-live="polite">
            <p class="hint">
                <Term name="nearest neighbours" text="Nearest neighbours" />
                {live(move || format!(
                    " of {} in the last hidden layer, with their distance in percent of the mean \
                     distance of all test images from it.",
                    name(scene, test(index)),
                ))}
            </p>
            {live(content)}
        </div>
    }
}

#[component]
fn Neighbour(scene: Scene, index: usize, distance: f32) -> impl IntoView {
    let words = memo(move || name(scene, test(index)));
    let class = move || match truth(scene, index) {
        Some(class) => class_name(scene, class),
        // All of them are test slices.
        None => words.with(|words| words.trim_end_matches(", test").to_owned()),
    };
    view! {
        <SmallImage scene index>
            <span>{live(class)}</span>
            <span class="small-number">{format::percent_short(distance.into())}</span>
        </SmallImage>
    }
}
