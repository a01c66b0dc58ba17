//! Choice of the weights from which the encoder starts: random ones, or those of a classifier.

use leptos::prelude::*;
use store::encoder_start::EncoderStart;
use store::first_weights::{WeightsOrigin, WeightsPart};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;

/// Signals and callbacks of the choice.
#[derive(Clone, Copy)]
pub struct EncoderPort {
    /// Weights from which runs start; `None` if they are random.
    pub origin: Signal<Option<WeightsOrigin>>,
    /// How the encoder can start.
    pub start: Signal<EncoderStart>,
    /// Starts runs from random weights.
    pub on_random: Callback<()>,
    /// Starts the encoder from a classifier, or leads to the other lab to train one.
    pub on_classifier: Callback<()>,
}

/// A line with two buttons, and what they mean.
#[component]
pub(crate) fn EncoderStartChoice(port: EncoderPort, locked: Signal<bool>) -> impl IntoView {
    let part = memo(move || port.origin.with(|origin| origin.as_ref().map(|origin| origin.part)));
    let from_classifier = memo(move || part.get() == Some(WeightsPart::Encoder));
    let cannot = memo(move || {
        locked.get() || port.start.with(|start| start.problem.is_some()) && !from_classifier.get()
    });
    let told = move || port.origin.with(|origin| port.start.with(|start| told(origin, start)));
    view! {
        <div class="unet-control">
            <span class="unet-label"><Term name="transfer learning" text="encoder" /></span>
            <div class="unet-starts" role="group" aria-label="the encoder starts">
                <button
                    type="button"
                    class="button-small"
                    data-testid="encoder-random"
                    aria-pressed=live_value(move || part.get().is_none().to_string())
                    prop:disabled=locked.live()
                    on:click=handle_mouse(move |_| port.on_random.run(()))
                >
                    "random"
                </button>
                <button
                    type="button"
                    class="button-small"
                    data-testid="encoder-classifier"
                    aria-pressed=live_value(move || from_classifier.get().to_string())
                    prop:disabled=live_value(move || cannot.get())
                    on:click=handle_mouse(move |_| port.on_classifier.run(()))
                >
                    "from a classifier"
                </button>
            </div>
            <p class="unet-start hint" aria-live="polite" data-testid="encoder-start">{live(told)}</p>
        </div>
    }
}

/// Says from which weights the encoder starts, and what a classifier needs.
fn told(origin: &Option<WeightsOrigin>, start: &EncoderStart) -> String {
    let more = match (origin, start) {
        (Some(WeightsOrigin { name, part: WeightsPart::Encoder }), _) => {
            return format!(
                "Starts from the weights of “{name}”, the other layers from random ones. A link does \
                 not carry them."
            );
        }
        (Some(WeightsOrigin { name, .. }), _) => {
            return format!("Starts, as all layers, from the weights of “{name}”.");
        }
        (None, EncoderStart { problem: Some(problem), .. }) => problem.clone(),
        (None, EncoderStart { classifier: Some(name), .. }) => {
            format!("The weights of “{name}” can be used again.")
        }
        (None, _) => {
            "For a classifier, the other lab trains the same layers to tell images apart, and \
                      hands their weights over."
                .to_owned()
        }
    };
    format!("Starts from random weights. {more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_told_in_words() {
        let origin = |part| Some(WeightsOrigin { name: "Deep CNN".into(), part });
        let none = EncoderStart::default();
        let text = told(&origin(WeightsPart::Encoder), &none);
        assert!(text.starts_with("Starts from the weights of “Deep CNN”, the other"), "{text}");
        let text = told(&origin(WeightsPart::Network), &none);
        assert_eq!(text, "Starts, as all layers, from the weights of “Deep CNN”.");
        let known = EncoderStart { classifier: Some("CNN".into()), problem: None };
        let text = told(&None, &known);
        assert_eq!(text, "Starts from random weights. The weights of “CNN” can be used again.");
        let problem = EncoderStart { classifier: None, problem: Some("Too wide.".into()) };
        assert_eq!(told(&None, &problem), "Starts from random weights. Too wide.");
        assert!(told(&None, &none).contains("the other lab"));
    }
}
