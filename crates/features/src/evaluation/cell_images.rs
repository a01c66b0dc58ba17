//! The evaluated images of one cell of the confusion matrix.

use leptos::prelude::*;
use model::ImageRef;
use protocol::Evaluation;
use store::shared_evaluation::SharedEvaluation;
use ui::close_button::CloseButton;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{live, view};
use ui::format;
use ui::probability_bars::ProbabilityBars;
use ui::sort_by_score::sort_by_score;

use crate::dataset::thumbnail::{Thumb, use_images};

/// Maximum number of images shown for a cell.
const SHOWN: usize = 60;

/// Returns the indices of the evaluated images of one class that were predicted as another class (or as the same one),
/// sorted by confidence.
fn images_of_cell(
    labels: &[u8],
    probabilities: &[f32],
    classes: usize,
    (truth, predicted): (usize, usize),
) -> Vec<(usize, Vec<f32>)> {
    if classes == 0 {
        return Vec::new();
    }
    let images: Vec<_> = labels
        .iter()
        .zip(probabilities.chunks_exact(classes))
        .enumerate()
        .filter(|(_, (label, row))| {
            usize::from(**label) == truth && model::score::argmax(row) == Some(predicted)
        })
        .map(|(index, (_, row))| (index, row.to_vec()))
        .collect();
    // On the diagonal, uncertain predictions are more informative; elsewhere, confident ones are.
    let sure: Vec<_> = images.iter().map(|(_, row)| Some(row[predicted].into())).collect();
    let order = sort_by_score(&sure, truth == predicted);
    order.into_iter().map(|place| images[place].clone()).collect()
}

/// The images of the selected cell with the network's predictions.
#[component]
pub(crate) fn CellImages(
    /// The last evaluation.
    report: Signal<Option<SharedEvaluation<Evaluation>>>,
    /// Classes of the evaluated images, in pack order.
    labels: Signal<Vec<u8>>,
    /// Class names in label order.
    classes: Signal<Vec<String>>,
    /// True and predicted class of the selected cell; `None` if no cell is selected.
    chosen: RwSignal<Option<(usize, usize)>>,
) -> impl IntoView {
    let images_of = use_images();
    let content = move || {
        let (truth, predicted) = chosen.get()?;
        let split =
            images_of.with(|images| images.as_ref().map(|images| images.set().evaluated()))?;
        let classes = classes.get();
        let (truth_name, predicted_name) =
            (classes.get(truth)?.clone(), classes.get(predicted)?.clone());
        let images = report.with(|report| {
            let probabilities = &report.as_ref()?.test.probabilities;
            Some(labels.with(|labels| {
                images_of_cell(labels, probabilities, classes.len(), (truth, predicted))
            }))
        })?;
        let n = images.len();
        let title = if truth == predicted {
            format!("{truth_name}, recognised: {}", format::plural(n, "image", "images"))
        } else {
            format!(
                "{truth_name} taken for {predicted_name}: {}",
                format::plural(n, "image", "images")
            )
        };
        let note = match (n, truth == predicted) {
            (0, _) => "No image falls into this cell.".to_owned(),
            (_, true) => "The least sure come first.".to_owned(),
            (_, false) => "The surest mistakes come first.".to_owned(),
        };
        let more = n.saturating_sub(SHOWN);
        let cards = images
            .into_iter()
            .take(SHOWN)
            .map(|(index, probabilities)| {
                let image = ImageRef { split, index };
                view! {
                    <li class="confusion-image">
                        <Thumb image=image size=96 />
                        <ProbabilityBars
                            classes=classes.clone()
                            probabilities=probabilities
                            truth=Some(truth)
                        />
                    </li>
                }
            })
            .collect_view();
        Some(view! {
            <div class="heading-row">
                <h3>{title}</h3>
                <p class="hint">{note}</p>
                <CloseButton on_close=move || chosen.set(None) />
            </div>
            <ul class="confusion-images" tabindex="0" aria-label="images of the cell">{cards}</ul>
            {(more > 0).then(|| view! { <p class="hint">{format!("{more} more are not shown.")}</p> })}
        })
    };
    view! { <div class="confusion-chosen" aria-live="polite">{live(content)}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_its_images_in_order_of_interest() {
        let labels = [0, 0, 0, 1];
        let probabilities = [0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.4, 0.6];
        let of = |cell| -> Vec<usize> {
            images_of_cell(&labels, &probabilities, 2, cell)
                .iter()
                .map(|(index, _)| *index)
                .collect()
        };
        assert_eq!(of((0, 0)), [1, 0]);
        assert_eq!(of((0, 1)), [2]);
        assert_eq!(of((1, 0)), [0; 0]);
        assert_eq!(images_of_cell(&labels, &probabilities, 0, (0, 0)), []);
    }
}
