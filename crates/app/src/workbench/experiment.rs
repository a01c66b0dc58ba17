//! The experiment: data, network and training, each folded to one line or opened in place.

use leptos::prelude::*;
use model::permalink::{Hideable, SettingsGroup, View};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};

use super::workbench_layout::WorkbenchLayout;
use crate::course_page::lockable::{Lockable, is_hidden, is_locked};

/// Column with the sections of the experiment. In a narrow window it is one of the views.
#[component]
pub fn Experiment(
    /// The sections.
    children: Children,
) -> impl IntoView {
    let layout = expect_context::<WorkbenchLayout>();
    let column = layout.has_experiment_column();
    let pane = layout.pane_of(View::Experiment);
    let hidden = memo(move || !column.get() && pane.get().is_none());
    view! {
        <section
            id="view-experiment"
            class="view experiment"
            class:experiment-column=live_value(move || column.get())
            class:view-second=live_value(move || pane.get() == Some(1))
            role=live_value(move || if column.get() { "region" } else { "tabpanel" })
            aria-label="Experiment"
            hidden=live_value(move || hidden.get())
        >
            {children()}
        </section>
    }
}

/// A section of the experiment. Its heading opens and folds it.
#[component]
pub fn Section(
    /// Class and id of the section.
    class: &'static str,
    /// The settings in it.
    group: SettingsGroup,
    /// Name of the section.
    title: &'static str,
    /// What is in it, in one line.
    #[prop(into)]
    summary: Signal<String>,
    /// Whether it is open at first.
    #[prop(optional)]
    open: bool,
    /// Whether the content disables what can be changed itself, so that locked settings can still be
    /// opened and read.
    #[prop(optional)]
    has_own_lock: bool,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(open);
    let body = format!("{class}-body");
    let page = expect_context::<WorkbenchLayout>().page;
    let hidden = is_hidden(page, Hideable::Settings(group));
    let locked = is_locked(page, group);
    view! {
        <section
            class=format!("section {class}")
            aria-labelledby=class
            hidden=live_value(move || hidden.get())
        >
            <h2 class="section-heading">
                <button
                    type="button"
                    class="section-button"
                    id=class
                    data-testid=class
                    aria-expanded=live_value(move || open.get().to_string())
                    aria-controls=body.clone()
                    on:click=handle_mouse(move |_| open.update(|open| *open = !*open))
                >
                    <svg class="section-mark" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                        <path class="icon" d="M4 2l4 4-4 4" />
                    </svg>
                    <span class="section-name">{title}</span>
                    <span class="section-summary">
                        {live(move || summary.get())}
                        {live(move || locked.get().then_some(" · locked"))}
                    </span>
                </button>
            </h2>
            <div class="section-body" id=body hidden=live_value(move || !open.get())>
                {match has_own_lock {
                    true => children(),
                    false => view! { <Lockable page group>{children()}</Lockable> },
                }}
            </div>
        </section>
    }
}
