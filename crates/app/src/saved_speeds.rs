//! Measured speeds of the devices, kept from one visit to the next.

use js_sys::Date;
use store::speeds::Speeds;

use crate::local_storage::{load_text, save_text};

/// Name in the local storage.
const KEY: &str = "speeds";

/// Returns what was measured on earlier visits.
pub(crate) fn load() -> Speeds {
    Speeds::parse(&load_text(KEY), Date::now())
}

/// Saves what was measured.
pub(crate) fn save(speeds: &Speeds) {
    save_text(KEY, &speeds.to_text(Date::now()));
}
