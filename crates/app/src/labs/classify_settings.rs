//! Settings of data and training in the classification lab, connected with the signals.

use features::data::data_panel::DataPanel;
use features::data::sampling_panel::SamplingPanel;
use leptos::prelude::*;
use model::Lab;
use model::permalink::SettingsGroup;
use ui::erased_view::{derived, view};

use super::class_names::images;
use super::parts::{Training, available, edit};
use crate::lazy::own_data::OwnDataButton;
use crate::page::Page;

/// Returns the settings of the data set or, for another group, those of training.
pub fn classify_settings(page: Page, group: SettingsGroup) -> AnyView {
    match group {
        SettingsGroup::Data => view! { <Data page /> },
        _ => view! { <Training page /> },
    }
}

#[component]
fn Data(page: Page) -> impl IntoView {
    let config = page.signals.config;
    view! {
        <DataPanel
            data=derived(move || images(page).map(|shown| shown.facts))
            source=derived(move || config.with(|config| config.data))
            available=available(page, Lab::Classify)
            on_source=move |source| edit(page, |config| config.choose_data(source))
            own=view! { <OwnDataButton page /> }
        />
        <SamplingPanel
            config
            all_classes=derived(move || {
                images(page).map(|shown| shown.facts.all_classes).unwrap_or_default()
            })
            on_sampling=move |sampling| edit(page, |config| config.sampling = sampling)
        />
    }
}
