//! Of each class the images that the network is surest of, and least.

use leptos::prelude::*;
use ui::erased_view::{live, memo, view};
use ui::format;

use super::Scene;
use super::answer::{class_name, truth};
use super::picker::test;
use super::picture::{SmallImage, name};

/// Images of each kind a class.
const SHOWN: usize = 3;

/// A row a class: the surest images, and those of the class that it is least sure of. Nothing where
/// there are no classes of whole images.
#[component]
pub fn Extremes(scene: Scene) -> impl IntoView {
    let rows = memo(move || {
        let found = scene.mistakes.get()?;
        let classes = scene.classes().get();
        let first = |all: &[Vec<(usize, f32)>], class: usize| {
            all.get(class).map(|all| all.iter().take(SHOWN).copied().collect()).unwrap_or_default()
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
                <section class="extremes-row" aria-label=class_name(scene, class)>
                    <h4>{class_name(scene, class)}</h4>
                    <Few scene class images=surest called=true />
                    <Few scene class images=least called=false />
                </section>
            }
        });
        Some(view! {
            <section class="extremes">
                <h3>"How sure it is of each class"</h3>
                <p class="hint">
                    "Left the test images that the network is surest are of the class, right the test \
                     images of the class that it is least sure of. Numbers are the probability of the \
                     class."
                </p>
                <div class="extremes-rows">{rows.collect_view()}</div>
            </section>
        })
    })
}

/// A few images with the probability of a class.
#[component]
fn Few(
    scene: Scene,
    class: usize,
    images: Vec<(usize, f32)>,
    /// Whether they are those called so, rather than those that are of the class.
    called: bool,
) -> impl IntoView {
    let title = if called { "Surest" } else { "Least sure" };
    let nothing = images.is_empty();
    let items = images.into_iter().map(|(index, probability)| {
        view! {
            <li><Image scene class index probability called /></li>
        }
    });
    view! {
        <div class="extremes-few">
            <p class="extremes-title">{title}</p>
            <ul class="near-images">{items.collect_view()}</ul>
            {nothing.then(|| view! { <p class="hint">"None."</p> })}
        </div>
    }
}

#[component]
fn Image(
    scene: Scene,
    class: usize,
    index: usize,
    probability: f32,
    called: bool,
) -> impl IntoView {
    let words = memo(move || name(scene, test(index)));
    // What is taken for the class, more or less, and is of another one.
    let other = truth(scene, index).filter(|truth| called && *truth != class);
    view! {
        <SmallImage scene index>
            <span class="small-number">{format::percent(probability.into())}</span>
            {other.map(|truth| view! { <strong>{format!("is {}", class_name(scene, truth))}</strong> })}
            <span class="visually-hidden">{words.live()}</span>
        </SmallImage>
    }
}
