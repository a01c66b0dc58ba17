//! Words of the field with an explanation, for a first-year student.

use leptos::ev;
use leptos::html::{Button, Span};
use leptos::prelude::*;

/// Word and explanation of everything that the page names.
const GLOSSARY: &[(&str, &str)] = &[
    ("accuracy", "The share of images whose most probable class is the right one."),
    (
        "activation",
        "A simple curve applied to every value a layer puts out. Without it, any number of layers could be replaced by a single one.",
    ),
    (
        "Adam",
        "Gradient descent with a step size of its own for every weight, learned from how large and how steady that weight’s gradients have been.",
    ),
    (
        "AdamW",
        "Adam that also pulls every weight a little towards zero at each step, which keeps the network from relying on few large weights.",
    ),
    ("batch", "The images that the network looks at together before it changes its weights once."),
    (
        "batch norm",
        "Shifts and scales each channel so that, over the batch, its values have mean 0 and spread 1. Training then tolerates larger learning rates.",
    ),
    (
        "batch size",
        "How many images one step looks at. Small batches give noisy but many steps, large ones smooth but few.",
    ),
    (
        "channels",
        "How many feature maps a convolution puts out; each is the answer of one learned filter.",
    ),
    (
        "CNN",
        "Convolutional neural network: small learned filters slide over the image, so that a pattern is recognised wherever it lies.",
    ),
    (
        "confusion matrix",
        "A table of how often images of each class (row) were taken for each class (column). Everything off the diagonal is an error.",
    ),
    (
        "convolution",
        "A small filter that slides over the image and answers at every place how well its pattern fits.",
    ),
    (
        "cross-entropy",
        "The negative logarithm of the probability that the network gave to the right class: 0 when it is certain and right, large when it is certain and wrong.",
    ),
    ("dense", "A layer in which every unit is connected to every value that arrives."),
    (
        "dropout",
        "While training, this share of the values is set to zero at random, so that the network cannot rely on any single one.",
    ),
    (
        "epoch",
        "One pass over all training images. Afterwards the network is examined on the test set.",
    ),
    (
        "F1",
        "One number for precision and recall together: their harmonic mean, high only when both are.",
    ),
    ("kernel", "The filter of a convolution; its side is given in pixels."),
    (
        "learning rate",
        "How far the weights move at each step. Too small and nothing happens, too large and the loss jumps about or explodes.",
    ),
    (
        "logits",
        "The network’s raw scores, one a class. Softmax turns them into probabilities; only the differences between them count.",
    ),
    (
        "loss",
        "How wrong the network is on a batch, as one number: the mean cross-entropy. Training makes it smaller.",
    ),
    (
        "MLP",
        "Multi-layer perceptron: dense layers only. It sees the image as a list of 4,096 values and knows nothing of neighbours.",
    ),
    (
        "momentum",
        "The share of the last step’s movement that is kept, so that the weights roll on through noise and shallow valleys.",
    ),
    (
        "noise",
        "Random gray values added to every generated image; the standard deviation in percent of the full scale.",
    ),
    (
        "optimiser",
        "The rule that turns gradients (which way each weight should go) into new weights.",
    ),
    (
        "output shape",
        "What a layer passes on for one image: channels × height × width, or the length of a list.",
    ),
    ("parameters", "The numbers that training changes: weights, biases, and those of batch norm."),
    (
        "phantoms",
        "Images drawn by the page itself that look a little like body parts. They need no download and no patient.",
    ),
    (
        "pooling",
        "Keeps only the largest value of each small square, which halves (or more) the side of the map.",
    ),
    ("precision", "Of all images that the network called this class, the share that really are."),
    (
        "probabilities",
        "The logits after softmax: between 0 and 1, and 1 in total. How sure the network is, not how right.",
    ),
    ("recall", "Of all images that really are of this class, the share that the network found."),
    (
        "rotation",
        "Every generated image is turned by a random angle of up to this many degrees to either side.",
    ),
    (
        "seed",
        "The number that random choices start from. The same seed gives the same initial weights, the same order of images, and so the same curve.",
    ),
    (
        "SGD",
        "Stochastic gradient descent: every weight moves downhill, by the learning rate times its gradient on one batch.",
    ),
    (
        "smoothed",
        "A running mean over the last steps, which shows the trend behind the noise from batch to batch.",
    ),
    ("step", "One batch, one gradient, one change of all weights."),
    ("test accuracy", "The share of test images that the network gets right."),
    (
        "test set",
        "Images that the network never trains on. Only they tell whether it has learned or memorised.",
    ),
    (
        "training set",
        "The images that the network learns from; it sees each of them once an epoch.",
    ),
    (
        "weight decay",
        "The share of each weight, times the learning rate, that is taken away at every step.",
    ),
];

/// The explanation of a word, where there is one.
pub fn explanation(name: &str) -> Option<&'static str> {
    GLOSSARY.iter().find(|(word, _)| *word == name).map(|(_, text)| *text)
}

/// A word of the field, with its explanation on hover, focus and tap.
#[component]
pub fn Term(
    /// Its name in the glossary, and what is shown.
    name: &'static str,
    /// Shown in place of the name.
    #[prop(optional)]
    text: Option<&'static str>,
) -> impl IntoView {
    let shown = text.unwrap_or(name);
    let Some(explanation) = explanation(name) else {
        return view! { <span>{shown}</span> }.into_any();
    };
    let word = NodeRef::<Button>::new();
    let note = NodeRef::<Span>::new();
    let id = note_id();
    let show = move || {
        let (Some(word), Some(note)) = (word.get_untracked(), note.get_untracked()) else { return };
        // Showing what is shown already fails, and that is fine.
        let _ = note.show_popover();
        place(&word, &note);
    };
    let hide = move || {
        if let Some(note) = note.get_untracked() {
            let _ = note.hide_popover();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            hide();
        }
    };
    view! {
        <button
            type="button"
            class="term"
            node_ref=word
            aria-describedby=id.clone()
            on:pointerenter=move |_| show()
            on:pointerleave=move |_| hide()
            on:focus=move |_| show()
            on:blur=move |_| hide()
            on:click=move |_| show()
            on:keydown=on_key
        >
            {shown}
        </button>
        <span class="term-note" popover="manual" role="tooltip" id=id node_ref=note>
            {explanation}
        </span>
    }
    .into_any()
}

fn note_id() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("term-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Puts the note beneath the word, or above it where there is no room, within the window.
fn place(word: &web_sys::HtmlElement, note: &web_sys::HtmlElement) {
    let window = window();
    let length = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    let (wide, high) = (length(window.inner_width()), length(window.inner_height()));
    let (word, size) = (word.get_bounding_client_rect(), note.get_bounding_client_rect());
    let (left, top) = beside(
        (word.left(), word.top(), word.bottom()),
        (size.width(), size.height()),
        (wide, high),
    );
    let style = note.style();
    let _ = style.set_property("left", &format!("{left:.0}px"));
    let _ = style.set_property("top", &format!("{top:.0}px"));
}

/// Top left corner of a note of `size` at a word (left, top, bottom) in a window.
fn beside(
    (left, top, bottom): (f64, f64, f64),
    (width, height): (f64, f64),
    (wide, high): (f64, f64),
) -> (f64, f64) {
    const GAP: f64 = 8.0;
    let left = left.min(wide - width - GAP).max(GAP);
    let below = bottom + GAP;
    let above = top - height - GAP;
    (left, if below + height > high && above >= 0.0 { above } else { below })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_has_each_word_once_with_a_sentence() {
        for (index, (word, text)) in GLOSSARY.iter().enumerate() {
            assert!(
                GLOSSARY[..index].iter().all(|(w, _)| w != word),
                "“{word}” stands there twice"
            );
            assert!(text.ends_with('.') && text.len() > 30, "{word}: {text}");
        }
    }

    #[test]
    fn notes_stay_in_the_window() {
        let window = (400.0, 300.0);
        let size = (200.0, 80.0);
        assert_eq!(beside((50.0, 20.0, 40.0), size, window), (50.0, 48.0));
        assert_eq!(beside((380.0, 20.0, 40.0), size, window), (192.0, 48.0));
        assert_eq!(beside((50.0, 250.0, 270.0), size, window), (50.0, 162.0));
        assert_eq!(beside((0.0, 10.0, 290.0), (500.0, 80.0), window).0, 8.0);
    }
}
