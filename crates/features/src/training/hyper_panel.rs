//! Optimizer and hyperparameters of a run.

use leptos::prelude::*;
use model::{BATCH_RANGE, EPOCHS_RANGE, Optimizer, RunConfig, check_learning_rate};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, handle_event, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::{Choice, NumberField, decimal, whole};
use ui::parse_number::parse_number;

/// Exponents of ten at the ends of the learning rate's slider.
const SLIDER: (f64, f64) = (-5.0, 0.0);

/// Optimiser, learning rate, batch size, epochs, seed.
#[component]
pub fn HyperPanel(
    /// The present configuration.
    #[prop(into)]
    config: Signal<RunConfig>,
    /// Called with another configuration. Its numbers are in range; the network is unchanged.
    #[prop(into)]
    on_change: Callback<RunConfig>,
    /// Called with another learning rate, also during a run.
    #[prop(into)]
    on_learning_rate: Callback<f64>,
) -> impl IntoView {
    let change = move |edit: &dyn Fn(&mut RunConfig)| {
        let mut next = config.get_untracked();
        edit(&mut next);
        if config.with_untracked(|config| *config != next) {
            on_change.run(next);
        }
    };
    let rate = memo(move || config.with(|config| config.learning_rate));
    let optimizer = memo(move || config.with(|config| config.optimizer));
    // By kind, so that the field is not built anew under the fingers that edit its number.
    let kind = memo(move || Kind::of(optimizer.get()));
    let figure = derived(move || match optimizer.get() {
        Optimizer::Sgd { momentum } => format::short(momentum),
        Optimizer::AdamW { weight_decay } => format::short(weight_decay),
        Optimizer::Adam => String::new(),
    });
    let extra = move || match kind.get() {
        Kind::Sgd => Some(view! {
            <NumberField
                name="momentum"
                value=figure
                on_text=move |text: String| {
                    let momentum = between(decimal(&text)?, 0.0, 0.999, "Momentum")?;
                    change(&|config| config.optimizer = Optimizer::Sgd { momentum });
                    Ok(())
                }
            />
        }),
        Kind::AdamW => Some(view! {
            <NumberField
                name="weight decay"
                value=figure
                on_text=move |text: String| {
                    let weight_decay = between(decimal(&text)?, 0.0, 1.0, "Weight decay")?;
                    change(&|config| config.optimizer = Optimizer::AdamW { weight_decay });
                    Ok(())
                }
            />
        }),
        Kind::Adam => None,
    };

    view! {
        <div class="training">
            <div class="field field-wide">
                <span class="field-name"><Term name="optimiser" /></span>
                <Choice
                    name="optimiser"
                    options=Kind::ALL.map(|kind| (kind, kind.start().name().to_owned())).to_vec()
                    value=kind
                    on_choice=move |kind: Kind| change(&|config| config.optimizer = kind.start())
                />
            </div>
            <p class="hint">{live(move || crate::glossary::explanation(optimizer.get().name()).unwrap_or_default())}</p>
            {live(extra)}
            <div class="field-with-slider">
                <NumberField
                    name="learning rate"
                    value=derived(move || format::short(rate.get()))
                    on_text=move |text: String| {
                        let value = decimal(&text)?;
                        check_learning_rate(value).map_err(|error| error.to_string())?;
                        on_learning_rate.run(value);
                        Ok(())
                    }
                />
                <input
                    class="slider"
                    type="range"
                    aria-label="learning rate, logarithmic"
                    aria-valuetext=live_value(move || format::short(rate.get()))
                    min=SLIDER.0
                    max=SLIDER.1
                    step="0.05"
                    prop:value=live_value(move || to_slider(rate.get()).to_string())
                    on:input=handle_event(move |event| {
                        if let Some(exponent) = parse_number(&event_target_value(&event)) {
                            on_learning_rate.run(from_slider(exponent));
                        }
                    })
                />
            </div>
            <NumberField
                name="batch size"
                value=derived(move || config.with(|config| config.batch.to_string()))
                on_text=move |text: String| {
                    let batch = within(whole(&text)?, BATCH_RANGE, "The batch size")?;
                    change(&|config| config.batch = batch);
                    Ok(())
                }
            />
            <NumberField
                name="epoch"
                label="epochs"
                value=derived(move || config.with(|config| config.epochs.to_string()))
                on_text=move |text: String| {
                    let epochs = within(whole(&text)?, EPOCHS_RANGE, "The number of epochs")?;
                    change(&|config| config.epochs = epochs);
                    Ok(())
                }
            />
            <NumberField
                name="seed"
                value=derived(move || config.with(|config| config.seed.to_string()))
                on_text=move |text: String| {
                    let seed = whole(&text)?;
                    change(&|config| config.seed = seed);
                    Ok(())
                }
            />
        </div>
    }
}

/// An optimiser without its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sgd,
    Adam,
    AdamW,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Sgd, Kind::Adam, Kind::AdamW];

    fn of(optimizer: Optimizer) -> Self {
        match optimizer {
            Optimizer::Sgd { .. } => Kind::Sgd,
            Optimizer::Adam => Kind::Adam,
            Optimizer::AdamW { .. } => Kind::AdamW,
        }
    }

    fn start(self) -> Optimizer {
        match self {
            Kind::Sgd => Optimizer::SGD,
            Kind::Adam => Optimizer::Adam,
            Kind::AdamW => Optimizer::ADAMW,
        }
    }
}

fn to_slider(rate: f64) -> f64 {
    rate.max(f64::MIN_POSITIVE).log10().clamp(SLIDER.0, SLIDER.1)
}

/// Rounds to two significant figures, the resolution of a slider of that length.
fn from_slider(exponent: f64) -> f64 {
    let exponent = exponent.clamp(SLIDER.0, SLIDER.1);
    parse_number(&format!("{:.1e}", 10f64.powf(exponent))).unwrap_or(0.001)
}

fn between(value: f64, low: f64, high: f64, name: &str) -> Result<f64, String> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(format!("{name} must be between {low} and {high}, not {value}."))
    }
}

fn within(
    value: usize,
    range: std::ops::RangeInclusive<usize>,
    name: &str,
) -> Result<usize, String> {
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(format!("{name} must be between {} and {}, not {value}.", range.start(), range.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_gives_short_rates_and_finds_its_place_again() {
        assert_eq!(from_slider(-3.0), 0.001);
        assert_eq!(from_slider(-2.7), 0.002);
        assert_eq!(from_slider(99.0), 1.0);
        for step in 0..=100 {
            let exponent = -5.0 + f64::from(step) * 0.05;
            assert!((to_slider(from_slider(exponent)) - exponent).abs() < 0.025, "{exponent}");
        }
        assert_eq!(to_slider(0.0), -5.0);
    }

    #[test]
    fn numbers_out_of_range_are_named_with_the_range() {
        assert_eq!(
            within(0, BATCH_RANGE, "The batch size").unwrap_err(),
            "The batch size must be between 1 and 256, not 0."
        );
        assert!(between(f64::NAN, 0.0, 1.0, "Momentum").is_err());
        assert_eq!(between(0.9, 0.0, 0.999, "Momentum"), Ok(0.9));
    }
}
