//! How unusual an image is, beside its prediction.

use std::sync::Arc;

use leptos::prelude::*;
use model::Split;
use protocol::interpret::Novelty;
use ui::erased_signal::Signal;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use crate::evaluated_split::use_evaluated_split;

/// Fraction of nearer images from which an image is unusual.
const UNUSUAL: f64 = 0.95;

/// Fraction of nearer images from which an image is unlike the data set.
const UNLIKE: f64 = 0.99;

/// A bar of how many held-out images are more like the training images, and a sentence.
#[component]
pub(super) fn NoveltyNote(novelty: Signal<Option<Arc<Novelty>>>) -> impl IntoView {
    let split = use_evaluated_split();
    let percentile = memo(move || novelty.with(|novelty| Some(novelty.as_ref()?.percentile)));
    live(move || {
        let percentile = percentile.get()?;
        let class = match percentile >= UNUSUAL {
            true => "predict-novelty predict-unusual",
            false => "predict-novelty",
        };
        Some(view! {
            <p class=class data-testid="novelty">
                <Term name="novelty" text="Novelty" />
                <progress class="predict-percentile" aria-hidden="true" max="1" value=percentile></progress>
                {sentence(percentile, split.get())}
            </p>
        })
    })
}

/// Says how unusual an image is, given the fraction of held-out images that are nearer to the training
/// images.
fn sentence(percentile: f64, split: Split) -> String {
    let nearer = format::percent_short(percentile);
    let name = split.name();
    let verdict = if percentile >= UNLIKE {
        "the network has seen nothing like this, and its probabilities mean nothing"
    } else if percentile >= UNUSUAL {
        "an unusual image"
    } else {
        "nothing unusual"
    };
    format!("{nearer} of the {name} images are more like the training images: {verdict}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_follows_the_percentile() {
        assert!(sentence(0.996, Split::Validation).contains("validation images"));
        assert!(sentence(0.996, Split::Validation).contains("mean nothing"));
        assert!(sentence(0.96, Split::Test).contains("an unusual image"));
        assert!(sentence(0.4, Split::Test).starts_with("40 % of the test images"));
    }
}
