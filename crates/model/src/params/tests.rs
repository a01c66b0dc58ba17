//! Tests that apply to every row.

use super::readme::examples;
use super::*;
use crate::permalink::{PAGE, PAGE_TEXTS};
use crate::{DataSource, Lab, Nodules, Optimizer, RunConfig, Ventricles};

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[test]
fn keys_are_unique_among_the_parameters_of_a_configuration() {
    for config in examples() {
        let mut keys: Vec<_> = all()
            .filter(|param| (param.applies.holds)(&config))
            .map(|param| param.key)
            .chain(PAGE.iter().map(|flag| flag.key))
            .chain(PAGE_TEXTS.iter().map(|setting| setting.key))
            .collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all, "{config:?}");
    }
}

#[test]
fn every_value_comes_back_from_its_text() {
    for config in examples() {
        for param in all().filter(|param| (param.applies.holds)(&config)) {
            let Some(text) = param.text(&config) else { continue };
            let mut again = config.clone();
            assert_eq!(param.set_text(&mut again, &text, number), Ok(()), "{}", param.key);
            assert_eq!(again, config, "{}", param.key);
        }
    }
}

#[test]
fn both_ends_of_a_range_are_allowed_and_nothing_beyond() {
    for config in examples() {
        for param in all().filter(|param| (param.applies.holds)(&config)) {
            let Kind::Int { range, get, .. } = &param.kind else { continue };
            for end in [*range.start(), *range.end()] {
                let mut changed = config.clone();
                param.set_text(&mut changed, &end.to_string(), number).unwrap();
                assert_eq!(get(&changed), end, "{}", param.key);
            }
            let beyond = (*range.end() as u64 + 1).to_string();
            assert!(param.set_text(&mut config.clone(), &beyond, number).is_err());
            assert!(param.check(*range.end() as f64 + 1.0).is_err());
        }
    }
}

#[test]
fn numbers_out_of_range_are_named_with_the_range() {
    let sentence = |param: &Param, value| param.check(value).unwrap_err();
    assert_eq!(sentence(&BATCH, 0.0), "The batch size must be between 1 and 256, not 0.");
    assert_eq!(sentence(&MOMENTUM, 1.0), "Momentum must be between 0 and 0.999, not 1.");
    assert_eq!(
        sentence(&LEARNING_RATE, f64::NAN),
        "The learning rate must be above 0 and at most 10, not NaN."
    );
    assert!(sentence(&LEARNING_RATE, 0.0).ends_with("not 0."));
    assert_eq!(WEIGHT_DECAY.check(1.0), Ok(()));
}

#[test]
fn a_parameter_is_set_where_it_applies() {
    let mut config = RunConfig::default_for(Lab::Segment);
    let values = |key: &str| match key {
        "data" => Some("ventricles"),
        "size" => Some("20"),
        "optimizer" => Some("sgd"),
        "momentum" => Some("0.5"),
        "decay" => Some("x"),
        _ => None,
    };
    set_all(&mut config, values, number, |key, _, rule| panic!("{key}: {rule}"));
    let look = Ventricles { size: 20, ..Ventricles::default() };
    assert_eq!(config.data, DataSource::Ventricles(look));
    assert_eq!(config.optimizer, Optimizer::Sgd { momentum: 0.5 });
}

#[test]
fn generated_images_have_settings() {
    let keys = |data| of_data(data).map(|param| param.key).collect::<Vec<_>>();
    assert_eq!(keys(DataSource::MedNist), [""; 0]);
    assert_eq!(keys(DataSource::PHANTOM), ["noise", "rotation"]);
    let chests = DataSource::Nodules(Nodules::DEFAULT);
    assert_eq!(keys(chests), ["contrast", "noise", "distractors"]);
    let heads = DataSource::Ventricles(Ventricles::DEFAULT);
    assert_eq!(keys(heads), ["noise", "bias", "rotation", "size"]);
}

#[test]
fn a_number_is_set_within_its_range() {
    let mut config = RunConfig::default();
    assert_eq!(BATCH.set_number(&mut config, 64.0), Ok(()));
    assert!(BATCH.set_number(&mut config, 257.0).is_err());
    assert_eq!(BATCH.number(&config), Some(64.0));
    assert_eq!(MOMENTUM.number(&config), None);
}

#[test]
fn units_follow_their_number() {
    assert_eq!(Unit::Percent.format(10), "10 %");
    assert_eq!(Unit::Degrees.format(15), "± 15°");
    assert_eq!(Unit::Channels.format(8), "8 channels");
}
