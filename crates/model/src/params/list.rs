//! The list of all parameters.

use super::access::ParseNumber;
use super::param::Param;
use super::{data, generated, network, training};
use crate::{DataSource, RunConfig};

/// Returns all parameters of a run, in the order of links.
pub fn all() -> impl Iterator<Item = &'static Param> {
    [data::ROWS, generated::ROWS, network::ROWS, training::ROWS].into_iter().flatten().copied()
}

/// Returns the parameters that only the configurations with generated images of this kind have.
pub fn of_data(data: DataSource) -> impl Iterator<Item = &'static Param> {
    let plain = RunConfig::default_for(data.lab());
    let config = RunConfig { data, ..plain.clone() };
    all().filter(move |param| (param.applies.holds)(&config) && !(param.applies.holds)(&plain))
}

/// Returns the parameters of training: optimizer, learning rate, batches, seed and device.
pub fn of_training() -> &'static [&'static Param] {
    training::ROWS
}

/// Sets every parameter that the configuration has and `value_of` knows, in the order of [`all`].
/// `refuse` is called with each value that breaks a rule, and the rule.
pub fn set_all<'v>(
    config: &mut RunConfig,
    value_of: impl Fn(&str) -> Option<&'v str>,
    number: ParseNumber,
    mut refuse: impl FnMut(&str, &str, String),
) {
    for param in all() {
        if (param.applies.holds)(config)
            && let Some(value) = value_of(param.key)
            && let Err(rule) = param.set_text(config, value, number)
        {
            refuse(param.key, value, rule);
        }
    }
}
