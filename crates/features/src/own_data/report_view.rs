//! What was found in a visitor's files, and how they are split.

use data::own_data::{Report, SplitRule};
use leptos::prelude::*;
use ui::erased_signal::Callback;
use ui::erased_view::{handle_event, handle_mouse, view};
use ui::format;

/// Counts by class, what was skipped, copies across the split, and the choice of the rule.
#[component]
pub(super) fn ReportView(
    /// What was found.
    report: Report,
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
    let warnings: Vec<_> =
        report.warnings().into_iter().map(|warning| view! { <li>{warning}</li> }).collect();
    let warnings = (!warnings.is_empty()).then(
        || view! { <ul class="own-data-warnings" data-testid="own-warnings">{warnings}</ul> },
    );
    let is_unusable = !report.is_usable();
    let facts = facts(&report);
    let table = table(&report);
    let rule = rule(&report, on_rule);
    let skipped = details(
        "Files that were skipped",
        report.skipped.iter().map(|(path, reason)| format!("“{path}”: {reason}")).collect(),
        report.skipped_count,
    );
    let copies = details(
        "Images that are in two splits",
        report
            .copies
            .examples
            .iter()
            .map(|(held, other)| format!("“{held}” and “{other}”"))
            .collect(),
        report.copies.count(),
    );
    view! {
        <div class="own-data-report" data-testid="own-report">
            <p>{facts}</p>
            {table}
            {rule}
            {warnings}
            {copies}
            {skipped}
            <p class="drop-buttons">
                <button
                    type="button"
                    class="button button-primary"
                    data-testid="own-use"
                    prop:disabled=is_unusable
                    on:click=handle_mouse(move |_| on_use.run(report.clone()))
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

/// Returns the menu of the rules, and what the rule does.
fn rule(report: &Report, on_rule: Callback<SplitRule>) -> AnyView {
    let now = report.rule;
    let options: Vec<_> = report
        .rules
        .iter()
        .map(
            |rule| view! { <option value=rule.slug() selected=*rule == now>{rule.name()}</option> },
        )
        .collect();
    let choose = move |slug: String| {
        if let Some(rule) = SplitRule::ALL.into_iter().find(|rule| rule.slug() == slug) {
            on_rule.run(rule);
        }
    };
    view! {
        <label class="field-small">
            <span>"Split"</span>
            <select
                data-testid="own-rule"
                prop:value=now.slug()
                on:change=handle_event(move |event| choose(event_target_value(&event)))
            >
                {options}
            </select>
        </label>
        <p class="hint" data-testid="own-rule-text">{report.rule_text.clone()}</p>
    }
}

/// Returns a folded list, if there is anything in it.
fn details(title: &'static str, named: Vec<String>, count: usize) -> Option<AnyView> {
    if count == 0 {
        return None;
    }
    let more = count.saturating_sub(named.len());
    let more = (more > 0).then(|| view! { <li>{format!("and {} more", format::count(more))}</li> });
    let items: Vec<_> = named.into_iter().map(|text| view! { <li>{text}</li> }).collect();
    Some(view! {
        <details class="own-data-details">
            <summary>{format!("{title} ({})", format::count(count))}</summary>
            <ul>{items}{more}</ul>
        </details>
    })
}
