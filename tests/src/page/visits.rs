//! Tabs, repeated visits, and the caches between them.

use std::collections::BTreeMap;

use serde_json::json;
use thirtyfour::WindowHandle;

use super::Page;
use crate::{Gpu, Site, UI_TIMEOUT, wait_until};

impl<'a> Page<'a> {
    /// Starts a new browser in which sites cannot store anything.
    pub fn without_storage(site: &'a Site) -> Self {
        let settings = json!({ "profile.default_content_setting_values.cookies": 2 });
        Self::with(site, Gpu::None, &settings)
    }

    /// Opens an empty tab, switches to it, and returns the previous one.
    pub fn open_tab(&mut self) -> WindowHandle {
        self.assert_no_complaints();
        let driver = self.browser.driver();
        let tabs = self.browser.block_on(async {
            let here = driver.window().await?;
            driver.switch_to_window(driver.new_tab().await?).await?;
            Ok(here)
        });
        self.events.clear();
        self.inject_recorder();
        tabs.expect("the browser opens a tab")
    }

    /// Switches to another tab.
    pub fn switch_to_tab(&mut self, tab: &WindowHandle) {
        self.assert_no_complaints();
        self.events.clear();
        let driver = self.browser.driver();
        self.browser.block_on(driver.switch_to_window(tab.clone())).expect("the tab is there");
    }

    /// Waits until the page can train and its service worker has cached all files. At that point no
    /// newer version is being installed.
    #[track_caller]
    pub fn wait_until_offline_ready(&self) {
        wait_until("a run that can step", UI_TIMEOUT, || self.is_enabled("step").then_some(()));
        let script = "const done = arguments[arguments.length - 1];\
             navigator.serviceWorker.getRegistration().then((r) =>\
             done(r?.active?.state === 'activated' && !r.installing))";
        wait_until("a page that is kept for the next visit", UI_TIMEOUT, || {
            (self.browser.js_async(script, &[]) == json!(true)).then_some(())
        });
    }

    /// Returns the names of the caches, each with its file names without folders.
    pub fn caches(&self) -> BTreeMap<String, Vec<String>> {
        let script = "const done = arguments[arguments.length - 1];\
            (async () => {\
              const all = {};\
              for (const name of await caches.keys()) {\
                const files = await (await caches.open(name)).keys();\
                all[name] = files.map((file) => file.url.split('/').pop()).sort();\
              }\
              return all;\
            })().then(done)";
        serde_json::from_value(self.browser.js_async(script, &[])).expect("names")
    }

    /// Waits until a cache contains a file whose name begins with `start`.
    #[track_caller]
    pub fn wait_for_cached(&self, start: &str) {
        wait_until(&format!("{start} in a cache"), UI_TIMEOUT, || {
            self.caches().values().flatten().any(|name| name.starts_with(start)).then_some(())
        });
    }
}
