//! Sliders for the settings of generated images.

use leptos::prelude::*;
use model::params::{self, Param};
use model::{DataSource, RunConfig};
use ui::data_slider::DataSlider;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, view};

/// Sliders for the settings of the selected generated data set.
#[component]
pub(super) fn PhantomSliders(
    /// The selected data set.
    source: Signal<DataSource>,
    /// Called with the changed data set.
    on_source: Callback<DataSource>,
) -> impl IntoView {
    let sliders = params::of_data(source.get_untracked())
        .map(|param| {
            let [start, end] = ends(param);
            view! {
                <DataSlider
                    name=param.label
                    spoken=format!("{}{}", param.label, param.unit.spoken())
                    range=start..=end
                    value=derived(move || setting(param, source.get()))
                    text=move |value: u8| param.unit.format(usize::from(value))
                    on_value=move |value| on_source.run(with(param, source.get_untracked(), value))
                />
            }
        })
        .collect_view();
    view! { <div class="data-sliders">{sliders}</div> }
}

fn ends(param: &Param) -> [u8; 2] {
    let range = param.int_range();
    [*range.start(), *range.end()].map(|end| u8::try_from(end).unwrap_or(u8::MAX))
}

/// Returns the value of a setting of a data set, or 0 if it does not have the setting.
fn setting(param: &Param, data: DataSource) -> u8 {
    let config = RunConfig { data, ..RunConfig::default() };
    param.number(&config).unwrap_or_default() as u8
}

/// Returns the data set with one setting changed.
fn with(param: &Param, data: DataSource, value: u8) -> DataSource {
    let mut config = RunConfig { data, ..RunConfig::default() };
    match param.set_number(&mut config, f64::from(value)) {
        Ok(()) => config.data,
        Err(_) => data,
    }
}

#[cfg(test)]
mod tests {
    use model::{Nodules, Ventricles};

    use super::*;

    #[test]
    fn a_slider_changes_its_setting_alone() {
        let heads = DataSource::Ventricles(Ventricles::DEFAULT);
        let small = DataSource::Ventricles(Ventricles { size: 10, ..Ventricles::DEFAULT });
        assert_eq!(with(&params::VENTRICLE_SIZE, heads, 10), small);
        assert_eq!(setting(&params::VENTRICLE_SIZE, small), 10);
        assert_eq!(with(&params::VENTRICLE_SIZE, heads, 4), heads);
        assert_eq!(ends(&params::VENTRICLE_SIZE), [5, 150]);
        let chests = DataSource::Nodules(Nodules::DEFAULT);
        let plain = DataSource::Nodules(Nodules { distractors: 0, ..Nodules::DEFAULT });
        assert_eq!(with(&params::DISTRACTORS, chests, 0), plain);
    }

    #[test]
    fn every_slider_is_in_the_glossary() {
        let generated = DataSource::all().filter(|data| data.pack_name().is_none());
        for data in generated {
            for param in params::of_data(data) {
                assert!(crate::glossary::explanation(param.label).is_some(), "{}", param.key);
            }
        }
    }
}
