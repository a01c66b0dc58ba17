//! What a classifier can give to the U-Net of the other lab.

use leptos::prelude::*;
use store::encoder_start::EncoderOffer;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;

/// A note that the layers are the encoder of a U-Net, and a button that takes their weights over.
/// Nothing for other classifiers.
#[component]
pub fn EncoderOfferNote(
    /// The offer, if the classifier begins with the encoder.
    #[prop(into)]
    offer: Signal<Option<EncoderOffer>>,
    /// Called when the weights are to be taken over.
    #[prop(into)]
    on_use: Callback<()>,
) -> impl IntoView {
    let is_there = memo(move || offer.with(Option::is_some));
    let is_trained =
        memo(move || offer.with(|offer| offer.as_ref().is_some_and(|offer| offer.is_trained)));
    let told = move || offer.with(|offer| offer.as_ref().map(told));
    live(move || {
        is_there.get().then(|| {
            view! {
                <div class="network-encoder" data-testid="encoder-offer">
                    <p>
                        {live(told)}" ("<Term name="transfer learning" />")."
                    </p>
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="use-as-encoder"
                        title="Starts the U-Net of the other lab from these weights"
                        prop:disabled=live_value(move || !is_trained.get())
                        on:click=handle_mouse(move |_| on_use.run(()))
                    >
                        "Use as a U-Net’s encoder"
                    </button>
                </div>
            }
        })
    })
}

/// Says which U-Net has the encoder, and what is to be done.
fn told(offer: &EncoderOffer) -> String {
    let (depth, width) = (offer.unet.depth, offer.unet.width);
    let what = match offer.is_trained {
        true => "It can start from their weights",
        false => "Trained, they give it its first weights",
    };
    format!(
        "These layers are the encoder of the other lab’s U-Net (depth {depth}, width {width}). {what}"
    )
}

#[cfg(test)]
mod tests {
    use model::UNet;

    use super::*;

    #[test]
    fn an_offer_says_what_is_to_be_done() {
        let offer = |is_trained| told(&EncoderOffer { unet: UNet::default(), is_trained });
        assert_eq!(
            offer(true),
            "These layers are the encoder of the other lab’s U-Net (depth 2, width 8). It can start \
             from their weights"
        );
        assert!(offer(false).contains("Trained, they"));
    }
}
