//! The training loss of a U-Net and its class weights.

use leptos::prelude::*;
use model::params;
use model::{SegmentLoss, Segmentation, class_weights};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_event, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::Choice;

/// Choice of the loss with an explanation, and the class weights.
#[component]
pub fn LossPanel(
    /// The current network and loss.
    #[prop(into)]
    segmentation: Signal<Segmentation>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Fraction of each class among the training pixels, 0 to 1, once known.
    #[prop(into)]
    shares: Signal<Option<Vec<f64>>>,
    /// Called with the changed loss; the network is unchanged.
    #[prop(into)]
    on_change: Callback<Segmentation>,
) -> impl IntoView {
    let loss = memo(move || segmentation.with(|now| now.loss));
    let balanced = memo(move || segmentation.with(|now| now.balanced));
    let change = move |edit: &dyn Fn(&mut Segmentation)| {
        let mut next = segmentation.get_untracked();
        edit(&mut next);
        if segmentation.with_untracked(|now| *now != next) {
            on_change.run(next);
        }
    };
    let rows = memo(move || {
        let shares = shares.get()?;
        Some(weight_rows(&classes.get(), &shares, loss.get(), balanced.get()))
    });
    view! {
        <div class="loss" data-testid="loss">
            <div class="field field-wide">
                <span class="field-name"><Term name=params::LOSS.label /></span>
                <Choice
                    name=params::LOSS.label
                    options=SegmentLoss::ALL.map(|loss| (loss, loss.name().to_owned())).to_vec()
                    value=loss
                    on_choice=move |loss| change(&|now| now.loss = loss)
                />
            </div>
            <p class="hint">{live(move || explanation(loss.get()))}</p>
            <div class="loss-weights">
                <label class="field-check">
                    <input
                        type="checkbox"
                        data-testid="balanced"
                        prop:checked=balanced.live()
                        prop:disabled=live_value(move || !loss.get().uses_class_weights())
                        on:change=handle_event(move |event| {
                            let balanced = event_target_checked(&event);
                            change(&|now| now.balanced = balanced);
                        })
                    />
                    <span>"balanced classes: the rarer, the more it counts"</span>
                </label>
                {live(move || rows.get().map(|rows| view! { <Weights rows=rows /> }))}
            </div>
        </div>
    }
}

/// Name, fraction of the pixels, weight.
type Row = [String; 3];

#[component]
fn Weights(rows: Vec<Row>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|[name, share, weight]| {
            view! { <tr><th scope="row">{name}</th><td>{share}</td><td>{weight}</td></tr> }
        })
        .collect_view();
    view! {
        <table class="table" data-testid="class-weights">
            <thead>
                <tr>
                    <th scope="col">"Class"</th>
                    <th scope="col">"Share of pixels"</th>
                    <th scope="col"><Term name="class weight" text="Weight" /></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Returns one row per class: name, frequency, weight (a dash if the loss uses no weights).
fn weight_rows(classes: &[String], shares: &[f64], loss: SegmentLoss, balanced: bool) -> Vec<Row> {
    let weights = class_weights(shares, balanced);
    let weight = |weight: f64| match loss.uses_class_weights() {
        true => format!("{weight:.2}"),
        false => "–".to_owned(),
    };
    let rows = classes.iter().zip(shares).zip(weights);
    rows.map(|((name, share), w)| [name.clone(), format::percent(*share), weight(w)]).collect()
}

/// Returns an explanation of a loss in one sentence.
fn explanation(loss: SegmentLoss) -> &'static str {
    match loss {
        SegmentLoss::CrossEntropy => {
            "Asks of every pixel how much probability its right class got; where nearly all pixels \
             are background, calling everything background is nearly right."
        }
        SegmentLoss::Dice => {
            "Asks how well each structure as a whole is covered, whether it has ten pixels or a \
             thousand; the background does not count."
        }
        SegmentLoss::CrossEntropyDice => {
            "The sum of both: cross-entropy gives every pixel a direction from the first step on, \
             Dice keeps small structures from being outvoted."
        }
        SegmentLoss::Focal => {
            "Cross-entropy in which pixels that are already right count little, so that the \
             difficult ones at the boundary decide."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_shown_as_numbers_where_they_count() {
        let classes = ["background", "ventricle"].map(str::to_owned);
        let rows = |loss, balanced| weight_rows(&classes, &[0.975, 0.025], loss, balanced);
        assert_eq!(
            rows(SegmentLoss::CrossEntropy, true),
            [["background", "97.5 %", "0.05"], ["ventricle", "2.5 %", "1.95"]]
        );
        assert_eq!(rows(SegmentLoss::Focal, false)[1][2], "1.00");
        assert_eq!(rows(SegmentLoss::Dice, true)[1][2], "–");
    }

    #[test]
    fn every_loss_is_explained_in_one_sentence() {
        for loss in SegmentLoss::ALL {
            let text = explanation(loss);
            assert!(text.ends_with('.') && text.matches(". ").count() == 0, "{text}");
        }
    }
}
