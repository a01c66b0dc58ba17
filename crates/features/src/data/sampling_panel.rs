//! Controls for the part of a data set that a run uses: split, classes, number of training images,
//! wrong labels, noise.

use leptos::prelude::*;
use model::params::{self, Param};
use model::{ClassSubset, MAX_CHOSEN_CLASS, Partition, RunConfig, Sampling, Trap};
use ui::data_slider::DataSlider;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, handle_event, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::{Choice, NumberField};

use super::trap_choice::TrapChoice;

/// Names of the partitions in the order of [`Partition::ALL`].
const PARTITIONS: [&str; 2] = ["Training, validation, test", "Training, test"];

/// Parameters with a slider.
const SLIDERS: [&Param; 3] = [&params::IMBALANCE, &params::WRONG_LABELS, &params::ADDED_NOISE];

/// Controls for the part of a data set that a run uses, folded to a line that says it.
#[component]
pub fn SamplingPanel(
    /// The current configuration.
    #[prop(into)]
    config: Signal<RunConfig>,
    /// Names of all classes of the data set, also of those that are not used; empty in the
    /// segmentation lab.
    #[prop(into)]
    all_classes: Signal<Vec<String>>,
    /// Called with the changed sampling.
    #[prop(into)]
    on_sampling: Callback<Sampling>,
) -> impl IntoView {
    let sampling = memo(move || config.with(|config| config.sampling));
    let change = move |edit: &dyn Fn(&mut RunConfig)| {
        let mut next = config.get_untracked();
        edit(&mut next);
        if next.sampling != sampling.get_untracked() {
            on_sampling.run(next.sampling);
        }
    };
    let partition = derived(move || sampling.get().partition);
    let has_classes = memo(move || all_classes.with(|classes| classes.len() > 2));
    let of_images =
        memo(move || config.with(|config| (params::WRONG_LABELS.applies.holds)(config)));
    let slider = move |param: &'static Param| {
        let range = param.int_range();
        let [start, end] =
            [*range.start(), *range.end()].map(|end| u8::try_from(end).unwrap_or(u8::MAX));
        let applies = move || config.with(|config| (param.applies.holds)(config));
        live(move || {
            applies().then(|| {
                view! {
                    <DataSlider
                        name=param.label
                        spoken=format!("{}{}", param.label, param.unit.spoken())
                        range=start..=end
                        value=derived(move || config.with(|config| number(param, config)))
                        text=move |value: u8| param.unit.format(usize::from(value))
                        on_value=move |value: u8| {
                            // In range, since the slider has the range of the parameter.
                            change(&|config| drop(param.set_number(config, f64::from(value))));
                        }
                    />
                }
            })
        })
    };
    view! {
        <details class="data-details" data-testid="sampling">
            <summary>{live(move || config.with(summary))}</summary>
            <div class="data-sampling">
                <div class="field field-wide">
                    <span class="field-name"><Term name=params::SPLIT.label /></span>
                    <Choice
                        name=params::SPLIT.label
                        options=Partition::ALL
                            .into_iter()
                            .zip(PARTITIONS.map(str::to_owned))
                            .collect()
                        value=partition
                        on_choice=move |partition| {
                            change(&|config| config.sampling.partition = partition);
                        }
                    />
                </div>
                {live(move || of_images.get().then(|| view! {
                    <NumberField
                        name=params::IMAGES_PER_CLASS.label
                        value=derived(move || per_class_text(sampling.get()))
                        on_text=move |text: String| {
                            let per_class = parse_per_class(&text)?;
                            change(&|config| config.sampling.per_class = per_class);
                            Ok(())
                        }
                    />
                }))}
                {SLIDERS.map(slider).collect_view()}
                {live(move || of_images.get().then(|| view! {
                    <TrapChoice
                        trap=derived(move || sampling.get().trap)
                        on_trap=move |trap| change(&|config| config.sampling.trap = trap)
                    />
                }))}
                {live(move || has_classes.get().then(|| {
                    view! { <Classes sampling all_classes on_sampling /> }
                }))}
            </div>
        </details>
    }
}

/// A checkbox for each class.
#[component]
fn Classes(
    sampling: Signal<Sampling>,
    all_classes: Signal<Vec<String>>,
    on_sampling: Callback<Sampling>,
) -> impl IntoView {
    let boxes = move || {
        let all = all_classes.get();
        let count = all.len().min(MAX_CHOSEN_CLASS);
        all.into_iter()
            .take(count)
            .enumerate()
            .map(|(label, name)| {
                let is_chosen = move || sampling.get().classes.contains(label);
                view! {
                    <label class="field-small field-check">
                        <input
                            type="checkbox"
                            prop:checked=live_value(is_chosen)
                            on:change=handle_event(move |_| {
                                let before = sampling.get_untracked();
                                let classes = toggled(before.classes, label, count);
                                on_sampling.run(Sampling { classes, ..before });
                            })
                        />
                        <span>{name}</span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <fieldset class="data-classes">
            <legend><Term name=params::CLASSES.label /></legend>
            {live(boxes)}
        </fieldset>
    }
}

/// Returns the classes with one added or removed. At least two stay.
fn toggled(chosen: ClassSubset, label: usize, count: usize) -> ClassSubset {
    let is_chosen = |other: &usize| chosen.contains(*other) != (*other == label);
    let next: Vec<usize> = (0..count).filter(is_chosen).collect();
    match next.len() {
        0 | 1 => chosen,
        all if all == count => ClassSubset::ALL,
        _ => ClassSubset::of(next),
    }
}

/// Says in one line what is used.
fn summary(config: &RunConfig) -> String {
    let Sampling { partition, classes, per_class, imbalance, wrong_labels, noise, trap } =
        config.sampling;
    let mut parts = vec![PARTITIONS[partition as usize].to_owned()];
    if per_class > 0 {
        parts.push(format!("{} images per class", format::count(per_class)));
    }
    if !classes.is_all() {
        parts.push(format!("{} classes", classes.labels().count()));
    }
    if imbalance > 1 {
        parts.push(format!("imbalance {imbalance}"));
    }
    if wrong_labels > 0 {
        parts.push(format!("{wrong_labels} % wrong labels"));
    }
    if noise > 0 && (params::ADDED_NOISE.applies.holds)(config) {
        parts.push(format!("{noise} % noise"));
    }
    if trap != Trap::None {
        parts.push(trap.name().to_owned());
    }
    parts.join(" · ")
}

fn number(param: &Param, config: &RunConfig) -> u8 {
    param.number(config).unwrap_or_default() as u8
}

fn per_class_text(sampling: Sampling) -> String {
    match sampling.per_class {
        0 => "all".to_owned(),
        count => count.to_string(),
    }
}

/// Parses a number of images per class, or “all”, as 0.
fn parse_per_class(text: &str) -> Result<usize, String> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("all") {
        return Ok(0);
    }
    let mut config = RunConfig::default();
    let set = params::IMAGES_PER_CLASS.set_text(&mut config, text, |_| None);
    set.map(|()| config.sampling.per_class).map_err(|rule| format!("Write “all”, or {rule}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_stay_and_all_is_all() {
        let two = ClassSubset::of([0, 3]);
        assert_eq!(toggled(two, 3, 6), two);
        assert_eq!(toggled(two, 1, 6), ClassSubset::of([0, 1, 3]));
        assert_eq!(toggled(ClassSubset::ALL, 5, 6), ClassSubset::of([0, 1, 2, 3, 4]));
        assert_eq!(toggled(ClassSubset::of([0, 1, 2, 3, 4]), 5, 6), ClassSubset::ALL);
    }

    #[test]
    fn the_line_says_what_is_not_as_usual() {
        let mut config = RunConfig::default();
        assert_eq!(summary(&config), "Training, validation, test");
        config.sampling = Sampling {
            partition: Partition::TwoWay,
            classes: ClassSubset::of([0, 3]),
            per_class: 1000,
            imbalance: 10,
            wrong_labels: 20,
            noise: 5,
            trap: Trap::Leakage,
        };
        assert_eq!(
            summary(&config),
            "Training, test · 1,000 images per class · 2 classes · imbalance 10 · 20 % wrong labels \
             · 5 % noise · data leakage"
        );
    }

    #[test]
    fn all_or_a_number_is_understood() {
        assert_eq!(parse_per_class(" All "), Ok(0));
        assert_eq!(parse_per_class("25"), Ok(25));
        assert!(parse_per_class("4").unwrap_err().contains("from 5 to"));
        assert!(parse_per_class("few").is_err());
    }

    #[test]
    fn every_control_is_in_the_glossary() {
        let other = [&params::SPLIT, &params::IMAGES_PER_CLASS, &params::CLASSES, &params::TRAP];
        for param in SLIDERS.into_iter().chain(other) {
            assert!(crate::glossary::explanation(param.label).is_some(), "{}", param.key);
        }
    }
}
