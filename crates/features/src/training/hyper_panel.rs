//! Optimizer and hyperparameters of a run.

use leptos::prelude::*;
use model::params::{self, Kind, Param};
use model::{Optimizer, RunConfig};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, each, handle_event, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::{Term, explanation_of};
use ui::inputs::{Choice, NumberField, decimal, whole};
use ui::parse_number::parse_number;

use super::augmentation_choice::AugmentationChoice;

/// Base-10 exponents at the ends of the learning rate slider.
const SLIDER: (f64, f64) = (-5.0, 0.0);

/// Optimizer, learning rate, batch size, epochs, seed and data augmentation.
#[component]
pub fn HyperPanel(
    /// The current configuration.
    #[prop(into)]
    config: Signal<RunConfig>,
    /// Steps per epoch of the run; 0 while unknown.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Called with the changed configuration. Its numbers are valid, and the network is unchanged.
    #[prop(into)]
    on_change: Callback<RunConfig>,
    /// Called with the changed learning rate, also during a run.
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
    let optimizer = memo(move || config.with(|config| place(config.optimizer)));
    let field = move |param: &'static Param| {
        view! {
            <NumberField
                name=param.label
                value=derived(move || config.with(|config| number_text(param, config)))
                on_text=move |text: String| {
                    let value = parse(param, &text)?;
                    param.check(value)?;
                    // Cannot fail, since the value was checked in the previous line.
                    change(&|config| drop(param.set_number(config, value)));
                    Ok(())
                }
            />
        }
    };
    // A field stays while its parameter applies, since a visitor may be typing in it.
    let fields = move |position: Position| {
        each(
            move || config.with(|config| number_parameters(position, config)),
            move |index| field(params::of_training()[index]).into_any(),
        )
    };

    view! {
        <div class="training">
            <div class="field field-wide">
                <span class="field-name"><Term name=params::OPTIMIZER.label /></span>
                <Choice
                    name=params::OPTIMIZER.label
                    options=OPTIMIZERS
                        .iter()
                        .enumerate()
                        .map(|(place, optimizer)| (place, optimizer.name().to_owned()))
                        .collect()
                    value=optimizer
                    on_choice=move |place: usize| {
                        change(&|config| config.optimizer = OPTIMIZERS[place]);
                    }
                />
            </div>
            <p class="hint">{explanation_of(move || OPTIMIZERS[optimizer.get()].name()).live()}</p>
            {fields(Position::BeforeLearningRate)}
            <div class="field-with-slider">
                <NumberField
                    name=params::LEARNING_RATE.label
                    value=derived(move || format::short(rate.get()))
                    on_text=move |text: String| {
                        let value = decimal(&text)?;
                        params::LEARNING_RATE.check(value)?;
                        on_learning_rate.run(value);
                        Ok(())
                    }
                />
                <input
                    class="slider"
                    type="range"
                    aria-label=format!("{}, logarithmic", params::LEARNING_RATE.label)
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
            {fields(Position::AfterLearningRate)}
            <p class="hint" data-testid="steps-per-epoch">
                {live(move || match steps_per_epoch.get() {
                    0 => String::new(),
                    steps => format!("An epoch has {}.", format::plural(steps, "step", "steps")),
                })}
            </p>
            <AugmentationChoice
                augmentation=derived(move || config.with(|config| config.augmentation))
                on_augmentation=move |augmentation| {
                    change(&|config| config.augmentation = augmentation);
                }
            />
        </div>
    }
}

/// The optimizers with their default parameters.
const OPTIMIZERS: [Optimizer; 3] = Optimizer::ALL;

/// Returns the index in [`OPTIMIZERS`].
fn place(optimizer: Optimizer) -> usize {
    OPTIMIZERS.iter().position(|other| other.name() == optimizer.name()).unwrap_or_default()
}

/// Position of a field in the panel, as of its row in the table of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    BeforeLearningRate,
    AfterLearningRate,
}

/// Returns the indices in [`params::of_training`] of the numbers that apply, but for the learning rate,
/// which has a slider as well.
fn number_parameters(position: Position, config: &RunConfig) -> Vec<usize> {
    let rows = params::of_training();
    let learning_rate = rows.iter().position(|param| param.key == params::LEARNING_RATE.key);
    let learning_rate = learning_rate.unwrap_or(rows.len());
    let range = match position {
        Position::BeforeLearningRate => 0..learning_rate,
        Position::AfterLearningRate => (learning_rate + 1).min(rows.len())..rows.len(),
    };
    let is_number = |param: &Param| matches!(param.kind, Kind::Int { .. } | Kind::Float { .. });
    range.filter(|index| is_number(rows[*index]) && (rows[*index].applies.holds)(config)).collect()
}

fn number_text(param: &Param, config: &RunConfig) -> String {
    match (&param.kind, param.number(config)) {
        (Kind::Float { .. }, Some(value)) => format::short(value),
        _ => param.text(config).unwrap_or_default(),
    }
}

fn parse(param: &Param, text: &str) -> Result<f64, String> {
    match &param.kind {
        Kind::Int { .. } => whole::<usize>(text).map(|value| value as f64),
        _ => decimal(text),
    }
}

fn to_slider(rate: f64) -> f64 {
    rate.max(f64::MIN_POSITIVE).log10().clamp(SLIDER.0, SLIDER.1)
}

/// Returns the learning rate for a slider position, rounded to two significant figures, which is
/// the resolution of the slider.
fn from_slider(exponent: f64) -> f64 {
    let exponent = exponent.clamp(SLIDER.0, SLIDER.1);
    parse_number(&format!("{:.1e}", 10f64.powf(exponent))).unwrap_or(0.001)
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
    fn a_number_is_shown_and_read_as_its_kind_asks() {
        let config = RunConfig { seed: u32::MAX, ..RunConfig::default() };
        assert_eq!(number_text(&params::SEED, &config), "4294967295");
        assert_eq!(number_text(&params::LEARNING_RATE, &config), "0.001");
        assert_eq!(parse(&params::SEED, "4294967295"), Ok(4_294_967_295.0));
        assert!(parse(&params::BATCH, "1.5").is_err());
        assert_eq!(parse(&params::MOMENTUM, "0,5"), Ok(0.5));
    }

    #[test]
    fn the_fields_are_the_numbers_of_the_table_that_apply() {
        let keys = |position, optimizer| {
            let config = RunConfig { optimizer, ..RunConfig::default() };
            let indices = number_parameters(position, &config).into_iter();
            indices.map(|index| params::of_training()[index].key).collect::<Vec<_>>()
        };
        let before = OPTIMIZERS.map(|optimizer| keys(Position::BeforeLearningRate, optimizer));
        assert_eq!(before, [vec!["momentum"], vec![], vec!["decay"]]);
        let after = keys(Position::AfterLearningRate, Optimizer::Adam);
        assert_eq!(after, ["batch", "epochs", "test", "patience", "seed"]);
    }
}
