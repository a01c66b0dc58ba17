//! The page as a visitor meets it.

mod visits;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{Browser, Gpu, PATIENCE, SOON, Site, pictures, until};

/// One tab with the playground. When a test ends well, dropping it checks that the console stayed
/// silent and the Content-Security-Policy whole.
pub struct Page<'a> {
    site: &'a Site,
    browser: Browser,
    events: Vec<Value>,
    expected: Vec<String>,
}

impl<'a> Page<'a> {
    /// A fresh browser that has not opened anything yet.
    pub fn new(site: &'a Site, gpu: Gpu) -> Self {
        Self::with(site, gpu, &json!({}))
    }

    fn with(site: &'a Site, gpu: Gpu, settings: &Value) -> Self {
        let browser = Browser::start(gpu, site.address(), settings);
        let page = Self { site, browser, events: Vec::new(), expected: Vec::new() };
        page.record();
        page
    }

    /// Lets every document of this tab be written down.
    fn record(&self) {
        let recorder = json!({ "source": include_str!("recorder.js") });
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", recorder);
    }

    /// Counts from now on what the engine asks of the GPU. The site must have `bench/`.
    pub fn count_gpu_work(&self) {
        self.stand_in("");
    }

    /// Has the software adapter say that it is a real one. The site must have `bench/`.
    pub fn pretend_gpu(&self, name: &str) {
        self.stand_in(&format!("&as={name}"));
    }

    fn stand_in(&self, more: &str) {
        let script = include_str!("counting.js").replace("MORE\")", &format!("{more}\")"));
        let script = json!({ "source": script });
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", script);
    }

    /// What was asked of the GPU since the page was opened: `dispatches`, and `between` two
    /// readbacks; `buffers` that are alive, and their `bytes`; bytes of the engine's `wasm` memory.
    pub fn gpu_work(&self) -> Value {
        self.browser.js_later("window.__gpuWork(arguments[0])", &[])
    }

    /// Opens the playground with that query, as in `?model=mlp`.
    pub fn open(&mut self, query: &str) {
        self.goto(&format!("{}{query}", self.site.playground()));
    }

    /// Opens any address.
    pub fn goto(&mut self, url: &str) {
        self.check();
        self.events.clear();
        self.browser.wait(self.browser.driver().goto(url)).expect("the address opens");
    }

    /// Presses the browser's reload button.
    pub fn reload(&mut self) {
        self.check();
        self.events.clear();
        self.browser.wait(self.browser.driver().refresh()).expect("the page reloads");
    }

    /// The browser, for what this type has no word for.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        self.browser.js(&format!("return {expression}"), &[])
    }

    /// A complaint on the console that this test provokes: whatever contains those words.
    pub fn expect(&mut self, words: &str) {
        self.expected.push(words.to_owned());
    }

    // What the page says.

    /// The page's events since it was opened, or since [`Page::forget`].
    pub fn events(&mut self) -> &[Value] {
        if let Value::Array(new) = self.eval("window.__tape?.events.splice(0) ?? []") {
            self.events.extend(new);
        }
        &self.events
    }

    /// The events of one type.
    pub fn events_of(&mut self, kind: &str) -> Vec<Value> {
        self.events().iter().filter(|event| event["type"] == kind).cloned().collect()
    }

    /// Forgets the events so far, so that waiting is for new ones.
    pub fn forget(&mut self) {
        self.events();
        self.events.clear();
    }

    /// The first event of that type for which the condition holds.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        kind: &str,
        deadline: Duration,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let found = crate::try_until(deadline, || {
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

    /// Waits until the engine runs and a run stands ready at step 0.
    #[track_caller]
    pub fn wait_until_ready(&mut self) -> Value {
        let ready = self.wait_for("ready", PATIENCE, |_| true);
        until("a Step button that can be pressed", SOON, || self.is_enabled("step").then_some(()));
        ready
    }

    /// Waits for the end of that epoch of the present run, counted from 1.
    #[track_caller]
    pub fn wait_for_epoch(&mut self, epoch: u64) -> Value {
        self.wait_for("epoch", PATIENCE, |event| event["epoch"].as_u64() >= Some(epoch))
    }

    /// Waits for that step of the present run, counted from 1.
    #[track_caller]
    pub fn wait_for_step(&mut self, step: u64) -> Value {
        self.wait_for("step", PATIENCE, |event| event["step"].as_u64() >= Some(step))
    }

    /// Waits until the run says that it is in that state.
    #[track_caller]
    pub fn wait_for_state(&mut self, state: &str) -> Value {
        self.wait_for("state", PATIENCE, |event| event["state"] == state)
    }

    /// The problems shown, a sentence each.
    pub fn notices(&self) -> Vec<String> {
        self.texts("notice")
    }

    /// Waits for a notice that contains those words, whatever their case.
    #[track_caller]
    pub fn wait_for_notice(&self, words: &str) -> String {
        let lower = words.to_lowercase();
        let found = crate::try_until(SOON, || {
            self.notices().into_iter().find(|text| text.to_lowercase().contains(&lower))
        });
        found.unwrap_or_else(|| {
            panic!("no notice about “{words}”; the page says {:#?}", self.notices())
        })
    }

    /// The visible texts of everything that bears that test id.
    pub fn texts(&self, id: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)";
        let found = self.browser.js(script, &[json!(css(id))]);
        let texts = found.as_array().into_iter().flatten();
        texts.map(|text| text.as_str().unwrap_or_default().trim().to_owned()).collect()
    }

    /// The visible text of the one thing with that test id.
    #[track_caller]
    pub fn text(&self, id: &str) -> String {
        until(&format!("something with the test id “{id}”"), SOON, || {
            self.texts(id).into_iter().next()
        })
    }

    /// How many things a CSS selector finds.
    pub fn count(&self, selector: &str) -> u64 {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.browser.js(script, &[json!(selector)]).as_u64().unwrap_or(0)
    }

    /// Whether the control with that test id is there and can be used.
    pub fn is_enabled(&self, id: &str) -> bool {
        let script = "const e = document.querySelector(arguments[0]);\
             return !!e && !e.disabled && e.getAttribute('aria-disabled') !== 'true'";
        self.browser.js(script, &[json!(css(id))]) == json!(true)
    }

    /// The parameters in the address bar.
    pub fn query(&self) -> BTreeMap<String, String> {
        let pairs = self.eval("Object.fromEntries(new URLSearchParams(location.search))");
        serde_json::from_value(pairs).expect("strings to strings")
    }

    // What the visitor does.

    /// The thing with that test id, once it is there.
    #[track_caller]
    fn find(&self, selector: &str) -> WebElement {
        until(&format!("something at {selector}"), SOON, || {
            let found = self.browser.driver().find(By::Css(selector));
            self.browser.wait(found).ok()
        })
    }

    /// Clicks the thing with that test id, once it can be clicked.
    #[track_caller]
    pub fn press(&self, id: &str) {
        self.click(&css(id));
    }

    /// Clicks what a CSS selector finds, once it can be clicked. What the click does not reach,
    /// because something lies over it, is not clicked.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let mut last = String::new();
        let clicked = crate::try_until(SOON, || {
            let element = self.browser.driver().find(By::Css(selector));
            let result = self.browser.wait(async {
                let element = element.await?;
                if element.is_enabled().await? {
                    // The driver scrolls to the edge of the window, where bars lie over the page.
                    let middle =
                        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
                    self.browser.driver().execute(middle, vec![element.to_json()?]).await?;
                    element.click().await.map(|()| true)
                } else {
                    Ok(false)
                }
            });
            match result {
                Ok(true) => Some(()),
                Ok(false) => {
                    last = "it is disabled".into();
                    None
                }
                Err(error) => {
                    last = error.to_string();
                    None
                }
            }
        });
        assert!(clicked.is_some(), "{selector} cannot be clicked: {last}");
    }

    /// Presses Play, once it can be pressed.
    #[track_caller]
    pub fn play(&self) {
        self.press("play");
    }

    /// Presses Pause.
    #[track_caller]
    pub fn pause(&self) {
        self.press("pause");
    }

    /// Types keys at the page as a whole, with no field in focus.
    pub fn type_at_page(&self, keys: &str) {
        self.eval("document.activeElement?.blur()");
        for key in keys.chars() {
            let code = match key {
                ' ' => "Space".to_owned(),
                '?' => "Slash".to_owned(),
                letter => format!("Key{}", letter.to_ascii_uppercase()),
            };
            for kind in ["keyDown", "keyUp"] {
                let mut event = json!({ "type": kind, "key": key.to_string(), "code": code });
                if kind == "keyDown" {
                    event["text"] = json!(key.to_string());
                }
                self.browser.devtools("Input.dispatchKeyEvent", event);
            }
        }
    }

    /// Replaces a field's text and leaves the field.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector);
        self.browser
            .wait(async {
                field.click().await?;
                field.send_keys(Key::Control + "a").await?;
                field.send_keys(text).await?;
                field.send_keys(Key::Tab + "").await
            })
            .unwrap_or_else(|error| panic!("{selector} takes no text: {error}"));
    }

    /// Chooses the option with that value in a list.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        let option = self.find(&format!("{selector} option[value=\"{value}\"]"));
        self.browser
            .wait(option.click())
            .unwrap_or_else(|error| panic!("{selector} does not offer {value}: {error}"));
    }

    /// Hands a file to the file button with that test id.
    #[track_caller]
    pub fn give_file(&self, id: &str, file: &Path) {
        let button = self.find(&css(id));
        self.browser
            .wait(button.send_keys(file.display().to_string()))
            .unwrap_or_else(|error| panic!("{id} takes no file: {error}"));
    }

    // How it looks.

    /// Gives the page that many CSS pixels, as a phone or a wide screen does.
    pub fn resize(&self, width: u32, height: u32) {
        self.browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        );
    }

    /// Lets the system ask for a `light` or a `dark` page.
    pub fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Writes what is in the window to `target/e2e/NAME.png`.
    pub fn picture(&self, name: &str) {
        let file = pictures().join(format!("{name}.png"));
        match self.browser.wait(self.browser.driver().screenshot(&file)) {
            Ok(()) => println!("picture: {}", file.display()),
            Err(error) => println!("no picture {}: {error}", file.display()),
        }
    }

    /// Writes the whole page, also what has to be scrolled to, to `target/e2e/NAME.png`.
    pub fn whole_picture(&self, name: &str) {
        let file = pictures().join(format!("{name}.png"));
        let size = self.eval("[innerWidth, document.documentElement.scrollHeight]");
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let shot = self.browser.devtools(
            "Page.captureScreenshot",
            json!({ "clip": clip, "captureBeyondViewport": true, "format": "png" }),
        );
        let bytes = BASE64.decode(shot["data"].as_str().unwrap_or_default()).unwrap_or_default();
        match std::fs::write(&file, bytes) {
            Ok(()) => println!("picture: {}", file.display()),
            Err(error) => println!("no picture {}: {error}", file.display()),
        }
    }

    // How it behaved.

    /// Tasks of more than 50 ms on the main thread so far: how many, and the longest in ms.
    pub fn long_tasks(&self) -> (usize, f64) {
        let tasks = self.eval("window.__tape.longTasks.map((task) => task.duration)");
        let tasks: Vec<f64> = serde_json::from_value(tasks).expect("numbers");
        (tasks.len(), tasks.iter().copied().fold(0.0, f64::max))
    }

    /// Forgets the long tasks so far.
    pub fn forget_long_tasks(&self) {
        self.eval("window.__tape.longTasks.splice(0).length");
    }

    /// Panics where the console or the policy complained of something that was not expected.
    fn check(&self) {
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
            self.check();
            return;
        }
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        self.picture(&format!("failed-{test}"));
        if let Ok(log) = self.browser.wait(self.browser.driver().browser_log()) {
            for entry in log {
                println!("console {}: {}", entry.level, entry.message);
            }
        }
    }
}

fn css(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
