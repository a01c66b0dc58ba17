//! Prediction of the class of any image.

use std::pin::Pin;
use std::sync::Arc;

use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use model::score::softmax;
use model::{IMAGE_LEN, IMAGE_SIDE, ImageRef};
use protocol::Problem;
use protocol::interpret::Novelty;
use store::view_model::Prediction;
use ui::drop_zone::{DropZone, FileButton};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::probability_bars::ProbabilityBars;
use wasm_bindgen::{Clamped, JsCast};

use super::novelty_note::NoveltyNote;
use crate::dataset::thumbnail::use_images;
use crate::evaluated_split::use_evaluated_split;

/// Future of an image's gray values.
pub type LaterPixels = Pin<Box<dyn Future<Output = Result<Dropped, Problem>>>>;

/// A dropped image, converted to the network's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// File name.
    pub name: String,
    /// Gray values 0 to 255, `[64, 64]` in row-major order.
    pub pixels: Vec<u8>,
}

/// Drop zone, file button, a button for a random test image, and the prediction as bars.
#[component]
pub fn PredictView(
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// The latest prediction.
    #[prop(into)]
    prediction: Signal<Option<Prediction>>,
    /// How unusual the image of the prediction is, once known.
    #[prop(into)]
    novelty: Signal<Option<Arc<Novelty>>>,
    /// Set to whether a prediction is on the screen.
    visible: RwSignal<bool>,
    /// Converts files that were dropped or chosen together: a picture, a volume, or the files of a
    /// DICOM series.
    #[prop(into)]
    read: Callback<Vec<web_sys::File>, LaterPixels>,
    /// Called when an image was dropped or chosen and could be read.
    #[prop(into)]
    on_image: Callback<Dropped>,
    /// Called with the test image to predict.
    #[prop(into)]
    on_pick: Callback<ImageRef>,
    /// Called when an image could not be read.
    #[prop(into)]
    on_problem: Callback<Problem>,
) -> impl IntoView {
    let images = use_images();
    let evaluated = use_evaluated_split();
    // The last request, with the name and class of its image. The prediction arrives later.
    let asked = RwSignal::new(None::<Asked>);

    let take = move |files: Vec<web_sys::File>| {
        ui::spawn::spawn(async move {
            match read.run(files).await {
                Ok(dropped) => {
                    asked.set(Some(Asked { name: dropped.name.clone(), truth: None }));
                    on_image.run(dropped);
                }
                Err(problem) => on_problem.run(problem),
            }
        });
    };
    let pick = move |_| {
        let picked = images.with_untracked(|images| {
            let images = images.as_ref()?;
            let split = images.set().evaluated();
            let count = images.count(split);
            let index = (js_sys::Math::random() * count as f64) as usize;
            let image = ImageRef { split, index: index.min(count.checked_sub(1)?) };
            let truth = images.label(image).map(usize::from);
            Some((image, Asked { name: images.describe(image), truth }))
        });
        if let Some((image, ask)) = picked {
            asked.set(Some(ask));
            on_pick.run(image);
        }
    };
    let place = NodeRef::<Div>::new();
    use_visibility(place, visible);
    let answer = move || {
        let prediction = prediction.get()?;
        let classes = classes.get();
        if classes.is_empty() || prediction.logits.len() != classes.len() {
            return None;
        }
        let ask = asked.get().unwrap_or_default();
        let probabilities = softmax(&prediction.logits);
        let sentence = verdict(&classes, &probabilities, &ask);
        Some(view! {
            <div class="predict-answer" data-testid="predict-result">
                <figure class="predict-seen">
                    <Pixels pixels=prediction.pixels />
                    <figcaption>{ask.name}<br />"as the network sees it, 64 × 64"</figcaption>
                </figure>
                <div class="predict-verdict" aria-live="polite">
                    <p class="predict-sentence">{sentence}</p>
                    <ProbabilityBars classes=classes probabilities=probabilities truth=ask.truth />
                    <NoveltyNote novelty />
                </div>
            </div>
        })
    };

    view! {
        <div class="predict">
            <DropZone testid="predict-drop" on_files=take>
                <p>"Drop an image here: PNG, JPEG, WebP, NIfTI or DICOM."</p>
                <p class="drop-buttons">
                    <FileButton
                        text="Choose a file"
                        accept="image/png,image/jpeg,image/webp,.nii,.nii.gz,.gz,.hdr,.img,.dcm"
                        testid="predict-file"
                        multiple=true
                        on_files=take
                    />
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=live_value(move || images.with(Option::is_none))
                        on:click=handle_mouse(pick)
                    >
                        {live(move || evaluated.get().say("Try a test image"))}
                    </button>
                </p>
                <p class="hint">
                    "It is shrunk to 64 × 64 gray values on this machine and goes nowhere else; of a volume \
                    the middle axial slice is taken. The "
                    <Term name="probabilities" />
                    " are those of the classes above; the network cannot answer “none of them”."
                </p>
            </DropZone>
            <div node_ref=place>{live(answer)}</div>
        </div>
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    name: String,
    truth: Option<usize>,
}

fn verdict(classes: &[String], probabilities: &[f32], asked: &Asked) -> String {
    let Some(best) = model::score::argmax(probabilities) else {
        return "The network’s answer is no number; reset the run.".into();
    };
    let said = format!("{}, {}", classes[best], format::percent(f64::from(probabilities[best])));
    match asked.truth {
        Some(truth) if truth == best => format!("{said}: right."),
        Some(truth) if truth < classes.len() => format!("{said}: wrong, it is {}.", classes[truth]),
        _ => format!("{said}."),
    }
}

/// Canvas with one pixel per gray value, enlarged by the style sheet.
#[component]
fn Pixels(pixels: Vec<u8>) -> impl IntoView {
    let place = NodeRef::<Canvas>::new();
    effect(move || {
        let Some(canvas) = place.get() else { return };
        if pixels.len() != IMAGE_LEN {
            return;
        }
        let rgba: Vec<u8> = pixels.iter().flat_map(|&gray| [gray, gray, gray, 255]).collect();
        let side = IMAGE_SIDE as u32;
        let context = canvas.get_context("2d").ok().flatten();
        let context = context.and_then(|c| c.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
        let data = web_sys::ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), side, side);
        if let (Some(context), Ok(data)) = (context, data) {
            // Fails only if the canvas has no memory, which does not happen at this size.
            let _ = context.put_image_data(&data, 0.0, 0.0);
        }
    });
    view! {
        <canvas
            class="raster-pixels"
            node_ref=place
            width=IMAGE_SIDE
            height=IMAGE_SIDE
            role="img"
            aria-label="the image as the network sees it"
        ></canvas>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_names_the_class_and_whether_it_is_right() {
        let classes = ["Hand", "Head"].map(str::to_owned);
        let asked = |truth| Asked { name: String::new(), truth };
        assert_eq!(verdict(&classes, &[0.2, 0.8], &asked(None)), "Head, 80.0 %.");
        assert_eq!(verdict(&classes, &[0.2, 0.8], &asked(Some(1))), "Head, 80.0 %: right.");
        assert_eq!(
            verdict(&classes, &[0.2, 0.8], &asked(Some(0))),
            "Head, 80.0 %: wrong, it is Hand."
        );
        assert!(verdict(&classes, &[f32::NAN; 2], &asked(None)).contains("no number"));
    }
}
