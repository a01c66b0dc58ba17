//! The held-out images with the highest and lowest confidence for each class.

use leptos::prelude::*;
use ui::erased_view::{live, memo, view};
use ui::format;

use crate::image_view::{evaluated_image, image_name};
use crate::network_facts::{class_name, true_class};
use crate::small_image_button::SmallImageButton;
use crate::state::InterpretState;

/// Number of images in each group of a class.
const IMAGES_PER_GROUP: usize = 3;

/// One row per class: the held-out images with the highest probability of the class, and the images of
/// the class with the lowest one. Renders nothing if the classes are those of pixels rather than
/// images.
#[component]
pub fn ConfidenceExtremes(state: InterpretState) -> impl IntoView {
    let rows = memo(move || {
        let found = state.answers.mistakes.data.get()?;
        let classes = state.classes().get();
        let first = |all: &[Vec<(usize, f32)>], class: usize| {
            all.get(class)
                .map(|all| all.iter().take(IMAGES_PER_GROUP).copied().collect())
                .unwrap_or_default()
        };
        let rows: Vec<_> = (0..classes.len().min(found.surest.len()))
            .map(|class| (class, first(&found.surest, class), first(&found.least_sure, class)))
            .collect();
        (!rows.is_empty()).then_some(rows)
    });
    live(move || {
        let rows: Vec<(usize, Vec<_>, Vec<_>)> = rows.get()?;
        let rows = rows.into_iter().map(|(class, surest, least)| {
            view! {
                <section class="extremes-row" aria-label=class_name(state.dataset, class)>
                    <h4>{class_name(state.dataset, class)}</h4>
                    <ImageGroup state class images=surest highest=true />
                    <ImageGroup state class images=least highest=false />
                </section>
            }
        });
        Some(view! {
            <section class="extremes">
                <h3>"Confidence by class"</h3>
                <p class="hint">
                    "Left: the held-out images with the highest predicted probability of the class. Right: \
                     the held-out images of the class with the lowest. Numbers are the probability of the \
                     class."
                </p>
                <div class="extremes-rows">{rows.collect_view()}</div>
            </section>
        })
    })
}

/// A few images with the predicted probability of a class.
#[component]
fn ImageGroup(
    state: InterpretState,
    class: usize,
    images: Vec<(usize, f32)>,
    /// Whether these are the images with the highest probability, which may belong to another
    /// class.
    highest: bool,
) -> impl IntoView {
    let title = if highest { "Highest confidence" } else { "Lowest confidence" };
    let nothing = images.is_empty();
    let items = images.into_iter().map(|(index, probability)| {
        view! {
            <li><GroupImage state class index probability highest /></li>
        }
    });
    view! {
        <div class="extremes-few">
            <p class="extremes-title">{title}</p>
            <ul class="neighbors-images">{items.collect_view()}</ul>
            {nothing.then(|| view! { <p class="hint">"None."</p> })}
        </div>
    }
}

#[component]
fn GroupImage(
    state: InterpretState,
    class: usize,
    index: usize,
    probability: f32,
    highest: bool,
) -> impl IntoView {
    let name = memo(move || image_name(state.dataset, evaluated_image(state.dataset, index)));
    let other = true_class(state.dataset, index).filter(|truth| highest && *truth != class);
    view! {
        <SmallImageButton state index>
            <span class="small-image-number">{format::percent(probability.into())}</span>
            {other.map(|truth| view! { <strong>{format!("true class {}", class_name(state.dataset, truth))}</strong> })}
            <span class="visually-hidden">{name.live()}</span>
        </SmallImageButton>
    }
}
