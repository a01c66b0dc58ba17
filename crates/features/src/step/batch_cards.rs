//! The images of a batch before and after a step.

use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{When, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::Choice;
use ui::probability_bars::bar_width;

use super::batch_summary::{BatchSummary, Change, ImageSummary};
use super::step_state::StepState;
use crate::dataset::thumbnail::Thumb;

/// Number of images shown until the visitor asks for all.
const SHOWN: usize = 16;

/// The images of a batch with logits and probabilities before and after a step.
#[component]
pub(crate) fn BatchCards(state: StepState) -> impl IntoView {
    let StepState { batch: trace, classes, .. } = state;
    let reading = memo(move || {
        trace.with(|trace| {
            trace.as_ref().map(|trace| BatchSummary::new(trace, classes.with(Vec::len)))
        })
    });
    let show = RwSignal::new(Show::Probabilities);
    let all = RwSignal::new(false);
    let many = memo(move || {
        reading.with(|reading| reading.as_ref().map_or(0, |reading| reading.images.len()))
    });

    let cards = move || {
        let reading = reading.get()?;
        let (show, classes) = (show.get(), classes.get());
        let shown = if all.get() { usize::MAX } else { SHOWN };
        let span = reading.largest_logit();
        let cards = reading
            .images
            .into_iter()
            .enumerate()
            .take(shown)
            .map(|(index, image)| card(image, state.augmented_url(index), &classes, show, span))
            .collect_view();
        Some(
            view! { <ul class="batch-cards" tabindex="0" aria-label="Images of the batch">{cards}</ul> },
        )
    };

    view! {
        <div class="batch">
            <div class="batch-head">
                <Choice
                    name="what the bars show"
                    options=vec![
                        (Show::Probabilities, "Probabilities".to_owned()),
                        (Show::Logits, "Logits".to_owned()),
                    ]
                    value=show
                    on_choice=move |choice| show.set(choice)
                />
            </div>
            <p class="batch-key">
                <span class="batch-key-before"></span>"before the step"
                <span class="batch-key-after"></span>"after it"
                <span class="batch-key-note">
                    "Bold is the right class. Bars are "
                    <Term name="probabilities" />" (softmax of the "<Term name="logits" />
                    ") or the logits themselves."
                </span>
            </p>
            {live(cards)}
            <When holds=live_value(move || { many.get() > SHOWN })>
                <button type="button" class="button-secondary" on:click=handle_mouse(move |_| all.update(|all| *all = !*all))>
                    {live(move || if all.get() {
                        format!("Show the first {SHOWN}")
                    } else {
                        format!("Show all {}", many.get())
                    })}
                </button>
            </When>
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    Probabilities,
    Logits,
}

fn card(
    image: ImageSummary,
    augmented: Option<String>,
    classes: &[String],
    show: Show,
    span: f32,
) -> AnyView {
    let label = classes.get(image.label).cloned().unwrap_or_default();
    let rows = classes
        .iter()
        .enumerate()
        .map(|(class, name)| match show {
            Show::Probabilities => probability_row(&image, class, name),
            Show::Logits => logit_row(&image, class, name, span),
        })
        .collect_view();
    let before = f64::from(image.truth_before());
    let verdict = match image.truth_after() {
        None => format!("{} sure", format::percent_short(before)),
        Some(after) => format::percent_change(before, after.into()),
    };
    let (word, class) = match image.change() {
        Some(Change::Better) => ("better", "batch-verdict batch-verdict-better"),
        Some(Change::Worse) => ("worse", "batch-verdict batch-verdict-worse"),
        Some(Change::Same) => ("same", "batch-verdict"),
        None => ("", "batch-verdict"),
    };
    view! {
        <li class="batch-card">
            <Thumb image=image.image size=72 changed=augmented />
            <div class="batch-facts">
                <p class="batch-label">{label}</p>
                <p class=class>
                    <span class="batch-verdict-number">{verdict}</span>
                    {(!word.is_empty()).then(|| view! { " "<span class="batch-verdict-word">{word}</span> })}
                </p>
            </div>
            <ul class="batch-bars">{rows}</ul>
        </li>
    }
}

fn probability_row(image: &ImageSummary, class: usize, name: &str) -> AnyView {
    let before = image.before[class];
    let after = image.after.as_ref().map(|after| after[class]);
    let spoken = match after {
        Some(after) => format!(
            "{name}: {} before, {} after",
            format::percent(before.into()),
            format::percent(after.into())
        ),
        None => format!("{name}: {}", format::percent(before.into())),
    };
    let title = spoken.clone();
    view! {
        <li class="batch-bar" class:batch-truth=class == image.label title=title>
            <span class="batch-name">{name.to_owned()}</span>
            <span class="batch-track" role="img" aria-label=spoken>
                <span class="batch-before" style:width=bar_width(before)></span>
                {after.map(|after| view! {
                    <span class="batch-after" style:width=bar_width(after)></span>
                })}
            </span>
        </li>
    }
}

fn logit_row(image: &ImageSummary, class: usize, name: &str, span: f32) -> AnyView {
    let before = image.logits_before[class];
    let after = image.logits_after.as_ref().map(|after| after[class]);
    let spoken = match after {
        Some(after) => {
            format!("{name}: {} before, {} after", format::logit(before), format::logit(after))
        }
        None => format!("{name}: {}", format::logit(before)),
    };
    let number = format::logit(after.unwrap_or(before));
    let title = spoken.clone();
    view! {
        <li class="batch-bar batch-logit" class:batch-truth=class == image.label title=title>
            <span class="batch-name">{name.to_owned()}</span>
            <span class="batch-track batch-signed" role="img" aria-label=spoken>
                <span
                    class="batch-before"
                    class:batch-negative=before < 0.0
                    style:width=bar_width(before.abs() / span / 2.0)
                ></span>
                {after.map(|after| view! {
                    <span
                        class="batch-after"
                        class:batch-negative=after < 0.0
                        style:width=bar_width(after.abs() / span / 2.0)
                    ></span>
                })}
            </span>
            <span class="batch-number">{number}</span>
        </li>
    }
}
