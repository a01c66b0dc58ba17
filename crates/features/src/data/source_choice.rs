//! Choice of the data set, with the sliders of a generated one.

use leptos::prelude::*;
use model::{DataSource, Lab};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{effect, handle_event, live, live_value, memo, view};

use super::phantom_sliders::PhantomSliders;

/// Menu of the data sets of a lab that the site has.
#[component]
pub(super) fn SourceChoice(
    /// The lab.
    lab: Lab,
    /// The selected data set.
    source: Signal<DataSource>,
    /// Data sets that the site has, with their default settings.
    available: Signal<Vec<DataSource>>,
    /// Called with another data set.
    on_source: Callback<DataSource>,
) -> impl IntoView {
    // When the visitor returns to a generated data set, its settings are the same as before.
    let last = StoredValue::new(DataSource::of_lab(lab).to_vec());
    effect(move || {
        let source = source.get();
        last.update_value(|last| remember(last, source));
    });
    let slug = memo(move || source.get().slug());
    let choose = move |slug: &str| {
        let chosen = last.with_value(|last| last.iter().copied().find(|set| set.slug() == slug));
        if let Some(chosen) = chosen {
            on_source.run(chosen);
        }
    };
    let option = move |set: DataSource| {
        let selected = live_value(move || slug.get() == set.slug());
        view! { <option value=set.slug() selected=selected>{set.name()}</option> }
    };
    view! {
        {live(move || available.with(|available| (available.len() > 1).then(|| view! {
            <label class="field-small">
                <span>"Data set"</span>
                <select
                    data-testid="data-set"
                    prop:value=live_value(move || slug.get())
                    on:change=handle_event(move |event| choose(&event_target_value(&event)))
                >
                    {available.iter().copied().map(option).collect_view()}
                </select>
            </label>
        })))}
        {live(move || available.with(|available| missing_text(lab, available)).map(|text| view! {
            <p class="hint">{text}</p>
        }))}
    }
}

/// Sliders for the settings of the selected data set, if it is generated.
#[component]
pub(super) fn SourceSettings(
    /// The selected data set.
    source: Signal<DataSource>,
    /// Called with the changed data set.
    on_source: Callback<DataSource>,
) -> impl IntoView {
    // The sliders belong to one data set.
    let generated = memo(move || {
        let source = source.get();
        source.pack_name().is_none().then(|| source.slug())
    });
    live(move || generated.get().map(|_| view! { <PhantomSliders source on_source /> }))
}

/// Replaces the settings of a data set.
fn remember(last: &mut [DataSource], source: DataSource) {
    if let Some(own) = last.iter_mut().find(|own| own.slug() == source.slug()) {
        *own = source;
    }
}

/// Returns a sentence that names the data sets of a lab which the site lacks.
fn missing_text(lab: Lab, available: &[DataSource]) -> Option<String> {
    let has = |set: &DataSource| available.iter().any(|own| own.slug() == set.slug());
    let missing: Vec<_> = DataSource::of_lab(lab)
        .iter()
        .filter(|set| !set.is_own() && !has(set))
        .map(|set| format!("“{}”", set.name()))
        .collect();
    let (last, others) = missing.split_last()?;
    let names = match others.is_empty() {
        true => last.clone(),
        false => format!("{} and {last}", others.join(", ")),
    };
    Some(match available.iter().any(|set| set.pack_name().is_some()) {
        true => format!("This copy of the page comes without {names}."),
        false => format!(
            "This copy of the page comes without {names}, so it trains on generated images."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_sets_that_are_missing_are_named() {
        let all = DataSource::of_lab(Lab::Classify);
        assert_eq!(missing_text(Lab::Classify, all), None);
        // Those of the visitor's own are not the site's to have.
        assert_eq!(missing_text(Lab::Classify, &all[..5]), None);
        let nodules = DataSource::MedNist.generated_fallback();
        assert_eq!(
            missing_text(Lab::Classify, &[DataSource::MedNist, nodules, DataSource::PHANTOM])
                .unwrap(),
            "This copy of the page comes without “Breast ultrasound” and “Chest X-rays of children”."
        );
        assert_eq!(
            missing_text(Lab::Classify, &[nodules, DataSource::PHANTOM]).unwrap(),
            "This copy of the page comes without “MedNIST”, “Breast ultrasound” and “Chest X-rays of \
             children”, so it trains on generated images."
        );
        let generated = [DataSource::Hippocampus.generated_fallback()];
        assert_eq!(
            missing_text(Lab::Segment, &generated).unwrap(),
            "This copy of the page comes without “Hippocampus” and “Breast ultrasound”, so it trains \
             on generated images."
        );
    }

    #[test]
    fn settings_of_a_data_set_are_remembered() {
        let mut last = DataSource::of_lab(Lab::Classify).to_vec();
        let noisy = DataSource::Phantom { noise: 50, rotation: 0 };
        remember(&mut last, noisy);
        remember(&mut last, DataSource::MedNist);
        assert!(last.contains(&noisy) && !last.contains(&DataSource::PHANTOM));
        assert_eq!(last.len(), DataSource::of_lab(Lab::Classify).len());
    }
}
