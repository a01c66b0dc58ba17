//! Measured speeds of the devices, saved from one visit to the next.

use js_sys::Date;
use store::speeds::Speeds;

use crate::local_storage::{load_text, save_text};

/// Key in the local storage.
const KEY: &str = "speeds";

/// Returns the speeds measured on earlier visits.
pub(crate) fn load() -> Speeds {
    Speeds::parse(&load_text(KEY), Date::now())
}

/// Saves the measured speeds.
pub(crate) fn save(speeds: &Speeds) {
    save_text(KEY, &speeds.to_text(Date::now()));
}
