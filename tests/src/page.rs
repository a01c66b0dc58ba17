//! Page object with methods for what a visitor sees and does.

mod appearance;
mod controls;
mod references;
mod visits;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

pub use references::Looks;

use crate::{Browser, Gpu, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

/// A browser tab with the playground. When it is dropped, it asserts that the console has no errors
/// and that the Content-Security-Policy was not violated, unless the test has failed already.
pub struct Page<'a> {
    site: &'a Site,
    browser: Browser,
    events: Vec<Value>,
    expected: Vec<String>,
}

impl<'a> Page<'a> {
    /// Starts a new browser with an empty tab.
    pub fn new(site: &'a Site, gpu: Gpu) -> Self {
        Self::with(site, gpu, &json!({}))
    }

    fn with(site: &'a Site, gpu: Gpu, settings: &Value) -> Self {
        let browser = Browser::start(gpu, site.address(), settings);
        let page = Self { site, browser, events: Vec::new(), expected: Vec::new() };
        page.inject_recorder();
        page
    }

    /// Injects the event recorder into every document of this tab.
    fn inject_recorder(&self) {
        let recorder = json!({ "source": include_str!("recorder.js") });
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", recorder);
    }

    /// Counts the GPU calls of the engine from now on. The site must include `bench/`.
    pub fn record_gpu_work(&self) {
        self.wrap_engine_worker("");
    }

    /// Makes the software adapter identify itself as hardware with this name. The site must include
    /// `bench/`.
    pub fn pretend_hardware_gpu(&self, name: &str) {
        self.wrap_engine_worker(&format!("&as={name}"));
    }

    fn wrap_engine_worker(&self, more: &str) {
        let script = include_str!("counting.js").replace("MORE\")", &format!("{more}\")"));
        let script = json!({ "source": script });
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", script);
    }

    /// Returns GPU statistics since the page was opened: `dispatches`, and `between` two readbacks;
    /// live `buffers` and their `bytes`; size of the engine's `wasm` memory in bytes.
    pub fn gpu_work(&self) -> Value {
        self.browser.js_async("window.__gpuWork(arguments[0])", &[])
    }

    /// Opens the playground with a query such as `?model=mlp`.
    pub fn open(&mut self, query: &str) {
        self.goto(&format!("{}{query}", self.site.playground()));
    }

    /// Opens a URL.
    pub fn goto(&mut self, url: &str) {
        self.assert_no_complaints();
        self.events.clear();
        self.browser.block_on(self.browser.driver().goto(url)).expect("the address opens");
    }

    /// Reloads the page.
    pub fn reload(&mut self) {
        self.assert_no_complaints();
        self.events.clear();
        self.browser.block_on(self.browser.driver().refresh()).expect("the page reloads");
    }

    /// Returns the browser, for operations that this type does not provide.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Evaluates a JavaScript expression in the page.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        self.browser.js(&format!("return {expression}"), &[])
    }

    /// Ignores console errors that contain `words`, because the test provokes them.
    pub fn expect_console_error(&mut self, words: &str) {
        self.expected.push(words.to_owned());
    }

    // Events of the page.

    /// Returns the page's events since it was opened, or since [`Page::clear_events`].
    pub fn events(&mut self) -> &[Value] {
        if let Value::Array(new) = self.eval("window.__tape?.events.splice(0) ?? []") {
            self.events.extend(new);
        }
        &self.events
    }

    /// Returns the events of one type.
    pub fn events_of(&mut self, kind: &str) -> Vec<Value> {
        self.events().iter().filter(|event| event["type"] == kind).cloned().collect()
    }

    /// Drops all earlier events, so that only new ones are found.
    pub fn clear_events(&mut self) {
        self.events();
        self.events.clear();
    }

    /// Waits for an event of a type for which `holds` returns true.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        kind: &str,
        deadline: Duration,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let found = crate::poll_until(deadline, || {
            self.events().iter().find(|event| event["type"] == kind && holds(event)).cloned()
        });
        found.unwrap_or_else(|| {
            let notices = self.notices();
            let last: Vec<&Value> = self.events.iter().rev().take(8).collect();
            panic!(
                "waited {deadline:?} in vain for “{kind}”.\nThe page says: {notices:#?}\nIts last \
                 events, newest first: {last:#?}"
            )
        })
    }

    /// Waits until the engine has started and the run is ready for a step.
    #[track_caller]
    pub fn wait_until_ready(&mut self) -> Value {
        let ready = self.wait_for("ready", TRAINING_TIMEOUT, |_| true);
        wait_until("a Step button that can be pressed", UI_TIMEOUT, || {
            self.is_enabled("step").then_some(())
        });
        ready
    }

    /// Waits for the end of an epoch of the current run, counted from 1.
    #[track_caller]
    pub fn wait_for_epoch(&mut self, epoch: u64) -> Value {
        self.wait_for("epoch", TRAINING_TIMEOUT, |event| event["epoch"].as_u64() >= Some(epoch))
    }

    /// Waits for a step of the current run, counted from 1.
    #[track_caller]
    pub fn wait_for_step(&mut self, step: u64) -> Value {
        self.wait_for("step", TRAINING_TIMEOUT, |event| event["step"].as_u64() >= Some(step))
    }

    /// Waits until the run reports a state.
    #[track_caller]
    pub fn wait_for_state(&mut self, state: &str) -> Value {
        self.wait_for("state", TRAINING_TIMEOUT, |event| event["state"] == state)
    }

    /// Returns the texts of the notices shown.
    pub fn notices(&self) -> Vec<String> {
        self.texts("notice")
    }

    /// Waits for a notice that contains `words`, ignoring case.
    #[track_caller]
    pub fn wait_for_notice(&self, words: &str) -> String {
        let lower = words.to_lowercase();
        let found = crate::poll_until(UI_TIMEOUT, || {
            self.notices().into_iter().find(|text| text.to_lowercase().contains(&lower))
        });
        found.unwrap_or_else(|| {
            panic!("no notice about “{words}”; the page says {:#?}", self.notices())
        })
    }

    /// Returns the visible texts of all elements with a test id.
    pub fn texts(&self, id: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)";
        let found = self.browser.js(script, &[json!(css(id))]);
        let texts = found.as_array().into_iter().flatten();
        texts.map(|text| text.as_str().unwrap_or_default().trim().to_owned()).collect()
    }

    /// Returns the visible text of the first element with a test id, once it exists.
    #[track_caller]
    pub fn text(&self, id: &str) -> String {
        wait_until(&format!("something with the test id “{id}”"), UI_TIMEOUT, || {
            self.texts(id).into_iter().next()
        })
    }

    /// Counts the elements that a CSS selector matches.
    pub fn count(&self, selector: &str) -> u64 {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.browser.js(script, &[json!(selector)]).as_u64().unwrap_or(0)
    }

    /// Returns whether the control with a test id exists and is enabled.
    pub fn is_enabled(&self, id: &str) -> bool {
        let script = "const e = document.querySelector(arguments[0]);\
             return !!e && !e.disabled && e.getAttribute('aria-disabled') !== 'true'";
        self.browser.js(script, &[json!(css(id))]) == json!(true)
    }

    /// Returns the query parameters in the address bar.
    pub fn query(&self) -> BTreeMap<String, String> {
        let pairs = self.eval("Object.fromEntries(new URLSearchParams(location.search))");
        serde_json::from_value(pairs).expect("strings to strings")
    }

    // Performance and errors.

    /// Returns the number of long tasks (over 50 ms) on the main thread, and the duration of the
    /// longest in ms.
    pub fn long_tasks(&self) -> (usize, f64) {
        let tasks = self.eval("window.__tape.longTasks.map((task) => task.duration)");
        let tasks: Vec<f64> = serde_json::from_value(tasks).expect("numbers");
        (tasks.len(), tasks.iter().copied().fold(0.0, f64::max))
    }

    /// Drops all earlier long tasks.
    pub fn clear_long_tasks(&self) {
        self.eval("window.__tape.longTasks.splice(0).length");
    }

    /// Panics on unexpected console errors and on violations of the Content-Security-Policy.
    fn assert_no_complaints(&self) {
        let violations = self.eval("window.__tape?.violations.splice(0) ?? []");
        assert_eq!(violations, json!([]), "the Content-Security-Policy was broken");
        let unexpected: Vec<String> = self
            .browser
            .console_errors()
            .into_iter()
            .filter(|error| !self.expected.iter().any(|words| error.contains(words)))
            .collect();
        assert!(unexpected.is_empty(), "the console complains: {unexpected:#?}");
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_complaints();
            return;
        }
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        self.screenshot(&format!("failed-{test}"));
        if let Ok(log) = self.browser.block_on(self.browser.driver().browser_log()) {
            for entry in log {
                println!("console {}: {}", entry.level, entry.message);
            }
        }
    }
}

fn css(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
