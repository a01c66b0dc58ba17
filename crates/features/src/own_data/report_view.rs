//! What was found in a visitor's files, and how they are split.

use data::own_data::{Report, SplitRule};
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{effect, handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;

/// Counts by class, what was skipped, copies across the split, and the choice of the rule.
#[component]
pub(super) fn ReportView(
    /// What was found. Another rule changes it.
    #[prop(into)]
    report: Signal<Option<Report>>,
    /// Called with another rule.
    #[prop(into)]
    on_rule: Callback<SplitRule>,
    /// Called to train on the data set.
    #[prop(into)]
    on_use: Callback<Report>,
    /// Called to choose other files.
    #[prop(into)]
    on_other: Callback<()>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    // The button that was pressed before is gone.
    effect(move || {
        if let Some(place) = place.get() {
            let _ = place.focus();
        }
    });
    // Returns a view of the report.
    let part = move |show: fn(&Report) -> AnyView| {
        live(move || report.with(|report| report.as_ref().map(show)))
    };
    let is_unusable = move || report.with(|report| !report.as_ref().is_some_and(Report::is_usable));
    let use_it = move |_| {
        if let Some(report) = report.get_untracked() {
            on_use.run(report);
        }
    };
    view! {
        <div
            class="own-data-report"
            data-testid="own-report"
            role="group"
            aria-label="What was found"
            tabindex="-1"
            node_ref=place
        >
            {part(|report| view! { <p>{facts(report)}</p> }.into_any())}
            {part(table)}
            <Rule report on_rule />
            {part(warnings)}
            {part(|report| {
                let copies = &report.copies;
                let pairs = copies.examples.iter();
                let named = pairs.map(|(held_out, other)| format!("“{held_out}” and “{other}”"));
                details("Images that are in two splits", named.collect(), copies.count())
            })}
            {part(|report| {
                let files = report.skipped.iter();
                let named = files.map(|(path, reason)| format!("“{path}”: {reason}"));
                details("Files that were skipped", named.collect(), report.skipped_count)
            })}
            <p class="drop-buttons">
                <button
                    type="button"
                    class="button button-primary"
                    data-testid="own-use"
                    prop:disabled=live_value(is_unusable)
                    on:click=handle_mouse(use_it)
                >
                    "Use these images"
                </button>
                <button
                    type="button"
                    class="button-secondary"
                    data-testid="own-other"
                    on:click=handle_mouse(move |_| on_other.run(()))
                >
                    "Choose others"
                </button>
            </p>
        </div>
    }
}

fn warnings(report: &Report) -> AnyView {
    let warnings: Vec<_> =
        report.warnings().into_iter().map(|warning| view! { <li>{warning}</li> }).collect();
    match warnings.is_empty() {
        true => ().into_any(),
        false => {
            view! { <ul class="own-data-warnings" data-testid="own-warnings">{warnings}</ul> }
        }
    }
}

/// Returns number and sizes of the images as a sentence.
fn facts(report: &Report) -> String {
    let count: usize = report.classes.iter().flat_map(|class| class.counts).sum();
    let what = match report.has_masks {
        true => "images with masks, for the segmentation lab".to_owned(),
        false => format!("images in {} classes", report.classes.len()),
    };
    let note = match report.mask_note.is_empty() {
        true => String::new(),
        false => format!(" {}", report.mask_note),
    };
    format!("{} {what}: {}.{note}", format::count(count), report.sizes())
}

fn table(report: &Report) -> AnyView {
    let rows: Vec<_> = report
        .classes
        .iter()
        .map(|class| {
            let cells: Vec<_> = class
                .counts
                .iter()
                .map(|count| view! { <td>{format::count(*count)}</td> })
                .collect();
            view! {
                <tr>
                    <th scope="row">{class.name.clone()}</th>
                    {cells}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="own-data-scroll">
            <table class="table">
                <caption class="visually-hidden">"Images of each class in each split"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Class"</th>
                        <th scope="col">"Training"</th>
                        <th scope="col">"Validation"</th>
                        <th scope="col">"Test"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Menu of the rules, and what the rule does.
#[component]
fn Rule(report: Signal<Option<Report>>, on_rule: Callback<SplitRule>) -> impl IntoView {
    let now = memo(move || {
        report.with(|report| report.as_ref().map(|report| report.rule)).unwrap_or_default()
    });
    // They depend on the files alone.
    let rules = report.with_untracked(|report| {
        report.as_ref().map(|report| report.rules.clone()).unwrap_or_default()
    });
    let option = move |rule: SplitRule| {
        let selected = live_value(move || now.get() == rule);
        view! { <option value=rule.slug() selected=selected>{rule.name()}</option> }
    };
    let choose = move |slug: String| {
        if let Some(rule) = SplitRule::ALL.into_iter().find(|rule| rule.slug() == slug) {
            on_rule.run(rule);
        }
    };
    let text = move || {
        report.with(|report| {
            report.as_ref().map(|report| report.rule_text.clone()).unwrap_or_default()
        })
    };
    view! {
        <label class="field-small">
            <span>"Split"</span>
            <select
                data-testid="own-rule"
                prop:value=live_value(move || now.get().slug())
                on:change=handle_event(move |event| choose(event_target_value(&event)))
            >
                {rules.into_iter().map(option).collect_view()}
            </select>
        </label>
        <p class="hint" aria-live="polite" data-testid="own-rule-text">{live(text)}</p>
    }
}

/// Returns a folded list, if there is anything in it.
fn details(title: &'static str, named: Vec<String>, count: usize) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    let more = count.saturating_sub(named.len());
    let more = (more > 0).then(|| view! { <li>{format!("and {} more", format::count(more))}</li> });
    let items: Vec<_> = named.into_iter().map(|text| view! { <li>{text}</li> }).collect();
    view! {
        <details class="own-data-details">
            <summary>{format!("{title} ({})", format::count(count))}</summary>
            <ul>{items}{more}</ul>
        </details>
    }
}
