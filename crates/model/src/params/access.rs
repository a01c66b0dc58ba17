//! Reading and writing the values of parameters.

use std::ops::RangeInclusive;

use super::param::{Kind, Param};
use crate::RunConfig;

/// Function that parses a decimal number.
pub type ParseNumber = fn(&str) -> Option<f64>;

/// Error text for flags.
pub(crate) const FLAG_RULE: &str = "it must be 1 or 0.";

impl Param {
    /// Returns the value as text, as in links. Returns `None` if the configuration does not have
    /// the parameter, or if links leave it out because it has its default.
    pub fn text(&self, config: &RunConfig) -> Option<String> {
        if !(self.applies.holds)(config) {
            return None;
        }
        match &self.kind {
            Kind::Int { get, .. } => Some(get(config).to_string()),
            Kind::Float { get, .. } => Some(get(config).to_string()),
            Kind::Choice { options, get, .. } => Some(options[get(config)].to_owned()),
            Kind::Flag { get, .. } => Some(flag_text(get(config)).to_owned()),
            Kind::Text { get, .. } => get(config),
            Kind::Fixed { .. } => None,
        }
    }

    /// Sets the value from text, as in links.
    ///
    /// # Errors
    ///
    /// Returns the rule that the text breaks, as the second half of a sentence.
    pub fn set_text(
        &self,
        config: &mut RunConfig,
        text: &str,
        number: ParseNumber,
    ) -> Result<(), String> {
        match &self.kind {
            Kind::Int { range, subject, set, .. } => match text.parse() {
                Ok(value) if range.contains(&value) => set(config, value),
                _ => {
                    let (min, max) = (range.start(), range.end());
                    return Err(format!("{subject} must be a whole number from {min} to {max}."));
                }
            },
            Kind::Float { range, above, subject, set, .. } => match number(text) {
                Some(value) if self.is_allowed(value) => set(config, value),
                Some(value) if *above => return Err(out_of_range(subject, range, true, value)),
                _ if *above => return Err(format!("{subject} must be a number as in 0.001.")),
                _ => {
                    let (min, max) = (range.start(), range.end());
                    return Err(format!("{subject} must be a number from {min} to {max}."));
                }
            },
            Kind::Choice { options, noun, set, .. } => {
                match options.iter().position(|option| *option == text) {
                    Some(index) => set(config, index),
                    None => return Err(format!("the {noun} are {}.", listed(options))),
                }
            }
            Kind::Flag { set, .. } => match parse_flag(text) {
                Some(on) => set(config, on),
                None => return Err(FLAG_RULE.into()),
            },
            Kind::Text { set, .. } => return set(config, text),
            Kind::Fixed { value, noun } if text != *value => {
                return Err(format!("the {noun} is {value}."));
            }
            Kind::Fixed { .. } => {}
        }
        Ok(())
    }

    /// Returns the value of a numeric parameter, or `None` if the configuration does not have it.
    pub fn number(&self, config: &RunConfig) -> Option<f64> {
        if !(self.applies.holds)(config) {
            return None;
        }
        match &self.kind {
            Kind::Int { get, .. } => Some(get(config) as f64),
            Kind::Float { get, .. } => Some(get(config)),
            _ => None,
        }
    }

    /// Sets the value of a numeric parameter.
    ///
    /// # Errors
    ///
    /// Returns a sentence with the allowed range if the value is outside it.
    pub fn set_number(&self, config: &mut RunConfig, value: f64) -> Result<(), String> {
        self.check(value)?;
        match &self.kind {
            Kind::Int { set, .. } => set(config, value as usize),
            Kind::Float { set, .. } => set(config, value),
            _ => {}
        }
        Ok(())
    }

    /// Returns the smallest and largest allowed integer, or 0 to 0 if the parameter is not an
    /// integer.
    pub fn int_range(&self) -> RangeInclusive<usize> {
        match &self.kind {
            Kind::Int { range, .. } => range.clone(),
            _ => 0..=0,
        }
    }

    /// Checks that a number is in the allowed range.
    ///
    /// # Errors
    ///
    /// Returns a sentence with the allowed range if it is not.
    pub fn check(&self, value: f64) -> Result<(), String> {
        let (range, above, subject) = match &self.kind {
            _ if self.is_allowed(value) => return Ok(()),
            Kind::Int { range, subject, .. } => {
                (*range.start() as f64..=*range.end() as f64, false, subject)
            }
            Kind::Float { range, above, subject, .. } => (range.clone(), *above, subject),
            _ => return Ok(()),
        };
        let subject = if *subject == "it" { self.label } else { subject };
        Err(capitalized(&out_of_range(subject, &range, above, value)))
    }

    fn is_allowed(&self, value: f64) -> bool {
        match &self.kind {
            Kind::Int { range, .. } => {
                value >= *range.start() as f64 && value <= *range.end() as f64
            }
            Kind::Float { range, above, .. } => {
                range.contains(&value) && !(*above && value == *range.start())
            }
            _ => false,
        }
    }
}

fn out_of_range(subject: &str, range: &RangeInclusive<f64>, above: bool, value: f64) -> String {
    let (min, max) = (range.start(), range.end());
    if above {
        format!("{subject} must be above {min} and at most {max}, not {value}.")
    } else {
        format!("{subject} must be between {min} and {max}, not {value}.")
    }
}

pub(crate) fn parse_flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn flag_text(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}

/// Joins words into a list such as “a, b and c”.
pub fn listed(words: &[impl AsRef<str>]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text += if index + 1 == words.len() { " and " } else { ", " };
        }
        text += word.as_ref();
    }
    text
}

fn capitalized(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}
