//! Logging to the browser's console, enabled by `?debug=1`.

use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::JsValue;
use web_sys::console;

struct ConsoleLog;

impl Log for ConsoleLog {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        let line = JsValue::from_str(&format!("{}: {}", record.target(), record.args()));
        match record.level() {
            Level::Error => console::error_1(&line),
            Level::Warn => console::warn_1(&line),
            Level::Info | Level::Debug | Level::Trace => console::log_1(&line),
        }
    }

    fn flush(&self) {}
}

/// Enables logging. Further calls have no effect.
pub(crate) fn init() {
    if log::set_logger(&ConsoleLog).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}
