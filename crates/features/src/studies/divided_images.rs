//! Images on which networks of different seeds disagree.

use leptos::prelude::*;
use model::{ImageRef, Split};
use ui::erased_view::view;

use super::agreement::{Agreement, ImageVotes};
use crate::dataset::thumbnail::Thumb;

/// Largest number of images shown.
const SHOWN: usize = 24;

/// Returns the images with their votes, first those on which the networks agree least. `split` is
/// that of the images, and `None` if the page shows other data by now.
pub fn divided_images(agreement: &Agreement, classes: &[String], split: Option<Split>) -> AnyView {
    let divided: Vec<&ImageVotes> =
        agreement.images.iter().filter(|image| !image.is_unanimous()).collect();
    let more = divided.len().saturating_sub(SHOWN);
    let name = |class: usize| classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let cards = divided.iter().take(SHOWN).map(|image| {
        let mut votes: Vec<(usize, usize)> =
            image.votes.iter().copied().enumerate().filter(|(_, votes)| *votes > 0).collect();
        votes.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
        let votes = votes.into_iter().map(|(class, votes)| {
            let is_true = class == usize::from(image.truth);
            let mark = if is_true { " ✓" } else { "" };
            view! {
                <li class:study-true=is_true>{format!("{votes} × {}{mark}", name(class))}</li>
            }
        });
        view! {
            <li class="study-card">
                {split.map(|split| view! {
                    <Thumb image=ImageRef { split, index: image.image } size=96 />
                })}
                <ul class="study-votes" aria-label=format!("votes; the class is {}", name(image.truth.into()))>
                    {votes.collect_view()}
                </ul>
            </li>
        }
    });
    let none = divided.is_empty().then(|| {
        view! { <p class="hint">"All networks agree on every image."</p> }
    });
    view! {
        <h3>"Where they disagree"</h3>
        <p class="hint">
            "Number of networks that predict each class, ✓ for the true one. First the images on which they agree least."
        </p>
        {none}
        <ul class="study-cards" data-testid="divided-images">{cards.collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="hint">{format!("{more} more are not shown.")}</p> })}
    }
}
